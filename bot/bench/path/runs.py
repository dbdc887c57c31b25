"""Running a load against a program: closed loop, open loop, and a conversation of taps."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from bot.bench.path import machine
from bot.bench.path.load import Ack, Load
from bot.bench.path.record import Run, judge
from bot.bench.path.sink import Sink
from bot.bench.path.stage import Stage
from bot.bench.path.subject import Subject
from bot.bench.path.webhooks import Delivery, Event

CONNECTIONS = 32
#: How long answers are waited for after the last webhook was sent.
PATIENCE_SECONDS = 30.0
#: After the last answer: what comes now came twice. Settling counts as our work, too.
QUIET_SECONDS = 0.1


@dataclass(slots=True)
class Trial:
    """A program on its stage, with connections to it."""

    stage: Stage
    load: Load
    subjects: Sequence[Subject]
    _marks: tuple[float, float, float] = field(default=(0.0, 0.0, 0.0))

    async def closed(
        self, deliveries: Sequence[Delivery], *, silent: frozenset[str] = frozenset()
    ) -> Run:
        """Send as fast as each connection is answered.

        Args:
            deliveries: all of it.
            silent: reply tokens of events that get no answer.
        """
        self._begin()
        for delivery in deliveries:
            self.load.send(delivery)
        return await self._finish(deliveries, silent)

    async def steady(self, deliveries: Sequence[Delivery], *, rate: float, seed: int = 7) -> Run:
        """Send at random moments, so many a second on average, whatever the program does."""
        dice = random.Random(seed)
        self._begin()
        due = self._marks[0]
        for delivery in deliveries:
            due += dice.expovariate(rate)
            if (early := due - perf_counter()) > 0:
                await asyncio.sleep(early)
            self.load.send(delivery, due)
        return await self._finish(deliveries, frozenset())

    async def talk(self, conversations: Mapping[int, Sequence[Delivery]]) -> Run:
        """Let every friend send on as soon as the last answer is there."""
        lines = {friend: iter(deliveries) for friend, deliveries in conversations.items()}
        of = {
            event.reply_token: event.friend
            for deliveries in conversations.values()
            for delivery in deliveries
            for event in delivery.events
        }

        def go_on(token: str) -> None:
            if (delivery := next(lines[of[token]], None)) is not None:
                self.load.send(delivery)

        self._begin()
        self.stage.sink.on_reply = go_on
        for line in lines.values():
            self.load.send(next(line))
        everything = [d for deliveries in conversations.values() for d in deliveries]
        try:
            return await self._finish(everything, frozenset())
        finally:
            self.stage.sink.on_reply = None

    def _begin(self) -> None:
        self.stage.sink.forget()
        self.load.acks = []
        cpu = sum(subject.cpu_seconds for subject in self.subjects)
        other = machine.busy_seconds(self.stage.cores.others)
        self._marks = (perf_counter(), cpu, other)

    async def _finish(self, deliveries: Sequence[Delivery], silent: frozenset[str]) -> Run:
        began, cpu, other = self._marks
        sink = self.stage.sink
        events = [e for d in deliveries for e in d.events if e.reply_token not in silent]
        await self._all_arrived(sink, len(events))
        other = machine.busy_seconds(self.stage.cores.others) - other
        await asyncio.sleep(QUIET_SECONDS)
        used = sum(subject.cpu_seconds for subject in self.subjects) - cpu
        ended = max((reply.at for reply in sink.replies), default=perf_counter())
        faults = judge(events, self.load.acks, sink.replies)
        faults.wrong += sink.pushes
        return Run(
            events=len(events),
            seconds=ended - began,
            cpu_seconds=used,
            other_seconds=other,
            acks=sorted(ack.answered - ack.due for ack in self.load.acks),
            replies=_waits(self.load.acks, sink),
            faults=faults,
        )

    async def _all_arrived(self, sink: Sink, number: int) -> None:
        """Wait for all answers, and give up once nothing has come for a while."""
        seen, since = -1, perf_counter()
        while len(sink.replies) < number:
            if len(sink.replies) != seen:
                seen, since = len(sink.replies), perf_counter()
            elif perf_counter() - since > PATIENCE_SECONDS:
                return
            await asyncio.sleep(0.002)


def _waits(acks: Sequence[Ack], sink: Sink) -> list[float]:
    due = {event.reply_token: ack.due for ack in acks for event in ack.delivery.events}
    return sorted(reply.at - due[reply.token] for reply in sink.replies if reply.token in due)


def single(events: Sequence[Event], stage: Stage) -> list[Delivery]:
    """Put each event in a webhook of its own."""
    return [stage.mint.delivery(event) for event in events]
