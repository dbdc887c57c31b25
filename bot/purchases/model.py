"""What people bought, and what is refused; no I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.points.model import MOST_YEN

MOST_ITEMS: Final = 500
_MOST_PIECES: Final = 100_000


class PurchaseError(Exception):
    """A rule of purchases says no; nothing was changed."""


class UnfitPurchaseError(PurchaseError):
    """The purchase cannot be meant; the message says what to mend."""


class ExternalIdReusedError(PurchaseError):
    """The till's number stands for another purchase."""


class UnknownPurchaseError(PurchaseError):
    """There is no such purchase."""


class NotReturnableError(PurchaseError):
    """More is taken back than is left of the purchase."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill."""

    sku: str
    name: str = ""
    quantity: int = 1
    #: Of one piece.
    price_yen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One bill of one person."""

    purchase_id: int
    #: The till's or the shop's own number, unlike all others.
    external_id: str
    person_id: int
    amount_yen: int
    returned_yen: int = 0
    #: The change that gave points for it.
    points_change_id: int | None = None
    bought_at: datetime
    cancelled_at: datetime | None = None
    #: The key of the shop.
    shop: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a person bought, as a sum."""

    amount_yen: int = 0
    count: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


def checked(external_id: str, amount_yen: int, items: tuple[Item, ...]) -> None:
    """Refuse a purchase that cannot be meant.

    Raises:
        UnfitPurchaseError: names the field and its mend.
    """
    if not 0 < len(external_id) <= 200:  # noqa: PLR2004 - more is no number of a till
        raise UnfitPurchaseError("external_id: give 1 to 200 characters")
    if not 0 <= amount_yen <= MOST_YEN:
        raise UnfitPurchaseError(f"amount_yen: give 0 to {MOST_YEN:,}")
    if len(items) > MOST_ITEMS:
        raise UnfitPurchaseError(f"items: give at most {MOST_ITEMS}")
    for number, item in enumerate(items):
        if not item.sku:
            raise UnfitPurchaseError(f"items.{number}.sku: is empty; leave the line out")
        if not 0 < item.quantity <= _MOST_PIECES:
            raise UnfitPurchaseError(f"items.{number}.quantity: give 1 to {_MOST_PIECES:,}")
        if not 0 <= item.price_yen <= MOST_YEN:
            raise UnfitPurchaseError(f"items.{number}.price_yen: give 0 to {MOST_YEN:,}")
