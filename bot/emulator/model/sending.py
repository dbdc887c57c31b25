"""What the platform remembers about calls: reply tokens, retry keys and the bill."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class ReplyToken:
    """The right to answer one event once."""

    chat_id: str
    #: When the event happened, in seconds since 1970.
    event_at: float
    #: When the webhook carrying it was last sent.
    delivered_at: float
    used: bool = False


@dataclass(slots=True)
class RetryRecord:
    """An accepted call that carried a retry key."""

    request_id: str
    at: float
    sent_messages: list[dict[str, Any]] | None = None


@dataclass(slots=True)
class Ledger:
    """The month's quota and what was spent, by JST calendar."""

    #: Messages a month; None means no ceiling.
    limit: int | None = 5000
    #: Month (``2026-11``) to billed recipients.
    used: dict[str, int] = field(default_factory=dict)
    #: Day (``20261122``) to kind of call to recipients.
    sent: dict[str, dict[str, int]] = field(default_factory=dict)
    #: Set aside by running narrowcasts: request id to messages.
    reserved: dict[str, int] = field(default_factory=dict)
    #: Month to aggregation unit to recipients.
    units: dict[str, dict[str, int]] = field(default_factory=dict)
    #: Instants and amounts of late-reported spending.
    recent: list[list[float]] = field(default_factory=list)
