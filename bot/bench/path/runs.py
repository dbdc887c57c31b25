"""Running a load against a program: closed loop, open loop, and a conversation of taps."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from bot.bench.path import machine
from bot.bench.path.load import Ack, Load
from bot.bench.path.record import HTTP_OK, Faults, Run, judge
from bot.bench.path.sink import Sink
from bot.bench.path.stage import Stage
from bot.bench.path.subject import Subject
from bot.bench.path.webhooks import Delivery

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
    #: Events of webhooks that were answered 200 without waiting for replies.
    accepted: int = 0
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

    async def talk(
        self, conversations: Mapping[int, Sequence[Delivery]], *, links: int = 0
    ) -> Run:
        """Let every friend send on as soon as the last answer is there.

        Args:
            conversations: what each friend sends, in order.
            links: menus that will have been linked in the end.
        """
        lines = {friend: iter(deliveries) for friend, deliveries in conversations.items()}
        everything = [d for deliveries in conversations.values() for d in deliveries]
        of = {event.reply_token: event.friend for d in everything for event in d.events}

        def go_on(token: str) -> None:
            if (delivery := next(lines[of[token]], None)) is not None:
                self.load.send(delivery)

        self._begin()
        self.stage.sink.on_reply = go_on
        for line in lines.values():
            self.load.send(next(line))
        try:
            return await self._finish(everything, frozenset(), links=links)
        finally:
            self.stage.sink.on_reply = None

    async def accept(self, deliveries: Sequence[Delivery]) -> Run:
        """Send as fast as each connection is answered, and ask for no more than the 200."""
        self._begin()
        for delivery in deliveries:
            self.load.send(delivery)
        began, cpu, other = self._marks
        await _arrived(lambda: len(self.load.acks), len(deliveries))
        ended = max((ack.answered for ack in self.load.acks), default=perf_counter())
        refused = sum(ack.status != HTTP_OK for ack in self.load.acks)
        taken = [ack for ack in self.load.acks if ack.status == HTTP_OK]
        events = sum(len(ack.delivery.events) for ack in taken)
        self.accepted += events
        return Run(
            events=max(1, events),
            seconds=ended - began,
            cpu_seconds=self._cpu_seconds() - cpu,
            other_seconds=machine.busy_seconds(self.stage.cores.others) - other,
            acks=sorted(ack.answered - ack.due for ack in self.load.acks),
            faults=Faults(refused=refused, lost=len(deliveries) - len(self.load.acks)),
        )

    async def pushed(self, number: int) -> None:
        """Wait until so many pushes have arrived, and a moment more for those too many."""
        await _arrived(lambda: self.stage.sink.pushes, number)
        await asyncio.sleep(QUIET_SECONDS)

    def _begin(self) -> None:
        self.stage.sink.forget()
        self.load.acks = []
        other = machine.busy_seconds(self.stage.cores.others)
        self._marks = (perf_counter(), self._cpu_seconds(), other)

    def _cpu_seconds(self) -> float:
        return sum(subject.cpu_seconds for subject in self.subjects)

    async def _finish(
        self, deliveries: Sequence[Delivery], silent: frozenset[str], *, links: int = 0
    ) -> Run:
        began, cpu, other = self._marks
        sink = self.stage.sink
        events = [e for d in deliveries for e in d.events if e.reply_token not in silent]
        await _arrived(lambda: len(sink.replies), len(events))
        await _arrived(lambda: len(sink.links), links)
        other = machine.busy_seconds(self.stage.cores.others) - other
        await asyncio.sleep(QUIET_SECONDS)
        used = self._cpu_seconds() - cpu
        arrivals = [reply.at for reply in sink.replies] + [link.at for link in sink.links]
        faults = judge(events, self.load.acks, sink.replies)
        faults.wrong += sink.pushes
        return Run(
            events=len(events),
            seconds=max(arrivals, default=perf_counter()) - began,
            cpu_seconds=used,
            other_seconds=other,
            acks=sorted(ack.answered - ack.due for ack in self.load.acks),
            replies=_waits(self.load.acks, sink),
            faults=faults,
        )


async def _arrived(counted: Callable[[], int], number: int) -> None:
    """Wait for so many, and give up once nothing has come for a while."""
    seen, since = -1, perf_counter()
    while (now := counted()) < number:
        if now != seen:
            seen, since = now, perf_counter()
        elif perf_counter() - since > PATIENCE_SECONDS:
            return
        await asyncio.sleep(0.002)


def _waits(acks: Sequence[Ack], sink: Sink) -> list[float]:
    due = {event.reply_token: ack.due for ack in acks for event in ack.delivery.events}
    return sorted(reply.at - due[reply.token] for reply in sink.replies if reply.token in due)
