"""Coupons that people hold, and what can become of them; no I/O.

``ARCHITECTURE.md`` draws ``TRANSITIONS``; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from bot.coupons.campaign import ANY_NUMBER, Campaign
from bot.points.actor import Actor

#: A redemption can be taken back for so long.
UNDO: Final = timedelta(minutes=5)


@unique
class Stage(StrEnum):
    """How a person stands to a coupon; the UI's words are in the comments."""

    OFFERED = "offered"  # 配布中
    GONE = "gone"  # 先着終了
    HELD = "held"  # 獲得済み
    USED = "used"  # 使用済み
    EXPIRED = "expired"  # 期限切れ
    LOST = "lost"  # 落選


@unique
class Act(StrEnum):
    """What happens to it."""

    OPEN = "open"
    TAKE = "take"
    LOSE = "lose"
    SELL_OUT = "sell out"
    RESTOCK = "restock"
    REDEEM = "redeem"
    UNDO = "undo"
    END = "end"


#: Where each act leads; ``None`` is before the campaign. What is absent is refused.
TRANSITIONS: Final[Mapping[tuple[Stage | None, Act], Stage]] = MappingProxyType(
    {
        (None, Act.OPEN): Stage.OFFERED,
        (Stage.OFFERED, Act.TAKE): Stage.HELD,
        (Stage.OFFERED, Act.LOSE): Stage.LOST,
        (Stage.OFFERED, Act.SELL_OUT): Stage.GONE,
        (Stage.OFFERED, Act.END): Stage.EXPIRED,
        (Stage.GONE, Act.RESTOCK): Stage.OFFERED,
        (Stage.HELD, Act.REDEEM): Stage.USED,
        (Stage.HELD, Act.END): Stage.EXPIRED,
        (Stage.USED, Act.UNDO): Stage.HELD,
    }
)


class CouponError(Exception):
    """A rule of coupons says no; nothing was changed."""


class UnknownCampaignError(CouponError, LookupError):
    """The account has no campaign of this key."""


class UnknownCouponError(CouponError, LookupError):
    """There is no such coupon, or it is somebody else's."""


class KeyReusedError(CouponError):
    """The idempotency key has stood for another redemption before."""


class NotYetError(CouponError):
    """The coupon is not good yet."""

    def __init__(self, coupon: "Coupon") -> None:
        super().__init__(f"good from {coupon.valid_from:%Y-%m-%d %H:%M} UTC on")
        self.coupon = coupon


class ExpiredError(CouponError):
    """The coupon is no longer good."""

    def __init__(self, coupon: "Coupon") -> None:
        super().__init__(f"was good until {coupon.valid_until:%Y-%m-%d %H:%M} UTC")
        self.coupon = coupon


class AlreadyUsedError(CouponError):
    """Somebody was faster; ``redemption`` says who, where and when."""

    def __init__(self, redemption: "Redemption") -> None:
        super().__init__(f"used at {redemption.at:%Y-%m-%d %H:%M:%S} UTC")
        self.redemption = redemption


class UndoError(CouponError):
    """The redemption cannot be taken back; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupon:
    """One coupon of one person."""

    coupon_id: int
    #: Ten digits, with a check digit: to be said and typed.
    number: str
    campaign: str
    prize: str | None
    person_id: int
    ordinal: int
    is_used: bool
    uses: int
    used: int
    #: The owner's code, or one of ours.
    serial: str | None
    valid_from: datetime
    valid_until: datetime | None
    why: str
    issued_at: datetime

    def stage(self, now: datetime) -> Stage:
        """Return where it stands."""
        if self.is_used:
            return Stage.USED
        return Stage.EXPIRED if self.has_expired(now) else Stage.HELD

    def has_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.valid_until is not None and self.valid_until <= now

    @property
    def is_for_once(self) -> bool:
        """Whether using it uses it up."""
        return self.uses == 1

    @property
    def uses_left(self) -> int | None:
        """How often it can still be used; None: again and again."""
        return None if self.uses >= ANY_NUMBER else self.uses - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One draw of a lottery, with what is needed to draw it again."""

    draw_id: int
    campaign: str
    person_id: int
    ordinal: int
    seed: bytes
    commitment: str
    odds: tuple[Mapping[str, object], ...]
    #: None: lost.
    prize: str | None
    coupon_id: int | None
    why: str
    drawn_at: datetime


@unique
class Outcome(StrEnum):
    """What came of asking for a coupon."""

    ISSUED = "issued"
    HELD = "held"  # they have one; it is shown again
    USED = "used"  # they had one, and used it
    EXPIRED = "expired"  # they had one, and its time is over
    LOST = "lost"  # the lottery
    SOLD_OUT = "sold_out"
    NOT_YET = "not_yet"
    OVER = "over"
    NOT_FOR_THEM = "not_for_them"
    NEEDS_BIRTHDAY = "needs_birthday"
    TOMORROW = "tomorrow"  # today's are taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What came of asking for a coupon, ready to be shown."""

    outcome: Outcome
    campaign: Campaign
    coupon: Coupon | None = None
    draw: Draw | None = None

    @property
    def is_new(self) -> bool:
        """Whether a coupon was handed out just now."""
        return self.outcome is Outcome.ISSUED

    def is_of(self, why: str) -> bool:
        """Whether this is what the same cause led to before."""
        return why in {each.why for each in (self.coupon, self.draw) if each is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """One use of one coupon: where, by whom, when."""

    redemption_id: int
    key: str
    coupon_id: int
    use_no: int
    person_id: int
    campaign: str
    #: code, pin or api.
    how: str
    actor: Actor
    at: datetime
    undone_at: datetime | None = None
    undo_reason: str | None = None
    #: False: the key was known, and this is what it did the first time.
    is_new: bool = True
