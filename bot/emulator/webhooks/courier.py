"""The courier: carries events to the bot, again when asked to, and keeps the book of it.

    emit -> send -> (gathered into a batch, shuffled) -> lane of the user -> post -> redelivery

Events of one user leave in order, one at a time, unless ``reorder`` is on; LINE promises less,
but a default that never changes is easier to test against.
"""

import asyncio
import itertools
import random
from collections import deque
from collections.abc import Coroutine
from typing import Any, Final

import aiohttp

from bot.emulator.platform import Platform
from bot.emulator.rules import reply_tokens
from bot.emulator.webhooks.delivery import Delivery, DeliveryState
from bot.emulator.webhooks.events import chat_of
from bot.emulator.webhooks.sender import open_session, post

#: How long events are held to be batched or shuffled, in machine seconds.
HOLD_SECONDS: Final = 0.05
CONCURRENT_POSTS: Final = 100
BOOK_ENTRIES: Final = 5_000


class Courier:
    """Delivers webhooks in the background of the emulator's app."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._http: aiohttp.ClientSession | None = None
        self._numbers = itertools.count(1)
        self._lanes: dict[str, deque[Delivery]] = {}
        self._held: list[dict[str, Any]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._posts = asyncio.Semaphore(CONCURRENT_POSTS)
        self._open = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.book: deque[Delivery] = deque(maxlen=BOOK_ENTRIES)

    def start(self) -> None:
        """Open the connections and take up what was left; call it inside the running loop."""
        self._http = open_session()
        waiting, self._platform.world.undelivered = self._platform.world.undelivered, []
        for events in waiting:
            for event in events:
                event["deliveryContext"] = {"isRedelivery": True}
            self._dispatch(events)

    async def stop(self) -> None:
        """Drop what is under way and close the connections."""
        await self.abandon()
        if self._http is not None:
            await self._http.close()

    async def abandon(self) -> None:
        """Drop what is under way and forget what was delivered."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lanes.clear()
        self._held.clear()
        self.book.clear()
        self._opened(-self._open)

    @property
    def http(self) -> aiohttp.ClientSession:
        """The client of webhooks; the app must have been started."""
        if self._http is None:
            msg = "the emulator's app is not running"
            raise RuntimeError(msg)
        return self._http

    async def settle(self, timeout_seconds: float) -> bool:
        """Wait until nothing is pending or in flight; False when that takes too long."""
        try:
            await asyncio.wait_for(self._idle.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return True

    def send(self, event: dict[str, Any]) -> None:
        """Take an event for delivery."""
        behaviour = self._platform.world.behaviour
        if behaviour.batch > 1 or behaviour.reorder:
            self._hold(event)
        else:
            self._dispatch([event])

    def undelivered(self) -> list[list[dict[str, Any]]]:
        """Return the events of each webhook that is still on its way."""
        pending = [d for d in self.book if d.state is DeliveryState.PENDING and not d.duplicate]
        held = [self._held] if self._held else []
        return [delivery.events for delivery in pending] + held

    def redeliver(self, delivery: Delivery) -> None:
        """Send a delivery once more, whatever became of it."""
        delivery.state = DeliveryState.PENDING
        self._opened(1)
        self._spawn(self._closing(delivery, self._attempt(delivery)))

    # --- holding back -------------------------------------------------------------------

    def _hold(self, event: dict[str, Any]) -> None:
        self._held.append(event)
        behaviour = self._platform.world.behaviour
        if not behaviour.reorder and len(self._held) >= behaviour.batch:
            self._release()
        elif len(self._held) == 1:
            self._opened(1)
            self._spawn(self._release_later())

    async def _release_later(self) -> None:
        try:
            await asyncio.sleep(HOLD_SECONDS)
            self._release()
        finally:
            self._opened(-1)

    def _release(self) -> None:
        events, self._held = self._held, []
        behaviour = self._platform.world.behaviour
        if behaviour.reorder and len(events) > 1:
            dice = random.Random(behaviour.seed)  # noqa: S311 - repeatable on purpose
            in_order = list(events)
            while events == in_order:
                dice.shuffle(events)
        size = max(1, behaviour.batch)
        for start in range(0, len(events), size):
            self._dispatch(events[start : start + size], lane="held")

    # --- lanes --------------------------------------------------------------------------

    def _dispatch(self, events: list[dict[str, Any]], lane: str | None = None) -> None:
        world = self._platform.world
        delivery = self._enter(events)
        if world.webhook_url is None or not world.webhook_active:
            delivery.state = DeliveryState.DROPPED
            self._publish(delivery)
            return
        copies = [delivery]
        for _ in range(world.behaviour.duplicate):
            copies.append(self._enter(events))
            copies[-1].duplicate = True
        source = events[0].get("source")
        self._queue(lane or (chat_of(source) if source else "account"), copies)

    def _enter(self, events: list[dict[str, Any]]) -> Delivery:
        at = self._platform.clock.ms()
        delivery = Delivery(next(self._numbers), at, self._platform.world.webhook_url, events)
        self.book.append(delivery)
        return delivery

    def _queue(self, lane: str, deliveries: list[Delivery]) -> None:
        self._opened(len(deliveries))
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.extend(deliveries)
            return
        self._lanes[lane] = deque(deliveries)
        self._spawn(self._drain(lane))

    async def _drain(self, lane: str) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                delivery = waiting.popleft()
                await self._attempt(delivery)
                if self._wants_redelivery(delivery):
                    self._spawn(self._closing(delivery, self._repeat(delivery)))
                else:
                    self._close(delivery)
        finally:
            self._lanes.pop(lane, None)

    # --- attempts -----------------------------------------------------------------------

    async def _attempt(self, delivery: Delivery) -> None:
        async with self._posts:
            if delivery.attempts and not delivery.duplicate:
                for event in delivery.events:
                    event["deliveryContext"] = {"isRedelivery": True}
            self._start_tokens(delivery)
            url = delivery.url or ""
            attempt = await post(self._platform, self.http, url, delivery.events)
        delivery.attempts.append(attempt)
        if attempt.accepted:
            delivery.state = DeliveryState.DELIVERED
        self._publish(delivery)

    async def _repeat(self, delivery: Delivery) -> None:
        pause = self._platform.world.behaviour.redelivery_backoff_seconds
        while self._wants_redelivery(delivery):
            await asyncio.sleep(pause)
            pause *= 2
            await self._attempt(delivery)

    async def _closing(self, delivery: Delivery, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._close(delivery)

    def _wants_redelivery(self, delivery: Delivery) -> bool:
        behaviour = self._platform.world.behaviour
        return (
            behaviour.redelivery
            and not delivery.duplicate
            and delivery.state is DeliveryState.PENDING
            and len(delivery.attempts) < behaviour.redelivery_attempts
        )

    def _start_tokens(self, delivery: Delivery) -> None:
        now = self._platform.clock.seconds()
        for event in delivery.events:
            if token := event.get("replyToken"):
                reply_tokens.delivered(self._platform.world, token, now)

    # --- bookkeeping --------------------------------------------------------------------

    def _close(self, delivery: Delivery) -> None:
        if delivery.state is DeliveryState.PENDING:
            delivery.state = DeliveryState.FAILED
            self._publish(delivery)
        self._opened(-1)

    def _opened(self, count: int) -> None:
        self._open += count
        if self._open:
            self._idle.clear()
        else:
            self._idle.set()

    def _publish(self, delivery: Delivery) -> None:
        if self._platform.stream.watched:
            self._platform.stream.publish({"type": "webhook", "delivery": delivery.wire()})

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
