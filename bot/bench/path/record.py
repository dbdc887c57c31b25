"""What came of a run: how fast it was, and whether every event was answered once, in order."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.bench.path.load import Ack
from bot.bench.path.sink import Reply
from bot.bench.path.webhooks import Event

HTTP_OK = 200


@dataclass(slots=True)
class Faults:
    """What must be zero."""

    #: Events of accepted webhooks that nobody answered.
    lost: int = 0
    doubled: int = 0
    #: Answers that overtook an earlier one of their friend.
    disordered: int = 0
    #: Webhooks that were not answered 200.
    refused: int = 0
    #: Answers with other words than expected, pushes, tokens nobody gave out.
    wrong: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.lost + self.doubled + self.disordered + self.refused + self.wrong

    def __str__(self) -> str:
        parts = ("lost", "doubled", "disordered", "refused", "wrong")
        found = [f"{getattr(self, part)} {part}" for part in parts if getattr(self, part)]
        return ", ".join(found) or "nothing lost, doubled or wrong"

    def add(self, other: "Faults") -> None:
        """Count another run's too."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.disordered += other.disordered
        self.refused += other.refused
        self.wrong += other.wrong


@dataclass(slots=True)
class Run:
    """One run of a load."""

    events: int
    #: From the first webhook's due time to the last answer.
    seconds: float
    #: Of the program under measure, and of the other core.
    cpu_seconds: float
    other_seconds: float
    #: Sorted, in seconds: from a webhook's due time to its 200, and to the arrival of its answers.
    acks: Sequence[float] = ()
    replies: Sequence[float] = ()
    faults: Faults = field(default_factory=Faults)

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def cpu_us(self) -> float:
        """Microseconds of our processor time an event."""
        return self.cpu_seconds / self.events * 1e6

    @property
    def busy(self) -> float:
        """Part of the time that our core worked for us."""
        return self.cpu_seconds / self.seconds


def percentile(ordered: Sequence[float], part: float) -> float:
    """Return the value that ``part`` of the sorted values do not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def judge(events: Collection[Event], acks: Sequence[Ack], replies: Sequence[Reply]) -> Faults:
    """Hold the answers that arrived against the events that were sent.

    Args:
        events: those that wait for an answer, each friend's in order.
        acks: how the webhooks were taken.
        replies: as they arrived.
    """
    times = Counter(reply.token for reply in replies)
    expected = {event.reply_token: event for event in events}
    last: dict[int, str] = {}
    disordered = 0
    for reply in replies:
        event = expected.get(reply.token)
        if event is None:
            continue
        disordered += reply.token < last.get(event.friend, "")  # tokens are numbered
        last[event.friend] = reply.token
    return Faults(
        lost=sum(token not in times for token in expected),
        doubled=sum(number - 1 for number in times.values()),
        disordered=disordered,
        refused=sum(ack.status != HTTP_OK for ack in acks),
        wrong=sum(token not in expected for token in times),
    )
