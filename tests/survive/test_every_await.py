"""The process is stopped at every point between an event's arrival and its end, one run a point.

Nothing may be lost, doubled or left behind: a fresh process on the same stores makes it good.
Most points of two ways are the same, and on PostgreSQL a run costs more: each day takes every
second or fourth of them, others than the day before. ``ENISHI_TEST_POINTS=all`` takes all.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.bench.survive.echo import PAYS
from bot.bench.survive.fuse import KILLED
from bot.clock import utc_now
from tests.survive.conftest import Fresh
from tests.survive.stopping import Case, Outcome, open_case

Way = Callable[[Case], Awaitable[str]]
#: Runs at once: they wait more than they work.
TOGETHER = 6
#: Of the points, one in so many.
STRIDE = {"sqlite": 2, "postgres": 4}


async def reply(case: Case) -> str:
    """The answer leaves on its token."""
    del case
    return "1"


async def push(case: Case) -> str:
    """The token works no more, and the answer is worth a push."""
    order = {"path": "/v2/bot/message/reply", "kind": "status", "status": 400}
    case.line.platform.faults.add({**order, "message": "Invalid reply token"})
    return f"1{PAYS}"


async def parked(case: Case) -> str:
    """LINE takes nothing from this channel for a moment: the push waits, off the bill."""
    words = await push(case)
    order = {"path": "/v2/bot/message/push", "kind": "status", "status": 401, "times": 1}
    case.line.platform.faults.add(order)
    return words


#: What LINE is asked for in each way.
ASKED: dict[Way, str] = {reply: "reply", push: "push", parked: "push"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", ASKED)
async def test_an_event_survives_the_end_of_its_process_at_every_point(
    way: Way, fresh: Fresh, redis_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    points = await _points(way, await fresh(), redis_url, tmp_path)
    assert any(f"/message/{ASKED[way]}" in point for point in points), points
    turns = asyncio.Semaphore(TOGETHER)
    chosen = _chosen(len(points), "postgres" if "postgres" in request.node.name else "sqlite")
    print(f"stopped at points {list(chosen)} of {len(points)}")

    async def stopped_at(number: int) -> str:
        async with turns:
            outcome = await _run(way, number, await fresh(), redis_url, tmp_path)
        return outcome.problem and f"point {number}, {points[number - 1]}: {outcome.problem}"

    found = await asyncio.gather(*map(stopped_at, chosen))
    assert [problem for problem in found if problem] == []


def _chosen(count: int, database: str) -> range:
    if os.environ.get("ENISHI_TEST_POINTS") == "all":
        return range(1, count + 1)
    stride = STRIDE[database]
    return range(1 + utc_now().toordinal() % stride, count + 1, stride)


async def _points(way: Way, database_url: str, redis_url: str, folder: Path) -> list[str]:
    """Handle an event to its end and return the points it passes."""
    async with open_case(database_url, redis_url, folder) as case:
        event_id, code = await case.dies(await way(case), at=None, points=folder / "points")
        assert code == 0
        assert (await case.recovers(event_id)).problem == ""
    return (folder / "points").read_text().splitlines()


async def _run(way: Way, number: int, database_url: str, redis_url: str, folder: Path) -> Outcome:
    async with open_case(database_url, redis_url, folder) as case:
        event_id, code = await case.dies(await way(case), at=number, points=None)
        assert code in {KILLED, 0}, f"the process ended with {code}"
        case.line.platform.faults.clear()
        return await case.recovers(event_id)
