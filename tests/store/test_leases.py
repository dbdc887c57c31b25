"""Leases of calls and claims of events: one holder at a time, and nothing is held for ever."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.inbox import repository as inbox
from bot.inbox.model import receive
from bot.line.messages import text as say
from bot.outbox import repository as outbox
from bot.outbox.model import Call, State, messages
from bot.outbox.policy import Verdict
from bot.store.engine import single_statements
from tests.support import NOON

LATER = NOON + outbox.LEASE + timedelta(seconds=1)


async def leased(engine: AsyncEngine, *, owner: str = "one") -> Call:
    async with engine.begin() as connection:
        call = messages("mei", [say("hi")], why="test", now=NOON)
        (call,) = await outbox.insert(connection, [call], owner=owner, now=NOON)
    return call


async def due(engine: AsyncEngine, owner: str, *, now: datetime = NOON) -> list[Call]:
    async with engine.begin() as connection:
        return await outbox.claim_due(connection, owner=owner, now=now, limit=10)


async def test_a_leased_call_is_nobody_elses_until_the_lease_ends(engine: AsyncEngine) -> None:
    call = await leased(engine)
    assert await due(engine, "two") == []
    (taken,) = await due(engine, "two", now=LATER)
    assert (taken.call_id, taken.doubtful) == (call.call_id, True)  # it may have been sent


async def test_a_renewed_lease_holds(engine: AsyncEngine) -> None:
    call = await leased(engine)
    async with engine.begin() as connection:
        await outbox.renew(connection, [call.call_id], owner="one", now=LATER)
    assert await due(engine, "two", now=LATER) == []


async def test_who_lost_a_lease_changes_nothing_any_more(engine: AsyncEngine) -> None:
    call = await leased(engine)
    await due(engine, "two", now=LATER)
    async with engine.begin() as connection:
        sent = Verdict(replace(call, state=State.SENT), status=200)
        await outbox.settle(connection, [sent], owner="one", now=LATER)
        assert not await outbox.begin_push(connection, call, owner="one", now=LATER)
        assert await connection.scalar(text("SELECT state FROM outbox")) == "sending"
        await outbox.settle(connection, [sent], owner="two", now=LATER)
        assert await connection.scalar(text("SELECT state FROM outbox")) == "sent"


async def test_a_later_call_waits_for_an_earlier_one_elsewhere(engine: AsyncEngine) -> None:
    await leased(engine, owner="one")
    async with engine.begin() as connection:
        call = messages("mei", [say("next")], why="test", now=NOON)
        assert await outbox.insert(connection, [call], owner="two", now=NOON) == []
    assert await due(engine, "two") == []
    assert len(await due(engine, "one")) == 1  # its own come in line behind


async def test_the_order_gives_way_after_a_while(engine: AsyncEngine) -> None:
    """A call that rides on no token may not keep a friend waiting for ever."""
    await leased(engine, owner="one")
    async with engine.begin() as connection:
        late = NOON + outbox.PATIENCE + timedelta(seconds=1)
        call = messages("mei", [say("next")], why="test", now=late)
        assert len(await outbox.insert(connection, [call], owner="two", now=late)) == 1


async def test_a_claim_ends_with_its_transaction(postgres_engine: AsyncEngine) -> None:
    event = {"type": "message", "source": {"type": "user", "userId": "mei"}}
    received = [
        receive(event | {"webhookEventId": str(n), "timestamp": n}, now=NOON) for n in (2, 1)
    ]
    engine = single_statements(postgres_engine)
    assert len(await inbox.receive(engine, received, new_lanes=["mei"])) == 2
    async with postgres_engine.connect() as one, postgres_engine.connect() as two:
        claimed = await inbox.claim(one, now=NOON, floor=0, limit=10)
        assert [each.webhook_event_id for each in claimed] == ["1", "2"]  # by event time
        assert await inbox.claim(two, now=NOON, floor=0, limit=10) == []
        await one.invalidate()  # its process dies
        await two.rollback()
        for _ in range(100):
            if claimed := await inbox.claim(two, now=NOON, floor=0, limit=10):
                break
            await two.rollback()
        assert len(claimed) == 2


@pytest.mark.parametrize("same", ["one", "two"])
async def test_an_event_is_queued_once(engine: AsyncEngine, same: str) -> None:
    event = {"type": "message", "webhookEventId": "e", "source": {"type": "user", "userId": "m"}}
    first, again = receive(event, now=NOON), receive(event, now=NOON)
    where = single_statements(engine)
    batches = [[first, again]] if same == "one" else [[first], [again]]
    fresh = [await inbox.receive(where, events, new_lanes=["m"]) for events in batches]
    assert [len(each) for each in fresh] == [1, 0][: len(batches)]
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM inbox")) == 1
