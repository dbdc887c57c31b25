"""What the emulated platform knows: plain data, saved and restored as a whole."""

from bot.emulator.model.account import Account, Behaviour
from bot.emulator.model.campaigns import Audience, Campaign, Campaigns, Job, Narrowcast
from bot.emulator.model.chats import Bubble, Chat, Content, StoredMessage
from bot.emulator.model.coupons import Coupon, Plan
from bot.emulator.model.menus import Batch, MenuDay, PendingLink, RichMenu, RichMenus
from bot.emulator.model.people import Group, Notice, User, UserState
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
    "Audience",
    "Batch",
    "Behaviour",
    "Bubble",
    "Campaign",
    "Campaigns",
    "ChannelToken",
    "Chat",
    "Content",
    "Coupon",
    "Group",
    "Job",
    "Ledger",
    "LiffApp",
    "LinkToken",
    "LoginCode",
    "LoginToken",
    "MenuDay",
    "Narrowcast",
    "Notice",
    "PendingLink",
    "Plan",
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
