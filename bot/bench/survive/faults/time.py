"""Time passes: past a lease, a reply token, a token that redelivery renewed, a retry key."""

import asyncio
from functools import partial
from typing import Final

from bot.bench.survive.faults.fault import Fault, Scene

#: Seconds. A lease lives 30, a reply token 60 from its delivery.
_LEASE_ENDS: Final = (35.0,)
#: A redelivered token lives 1,200 from its event.
_TOKENS_END: Final = (70.0, 1_300.0)
#: LINE knows a retry key, and an answer is worth sending, for 24 hours.
_KEYS_END: Final = (90_000.0,)
#: Words are erased after a week: the record of what happened must outlive a storm.
_DAYS: Final = 5
_HOLDS: Final = (0.8, 1.6)


async def _pass(choices: tuple[float, ...], scene: Scene) -> None:
    await scene.stage.advance(scene.dice.choice(choices))


async def _die_unused(scene: Scene) -> None:
    """LINE is out of reach while friends write, until their tokens work no more."""
    await scene.stage.to_line.refuse()
    await asyncio.sleep(scene.dice.uniform(*_HOLDS))
    await scene.stage.advance(scene.dice.choice(_TOKENS_END))


FAULTS: Final = (
    Fault("time passes beyond leases", "time", partial(_pass, _LEASE_ENDS)),
    Fault("time passes beyond reply tokens", "time", partial(_pass, _TOKENS_END)),
    Fault("time passes beyond retry keys", "time", partial(_pass, _KEYS_END), at_most=_DAYS),
    Fault("reply tokens die unused", "time", _die_unused),
)
