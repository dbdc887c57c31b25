"""The whole state of one emulated platform."""

from dataclasses import dataclass, field
from typing import Any

from bot.emulator.model.account import Account, Behaviour
from bot.emulator.model.campaigns import Campaigns
from bot.emulator.model.chats import Chat, StoredMessage
from bot.emulator.model.coupons import Coupon, Plan
from bot.emulator.model.menus import RichMenus
from bot.emulator.model.people import Group, User
from bot.emulator.model.sending import Ledger, ReplyToken, RetryRecord
from bot.emulator.model.tokens import Tokens

#: The first message id; LINE's are strings of 18 digits.
FIRST_MESSAGE_ID = 500_000_000_000_000_001


@dataclass(slots=True)
class World:
    """Everything a restart must bring back."""

    account: Account = field(default_factory=Account)
    behaviour: Behaviour = field(default_factory=Behaviour)
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    messages: dict[str, StoredMessage] = field(default_factory=dict)
    #: Quote token to message id.
    quote_tokens: dict[str, str] = field(default_factory=dict)
    menus: RichMenus = field(default_factory=RichMenus)
    reply_tokens: dict[str, ReplyToken] = field(default_factory=dict)
    retry_keys: dict[str, RetryRecord] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    tokens: Tokens = field(default_factory=Tokens)
    coupons: dict[str, Coupon] = field(default_factory=dict)
    #: Membership plans by id as text.
    plans: dict[str, Plan] = field(default_factory=dict)
    campaigns: Campaigns = field(default_factory=Campaigns)
    next_message_id: int = FIRST_MESSAGE_ID
    webhook_url: str | None = None
    webhook_active: bool = True
    #: Webhook bodies' events that were not delivered when the state was saved.
    undelivered: list[list[dict[str, Any]]] = field(default_factory=list)
    clock_offset_seconds: float = 0.0
    clock_frozen_at: float | None = None

    def take_message_id(self) -> str:
        """Return the next message id."""
        number = self.next_message_id
        self.next_message_id = number + 1
        return str(number)

    def chat(self, chat_id: str) -> Chat | None:
        """Return the conversation of a user or a group."""
        if user := self.users.get(chat_id):
            return user.chat
        group = self.groups.get(chat_id)
        return group.chat if group else None
