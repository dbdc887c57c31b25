"""Two web, three worker and two dispatcher processes on one PostgreSQL and a Valkey cluster."""

from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest

from bot.bench.path.cluster import open_cluster
from bot.bench.path.fleet import Fleet, running
from bot.bench.path.stage import POSTGRES, open_stage
from bot.bench.path.subject import Subject
from bot.bench.path.texts import texts
from bot.bench.path.webhooks import user_id
from bot.clock import utc_now
from bot.embedded.postgres import find_binaries
from bot.line.messages import text
from bot.outbox import repository
from bot.outbox.model import messages
from bot.store.engine import open_engine
from tests.support import require

EVENTS = 1_000
PUSHES = 20


@pytest.mark.timeout(600)  # seven processes start on one core
async def test_every_event_is_answered_once_and_in_order_by_all_of_them(tmp_path: Path) -> None:
    require(find_binaries(), "PostgreSQL", "Debian: apt-get install postgresql")
    async with open_stage(tmp_path) as stage, open_cluster(tmp_path / "cluster") as cluster:
        stage.redis_url = cluster
        database_url = await stage.database(POSTGRES)
        fleet = Fleet(webs=2, workers=3, dispatchers=2)
        async with running(stage, fleet, database_url, rate_scale=1.0) as trial:
            run = await trial.closed(texts(stage, EVENTS))
            assert run.faults.total == 0, str(run.faults)
            await _queue_pushes(database_url)
            await trial.pushed(PUSHES)
            assert stage.sink.pushes == PUSHES
            handled = await _counted(trial.subjects, "enishi_events_handled_total")
            billed = await _counted(trial.subjects, "enishi_billed_total")
            said = "".join(subject.log.read_text() for subject in trial.subjects)
    assert sum(handled) == EVENTS
    assert sum(number > 0 for number in handled[2:5]) >= 2
    assert sum(billed) == PUSHES
    assert "signals." not in said  # the wake-ups
    assert "rates_unshared" not in said


async def _queue_pushes(database_url: str) -> None:
    """Leave paid messages to whichever dispatcher is first."""
    now = utc_now()
    calls = [
        messages(user_id(friend), [text("お知らせ")], why="test", now=now, pays=True)
        for friend in range(PUSHES)
    ]
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await repository.insert(connection, calls, owner=None, now=now)
    await engine.dispose()


async def _counted(subjects: Sequence[Subject], name: str) -> list[float]:
    found = []
    async with aiohttp.ClientSession() as http:
        for subject in subjects:
            async with http.get(f"http://127.0.0.1:{subject.port}/metrics") as response:
                lines = (await response.text()).splitlines()
            found.append(sum(float(line.split()[-1]) for line in lines if line.startswith(name)))
    return found
