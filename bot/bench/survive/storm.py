"""The storm: a deck of faults, shuffled by the seed and dealt again and again.

Every fault undoes itself after a moment. Several may be under way at once; two of one place wait
for each other.
"""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from bot.bench.survive.crowd import Crowd
from bot.bench.survive.faults import line, network, processes, time, webhooks
from bot.bench.survive.faults.fault import Fault, Scene
from bot.bench.survive.stage import Stage

#: Seconds between two faults.
PAUSE: Final = (0.4, 1.4)


class Storm:
    """Lets one thing after another go wrong."""

    def __init__(
        self, stage: Stage, crowd: Crowd, *, seed: int, only: Collection[str] = ()
    ) -> None:
        """Shuffle the deck.

        Args:
            stage: what is hit.
            crowd: whose events may be sent again.
            seed: of every dice.
            only: names of faults; all of them when empty.
        """
        self._stage, self._crowd, self._seed = stage, crowd, seed
        self._dice = random.Random(f"storm {seed}")
        self._deck = tuple(f for f in _deck(stage) if not only or f.name in only)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.dealt: Counter[str] = Counter()

    async def blow(self, until: asyncio.Event) -> None:
        """Deal faults until told to stop, but every one at least once; then wait them out."""
        async with asyncio.TaskGroup() as under_way:
            while not until.is_set():
                for fault in self._shuffled():
                    under_way.create_task(self._strike(fault))
                    await asyncio.sleep(self._dice.uniform(*PAUSE))
                    if until.is_set() and len(self.dealt) == len(self._deck):
                        break
        # The last one is always this: whoever trusts a wake-up alone is asleep from here on.
        self._stage.stores.redis_proxy.cut()

    def _shuffled(self) -> Sequence[Fault]:
        deck = [fault for fault in self._deck if self.dealt[fault.name] < fault.at_most]
        return self._dice.sample(deck, len(deck))

    async def _strike(self, fault: Fault) -> None:
        dice = random.Random(f"fault {self._seed} {self.dealt.total()}")
        self.dealt[fault.name] += 1
        async with self._locks[fault.place]:
            await fault.act(Scene(self._stage, self._crowd, dice))


def _deck(stage: Stage) -> tuple[Fault, ...]:
    return (
        *processes.faults([child.name for child in stage.crew.children]),
        *(network.POSTGRES if stage.stores.postgres else ()),
        *network.REDIS,
        *line.FAULTS,
        *webhooks.FAULTS,
        *time.FAULTS,
    )
