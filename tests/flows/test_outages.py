"""The database or Redis goes away: nothing is lost, and work goes on by itself afterwards."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.embedded.valkey import ValkeyServer, free_port
from tests.flows.support import Cable, echo, metric, tell_line, texts, until
from tests.support import Shop, open_shop

STATE = "SELECT state FROM outbox WHERE kind = 'message'"


async def ready(shop: Shop) -> tuple[int, dict[str, bool]]:
    async with shop.http.get(f"{shop.bot_url}/readyz") as response:
        return response.status, await response.json()


@pytest.fixture
async def cable(postgres_url: str) -> "Cable":
    where = urlsplit(postgres_url)
    assert where.hostname
    assert where.port
    return Cable(where.hostname, where.port)


async def test_postgres_goes_away_and_comes_back(
    cable: Cable, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """LINE is told 503, sends again, and the friend is answered once."""
    async with cable.laid():
        where = urlsplit(postgres_url)
        url = postgres_url.replace(f":{where.port}/", f":{cable.port}/")
        async with open_shop(url, redis_url, tmp_path, root=echo()) as shop:
            mei = await shop.phone("Mei")
            await mei.says("1")
            await shop.settle()
            await tell_line(shop, "webhook", redelivery=True, attempts=10)
            refused = await metric(shop, 'enishi_webhooks_total{status="503"}')
            cable.cut()
            assert await ready(shop) == (503, {"database": False, "redis": True})
            await mei.says("2")

            async def was_refused() -> bool:
                return await metric(shop, 'enishi_webhooks_total{status="503"}') > refused

            await until(was_refused)
            cable.mend()
            await shop.settle()
            assert await texts(mei) == ["1", "2"]
            assert (await ready(shop))[0] == 200


async def test_an_answer_under_way_when_postgres_goes_away_is_not_said_twice(
    cable: Cable, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with cable.laid():
        where = urlsplit(postgres_url)
        url = postgres_url.replace(f":{where.port}/", f":{cable.port}/")
        async with open_shop(url, redis_url, tmp_path, root=echo()) as shop:
            mei = await shop.phone("Mei")
            await shop.fault("/v2/bot/message/reply", "delay", seconds=0.5, times=1)
            await mei.says("1")

            async def leased() -> bool:
                return await shop.sql(STATE) == [("sending",)]

            await until(leased)
            cable.cut()

            async def arrived() -> bool:
                return await texts(mei) == ["1"]

            await until(arrived)
            cable.mend()
            await shop.advance(31)  # what the database forgot in the middle is taken up again
            await shop.work()
            await shop.settle()
            assert await texts(mei) == ["1"]
            assert await shop.sql(STATE) == [("sent",)]


async def test_redis_goes_away_in_the_middle_and_comes_back(
    database_url: str, tmp_path: Path
) -> None:
    folder, port = tmp_path / "valkey", free_port()
    async with (
        ValkeyServer(folder, port=port) as valkey,
        open_shop(database_url, valkey.url, tmp_path, root=echo()) as shop,
    ):
        mei = await shop.phone("Mei")
        for number, is_there in enumerate((True, False, True)):
            if number:
                (valkey.start if is_there else valkey.stop)()
            await mei.says(str(number))
            await shop.settle()
            assert (await texts(mei))[-1] == str(number)
            wanted = (200, {"database": True, "redis": is_there})

            async def as_wanted(wanted: object = wanted) -> bool:
                return await ready(shop) == wanted  # a kept connection may be the old one

            await until(as_wanted)


async def test_a_shop_opens_without_redis(database_url: str, tmp_path: Path) -> None:
    nowhere = f"unix://{tmp_path}/nobody.sock"
    async with open_shop(database_url, nowhere, tmp_path, root=echo()) as shop:
        mei = await shop.phone("Mei")
        await mei.says("1")
        await shop.settle()
        assert await texts(mei) == ["1"]
        assert await ready(shop) == (200, {"database": True, "redis": False})
