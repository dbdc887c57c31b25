"""LINE's rate limits, shared by processes through a real Valkey server."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.embedded.valkey import ValkeyServer, free_port
from bot.line.buckets import Meter, pace_of
from bot.line.limits import Limit
from bot.line.rates import Rates, bucket_of

PUSH = bucket_of("POST", "/v2/bot/message/push")
MENUS = bucket_of("POST", "/v2/bot/richmenu")
WINDOW = 0.4


@pytest.fixture(scope="module")
def server() -> Iterator[ValkeyServer]:
    with tempfile.TemporaryDirectory(prefix="enishi-test-") as name:
        server = ValkeyServer(Path(name))
        server.start()
        yield server
        server.stop()


@pytest.fixture
async def redis(server: ValkeyServer) -> AsyncIterator[Redis]:
    async with Redis.from_url(server.url) as redis:
        await redis.flushall()
        yield redis


def always(calls: float, seconds: float = 1) -> Callable[[str], Limit]:
    return lambda _: Limit(calls, seconds)


async def calls_made(*processes: Rates, seconds: float = WINDOW) -> list[int]:
    """Call as fast as each process may, and count."""
    made = [0] * len(processes)
    end = monotonic() + seconds

    async def call(index: int) -> None:
        while monotonic() < end:
            await processes[index].take(PUSH)
            made[index] += 1

    callers = [asyncio.create_task(call(index)) for index in range(len(processes)) for _ in "1234"]
    await asyncio.wait(callers, timeout=seconds)
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    return made


async def test_calls_keep_to_the_limit(redis: Redis) -> None:
    async with Rates(redis, limits=always(500)) as rates:
        (made,) = await calls_made(rates)
    assert 500 * WINDOW * 0.5 < made <= 500 * WINDOW + 50 + 25


async def test_two_processes_share_one_limit(redis: Redis) -> None:
    async with (
        Rates(redis, limits=always(500)) as one,
        Rates(redis, limits=always(500)) as other,
    ):
        made = await calls_made(one, other)
    assert min(made) > 0
    assert 500 * WINDOW * 0.5 < sum(made) <= 500 * WINDOW + 50 + 2 * 25


async def test_channels_do_not_share(redis: Redis) -> None:
    hourly = always(1, 3600)
    async with (
        Rates(redis, limits=hourly, channel="a") as one,
        Rates(redis, limits=hourly, channel="b") as other,
    ):
        await one.take(PUSH)
        await other.take(PUSH)
    keys = [key async for key in redis.scan_iter()]
    assert sorted(keys) == [f"{{line:{name}}}:rate:{PUSH}".encode() for name in "ab"]


async def test_a_call_costs_no_round_trip_to_redis(redis: Redis) -> None:
    await redis.config_resetstat()
    async with Rates(redis) as rates:
        (made,) = await calls_made(rates)
    stats = await redis.info("commandstats")
    assert stats["cmdstat_evalsha"]["calls"] < made / 10


async def test_a_limit_by_the_hour_may_be_used_at_once_and_no_more(redis: Redis) -> None:
    hourly = always(3, 3600)
    async with Rates(redis, limits=hourly) as one, Rates(redis, limits=hourly) as other:
        for rates in (one, other, one):
            async with asyncio.timeout(1):
                await rates.take(MENUS)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await other.take(MENUS)
        assert not one.try_take(MENUS)


async def test_who_came_first_goes_first(redis: Redis) -> None:
    went: list[int] = []

    async def call(rates: Rates, place: int) -> None:
        await rates.take(PUSH)
        went.append(place)

    async with Rates(redis, limits=always(100)) as rates:
        await asyncio.gather(*(call(rates, place) for place in range(20)))
    assert went == list(range(20))


async def test_nobody_who_waits_is_overtaken(redis: Redis) -> None:
    async with Rates(redis) as rates:
        waiting = asyncio.create_task(rates.take(PUSH))
        await asyncio.sleep(0)
        assert not rates.try_take(PUSH)
        await waiting
        assert not waiting.cancelled()


async def test_a_turn_that_comes_too_late_goes_to_the_next(redis: Redis) -> None:
    async with Rates(redis, limits=always(1, 3600)) as rates:
        gone = asyncio.create_task(rates.take(PUSH))
        stays = asyncio.create_task(rates.take(PUSH))
        while not rates._buckets.get(PUSH) or rates._buckets[PUSH].leased == 0:
            await asyncio.sleep(0)
        gone.cancel()
        async with asyncio.timeout(1):
            await stays
        assert gone.cancelled()


async def test_a_429_slows_every_process_down(redis: Redis) -> None:
    async with Rates(redis) as one, Rates(redis) as other:
        await one.take(PUSH)
        one.slow_down(PUSH, 0.3)
        assert not one.try_take(PUSH)
        while await redis.pttl(f"{{line:main}}:rate:{PUSH}") < 200:
            await asyncio.sleep(0)  # until the pause has reached the server
        started = monotonic()
        await asyncio.gather(one.take(PUSH), other.take(PUSH))
        assert 0.25 < monotonic() - started < 1


async def test_lifted_limits_ask_nobody() -> None:
    async with Redis.from_url(f"redis://127.0.0.1:{free_port()}") as nobody:
        rates = Rates(nobody, scale=0)
        assert all(rates.try_take(MENUS) for _ in range(1000))
        await rates.take(MENUS)
        rates.slow_down(MENUS, 60)
        assert rates.try_take(MENUS)


async def test_without_redis_a_process_keeps_to_a_careful_share() -> None:
    with capture_logs() as logs:
        async with Rates(None, limits=always(1000)) as rates:
            (made,) = await calls_made(rates)
    assert 250 * WINDOW * 0.5 < made <= 250 * WINDOW + 25
    assert [log["event"] for log in logs] == ["line.rates_unshared"]


async def test_calls_go_on_when_redis_is_not_there_at_the_start() -> None:
    async with Redis.from_url(f"redis://127.0.0.1:{free_port()}") as nobody:
        with capture_logs() as logs:
            async with Rates(nobody) as rates, asyncio.timeout(2):
                for _ in range(20):
                    await rates.take(PUSH)
    assert [log["event"] for log in logs] == ["line.rates_unshared"]


async def test_calls_go_on_while_redis_is_cut_and_are_shared_again_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.line.leases.REDIS_SECONDS", 0.05)
    with tempfile.TemporaryDirectory(prefix="enishi-test-") as name, capture_logs() as logs:
        server = ValkeyServer(Path(name), port=free_port())
        server.start()
        async with Redis.from_url(server.url) as redis, Rates(redis) as rates:
            await calls_made(rates, seconds=0.1)
            server.stop()
            (made,) = await calls_made(rates, seconds=WINDOW)
            assert made > 0
            server.start()
            while not any(log["event"] == "line.rates_shared" for log in logs):
                await calls_made(rates, seconds=0.05)
            while not await redis.exists(f"{{line:main}}:rate:{PUSH}"):
                await calls_made(rates, seconds=0.05)
        server.stop()
    # A busy machine may lose sight of Redis once more in between.
    assert [log["event"] for log in logs][:2] == ["line.rates_unshared", "line.rates_shared"]


@given(
    calls=st.integers(1, 2000),
    seconds=st.sampled_from([1, 60, 3600]),
    asks=st.lists(st.tuples(st.floats(0, 5), st.integers(1, 300)), min_size=1, max_size=50),
)
def test_no_stretch_of_time_lets_more_go_than_the_bucket_and_its_filling(
    calls: int, seconds: int, asks: list[tuple[float, int]]
) -> None:
    pace = pace_of(Limit(calls, seconds), 1.0)
    meter, now, granted = Meter(pace), 1000.0, 0
    for later, wanted in asks:
        now += later
        got, wait = meter.lease(wanted, now)
        granted += got
        assert (got > 0) == (wait <= 0)
    assert granted <= pace.burst + (now - 1000.0) / pace.interval + 1


def test_who_waits_as_told_gets_a_turn() -> None:
    meter = Meter(pace_of(Limit(100, 1), 1.0))
    assert meter.lease(50, 1000.0) == (10, 0.0)
    granted, wait = meter.lease(1, 1000.0)
    assert (granted, round(wait, 6)) == (0, 0.01)
    assert meter.lease(1, 1000.0 + wait) == (1, 0.0)


def test_a_scale_makes_a_limit_smaller() -> None:
    assert pace_of(Limit(2000, 1), 0.1) == pace_of(Limit(200, 1), 1)
