"""What the emulated platform knows: plain data, saved and restored as a whole."""

from bot.emulator.model.account import Account, Behaviour
from bot.emulator.model.chats import Bubble, Chat, Content, StoredMessage
from bot.emulator.model.menus import Batch, PendingLink, RichMenu, RichMenus
from bot.emulator.model.people import Group, User, UserState
from bot.emulator.model.sending import Ledger, ReplyToken, RetryRecord
from bot.emulator.model.tokens import (
    ChannelToken,
    LiffApp,
    LinkToken,
    LoginCode,
    LoginToken,
    Tokens,
)
from bot.emulator.model.world import World

__all__ = [
    "Account",
    "Batch",
    "Behaviour",
    "Bubble",
    "ChannelToken",
    "Chat",
    "Content",
    "Group",
    "Ledger",
    "LiffApp",
    "LinkToken",
    "LoginCode",
    "LoginToken",
    "PendingLink",
    "ReplyToken",
    "RetryRecord",
    "RichMenu",
    "RichMenus",
    "StoredMessage",
    "Tokens",
    "User",
    "UserState",
    "World",
]
