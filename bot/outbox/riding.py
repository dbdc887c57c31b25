"""Riding along: what waited for a friend's next event leaves on that event's reply token, free.

held calls + the answer to the event (or its unused token) -> one call of five bubbles at most
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.line.limits import MESSAGES_PER_CALL
from bot.outbox import repository
from bot.outbox.model import Call, State, packed, split
from bot.outbox.policy import token_lives
from bot.store import arrival


@dataclass(frozen=True, slots=True)
class SpareToken:
    """The reply token of an event that was not answered."""

    token: str | None
    until: datetime | None
    event_id: int


async def ride_along(
    connection: AsyncConnection,
    calls: Sequence[Call],
    spare: Mapping[str, SpareToken],
    holding: Collection[str],
    *,
    now: datetime,
) -> list[Call]:
    """Put what is held for a friend before the answer they get now, oldest first.

    Args:
        connection: inside the transaction of the events.
        calls: what the events caused.
        spare: by lane, tokens that no answer uses.
        holding: lanes of which something is held.
        now: a token that has died by then carries nobody.

    Returns:
        The calls to store; held ones are packed into them.
    """
    if not holding:
        return list(calls)
    calls = list(calls)
    riders = {call.lane: call for call in reversed(calls) if token_lives(call, now)}
    lanes = (riders.keys() | spare.keys()) & set(holding)
    waiting = await repository.held(connection, sorted(lanes), now=now) if lanes else {}
    for lane, held in waiting.items():
        rider = riders.get(lane)
        room = MESSAGES_PER_CALL - (0 if rider is None else rider.bubbles)
        fitting = _fitting(held, room)
        if not fitting and room > 0:
            front, rest = split(held[0], room)
            await repository.shorten(connection, rest)
            fitting = [front]
        if not fitting:
            continue
        if rider is None:
            carried = _carrier_of(fitting, spare[lane], now)
            if not token_lives(carried, now):
                continue
            calls.append(carried)
        else:
            together = packed(*fitting, rider)
            carried = replace(rider, body=together.body, bubbles=together.bubbles)
            calls[calls.index(rider)] = carried
        whole = [call for call in fitting if call in held]
        await repository.pack(connection, whole, into=carried.call_id, now=now)
    return calls


def _fitting(held: Sequence[Call], room: int) -> list[Call]:
    """Return as many from the front as fit: later ones do not overtake."""
    fitting: list[Call] = []
    for call in held:
        room -= call.bubbles
        if room < 0:
            break
        fitting.append(call)
    return fitting


def _carrier_of(held: Sequence[Call], spare: SpareToken, now: datetime) -> Call:
    """Make the call that takes held ones out on a token nothing else uses."""
    together = packed(*held)
    fresh = replace(
        together,
        call_id=arrival.number(),
        created_at=now,
        due_at=now,
        attempts=0,
        state=State.WAITING,
    )
    return fresh.with_token(spare.token, spare.until)
