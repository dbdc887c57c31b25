"""Who did something about points and coupons, and where."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The hand behind a change, as the record of it names it."""

    #: None: nobody of the shop; the friend, the clock or another system.
    staff_id: int | None = None
    #: The key of the shop.
    shop: str | None = None
    #: The till, the tablet or the system.
    device: str = ""


#: What the bot does by itself.
NOBODY: Final = Actor()
