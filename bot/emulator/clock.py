"""Virtual time: every lifetime, bucket and month of the emulated platform reads this clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class VirtualClock:
    """A clock that runs with the machine's, can be moved ahead, and can stand still.

    Args:
        frozen_at: stand still at this aware instant from the start; without it the clock runs.
    """

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._offset = 0.0
        self._frozen_at: float | None = None
        self._listeners: list[Callable[[], None]] = []
        if frozen_at is not None:
            self.freeze(frozen_at)

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen_at is not None

    @property
    def offset_seconds(self) -> float:
        """How far ahead of the machine's clock this one runs."""
        return self._offset

    def seconds(self) -> float:
        """Return the current virtual instant in seconds since 1970."""
        return time.time() + self._offset if self._frozen_at is None else self._frozen_at

    def now(self) -> datetime:
        """Return the current virtual instant, timezone-aware (UTC)."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def ms(self) -> int:
        """Return the current virtual instant in milliseconds, as webhooks carry it."""
        return int(self.seconds() * 1000)

    def advance(self, seconds: float) -> None:
        """Move time ahead; a frozen clock stays frozen at the later instant."""
        self._offset += seconds
        if self._frozen_at is not None:
            self._frozen_at += seconds
        self._changed()

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still at an instant; without one, at this moment."""
        self._frozen_at = self.seconds() if at is None else at.timestamp()
        self._changed()

    def unfreeze(self) -> None:
        """Run on from the instant at which the clock stood still."""
        if self._frozen_at is not None:
            self._offset = self._frozen_at - time.time()
            self._frozen_at = None
            self._changed()

    def restore(self, *, offset_seconds: float, frozen_at: float | None) -> None:
        """Take up the time of a saved state."""
        self._offset = offset_seconds
        self._frozen_at = frozen_at
        self._changed()

    @property
    def frozen_at_seconds(self) -> float | None:
        """The instant at which the clock stands, in seconds since 1970; None while it runs."""
        return self._frozen_at

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever time is moved by hand."""
        self._listeners.append(listener)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()
