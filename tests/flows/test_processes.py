"""Several processes of one bot: each event once, each friend in order, nothing left behind."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.app import ALL, DISPATCHER, Role
from bot.emulator.phone import Phone
from bot.line.messages import text
from bot.routing import Context, Messages, Router
from tests.conftest import OpenShop
from tests.flows.support import REPLY, deliver, echo, says, texts, until
from tests.support import Shop, open_shop

FRIENDS, SENTENCES = 4, 12


class Watcher:
    """A bot that notices when one friend's events are handled at the same time."""

    def __init__(self) -> None:
        self.busy: set[str] = set()
        self.met: list[str] = []
        self.root = Router("root")
        self.root.message("text")(self.say)

    async def say(self, ctx: Context) -> Messages:
        with self._alone(ctx.user_id):
            for _ in range(5):
                await asyncio.sleep(0)  # let the other worker have its turn
            return [text(ctx.event["message"]["text"])]

    @contextmanager
    def _alone(self, user_id: str) -> Iterator[None]:
        if user_id in self.busy:
            self.met.append(user_id)
        self.busy.add(user_id)
        yield
        self.busy.discard(user_id)


async def test_two_processes_share_the_work_and_keep_every_friends_order(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    watcher = Watcher()
    async with (
        open_shop(postgres_url, redis_url, tmp_path, root=watcher.root) as shop,
        shop.process(ALL, root=watcher.root),
    ):
        phones = [await shop.phone(f"Friend {number}") for number in range(FRIENDS)]
        expected = [str(number) for number in range(SENTENCES)]
        for words in expected:
            for phone in phones:
                await phone.says(words)
        await shop.settle()
        for phone in phones:
            assert await texts(phone) == expected
        assert watcher.met == []
        assert len(await shop.requests(REPLY)) == FRIENDS * SENTENCES


async def test_web_worker_and_dispatcher_can_live_apart(open_shop: OpenShop) -> None:
    async with (
        open_shop(roles=Role.WEB) as shop,
        shop.process(Role.WORKER, root=echo()),
        shop.process(Role.DISPATCHER),
        shop.process(Role.SCHEDULER),
    ):
        mei = await shop.phone("Mei")
        for words in ("1", "2", "3"):
            await mei.says(words)
        await answered(shop, mei, 3)
        assert await texts(mei) == ["1", "2", "3"]


async def test_what_came_while_no_worker_ran_is_answered_when_one_does(
    open_shop: OpenShop,
) -> None:
    async with open_shop(roles=Role.WEB) as shop:
        mei, ken = await shop.phone("Mei"), await shop.phone("Ken")
        await mei.says("1")
        await ken.says("2")
        await shop.line.settle(5)
        async with shop.process(Role.WORKER, root=echo()):
            await answered(shop, mei, 1)
            await answered(shop, ken, 1)


async def test_a_worker_that_is_stopped_finishes_what_it_has_claimed(
    open_shop: OpenShop,
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()
    root = Router("root")

    @root.message("text")
    async def think(ctx: Context) -> Messages:
        begun.set()
        await gate.wait()
        return [text(ctx.event["message"]["text"])]

    async with open_shop(roles=Role.WEB) as shop:
        mei = await shop.phone("Mei")
        stop = asyncio.Event()

        async def work() -> None:
            async with shop.process(Role.WORKER, root=root):
                await stop.wait()

        worker = asyncio.create_task(work())
        assert await deliver(shop, says(shop, mei, "1")) == 200
        await begun.wait()
        stop.set()
        await asyncio.sleep(0)
        gate.set()
        await worker
        assert await texts(mei) == ["1"]
        assert await shop.sql("SELECT state FROM outbox WHERE kind = 'message'") == [("sent",)]


async def test_what_a_dead_worker_had_in_its_hands_is_said_by_another_process(
    open_shop: OpenShop,
) -> None:
    async with open_shop(roles=Role.WEB) as shop:
        mei = await shop.phone("Mei")
        await shop.fault(REPLY, "status", status=429)
        async with shop.process(Role.WORKER, root=echo()) as worker:
            assert await deliver(shop, says(shop, mei, "1")) == 200

            async def leased() -> bool:
                return bool(await shop.sql("SELECT 1 FROM outbox WHERE state = 'sending'"))

            await until(leased)
            for task in worker[DISPATCHER]._tasks:
                task.cancel()  # it ends without a word to the database
        await shop.no_faults()
        await shop.advance(31)
        async with shop.process(Role.DISPATCHER):
            await answered(shop, mei, 1)
            await shop.settle()
        assert await texts(mei) == ["1"]
        assert await shop.sql("SELECT state FROM outbox WHERE kind = 'message'") == [("sent",)]


async def answered(shop: Shop, phone: Phone, count: int) -> None:
    async def is_answered() -> bool:
        return len(await texts(phone)) >= count

    await until(is_answered)
    assert await shop.line.settle(5)
