"""What sends a notice: one class a way, and what it says of an attempt."""

from dataclasses import dataclass
from typing import Protocol

from bot.notices.choices import Reach
from bot.notices.queue import Group
from bot.notices.words import Written


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt."""

    #: None: it was taken. Else ``code: detail``; the console has words for the codes.
    error: str | None = None
    #: It is of no use to try again.
    is_final: bool = False


TAKEN = Outcome()


class Sends(Protocol):
    """Sends to one person."""

    async def send(self, group: Group, reach: Reach, written: Written) -> Outcome:
        """Send it; errors are outcomes."""
        ...
