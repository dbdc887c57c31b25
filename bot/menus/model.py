"""What a friend sees, and what is hidden; no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

#: What is stored of a friend, and told to LINE, in the place of a menu: none, on purpose.
HIDDEN: Final = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hide:
    """Menus that are hidden for a while."""

    hide_id: int
    #: From whoever would see this menu, or from whoever this rule fits; neither: from everybody.
    menu: str | None = None
    rule: str | None = None
    #: None: until somebody ends it.
    until: datetime | None = None

    @property
    def is_of_everybody(self) -> bool:
        """Whether nobody sees a menu."""
        return self.menu is None and self.rule is None

    def covers(self, menu: str, rule: str | None) -> bool:
        """Whether a friend who would see this menu, by this rule, sees none."""
        if self.menu is not None:
            return self.menu == menu
        return self.rule is None or self.rule == rule


def open_at(hides: Sequence[Hide], now: datetime) -> tuple[Hide, ...]:
    """Return those that still count."""
    return tuple(hide for hide in hides if hide.until is None or now < hide.until)
