"""Queueing calls from inside a unit of work: stored with what caused them, or not at all."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox import repository
from bot.outbox.model import Call
from bot.store.unit import Change, Shelf, Unit


async def _load(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, Call]:
    del connection, ids
    return {}  # a new call is nobody's to read


async def _save(connection: AsyncConnection, changes: Sequence[Change[Call]]) -> None:
    calls = sorted((change.after for change in changes), key=lambda call: call.call_id)
    if calls:
        await repository.insert(connection, calls, owner=None, now=calls[0].created_at)


_CALLS: Final[Shelf[int, Call]] = Shelf("outbox", _load, _save)


def queue(unit: Unit, call: Call) -> None:
    """Let a call leave once the unit is committed."""
    unit.put(_CALLS, call.call_id, call)


def take_queued(unit: Unit) -> list[Call]:
    """Take the queued calls out, in order, for a process that sends them itself."""
    return sorted(unit.take(_CALLS), key=lambda call: call.call_id)
