"""Events that fail: how the failure is named, how long the friend rests, when it is given up."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.inbox import repository as inbox
from bot.inbox.model import Claimed
from bot.line.check import MessageError

_log = structlog.get_logger(__name__)

MAX_ATTEMPTS: Final = len(inbox.RETRY_AFTER) + 1


@dataclass(frozen=True, slots=True)
class Failure:
    """An event that could not be handled."""

    event: Claimed
    error: str
    #: Trying again would fail the same way.
    for_good: bool

    @property
    def is_last(self) -> bool:
        """Whether the event is given up now."""
        return self.for_good or self.event.attempts + 1 >= MAX_ATTEMPTS


def failure_of(event: Claimed, error: Exception) -> Failure:
    """Name an error by its kind and place, never by its words: they may be a friend's."""
    if isinstance(error, DBAPIError):
        return Failure(event, f"{type(error.orig).__name__} in SQL", for_good=False)
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{'/'.join(last.filename.split('/')[-2:])}:{last.lineno}"
    is_refused = isinstance(error, MessageError)  # its words name limits and places only
    words = f": {error}" if is_refused else ""
    return Failure(event, f"{type(error).__name__} at {place}{words}", for_good=is_refused)


async def count_failures(
    connection: AsyncConnection, failures: Sequence[Failure], *, now: datetime
) -> None:
    """Record failed attempts: their friends rest, and what failed for good is a dead letter."""
    resting: list[tuple[str, datetime]] = []
    tried: list[int] = []
    for failure in failures:
        event = failure.event
        metrics.FAILED.inc()
        _log.error(
            "worker.handler_failed",
            webhook_event_id=event.webhook_event_id,
            attempt=event.attempts + 1,
            error=failure.error,
        )
        if failure.is_last:
            metrics.DEAD.inc()
            await inbox.bury(connection, event, error=failure.error, now=now)
        else:
            tried.append(event.event_id)
            resting.append((event.lane, now + inbox.RETRY_AFTER[event.attempts]))
    if tried:
        await inbox.rest(connection, tried, resting)
