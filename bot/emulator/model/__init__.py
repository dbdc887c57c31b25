"""What the emulated platform knows: plain data, saved and restored as a whole."""

from bot.emulator.model.account import Account, Behaviour
from bot.emulator.model.chats import Bubble, Chat, Content, StoredMessage
from bot.emulator.model.menus import PendingLink, RichMenu, RichMenus
from bot.emulator.model.people import Group, User, UserState
from bot.emulator.model.sending import Ledger, ReplyToken, RetryRecord
from bot.emulator.model.world import World

__all__ = [
    "Account",
    "Behaviour",
    "Bubble",
    "Chat",
    "Content",
    "Group",
    "Ledger",
    "PendingLink",
    "ReplyToken",
    "RetryRecord",
    "RichMenu",
    "RichMenus",
    "StoredMessage",
    "User",
    "UserState",
    "World",
]
