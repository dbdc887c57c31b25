"""LINE in trouble: it fails, accepts and falls silent, slows us down, or takes nothing."""

import asyncio
from functools import partial
from typing import Any, Final

from bot.bench.survive.faults.fault import Fault, Scene

_API: Final = "/v2/bot/"
_HOLDS: Final = (0.8, 2.0)
_PROBABILITY: Final = (0.3, 0.7)

_KINDS: Final[dict[str, dict[str, Any]]] = {
    "LINE answers 500": {"kind": "status", "status": 500},
    "LINE accepts, answers 500": {"kind": "accept-then-500"},
    "LINE accepts, times out": {"kind": "accept-then-timeout"},
    "LINE resets": {"kind": "reset"},
    "LINE answers 429": {"kind": "status", "status": 429},
    "LINE answers 401": {"kind": "status", "status": 401},
    "LINE is slow": {"kind": "delay", "delaySeconds": 0.7},
}


async def _fail(order: dict[str, Any], scene: Scene) -> None:
    line = scene.stage.line
    probability = scene.dice.uniform(*_PROBABILITY)
    number = await line.fault(_API, probability=probability, **order)
    await asyncio.sleep(scene.dice.uniform(*_HOLDS))
    await line.mend(number)


async def _use_up_month(scene: Scene) -> None:
    """LINE bills no more this month; replies stay free."""
    line = scene.stage.line
    await line.post("quota", value=0)
    await asyncio.sleep(scene.dice.uniform(*_HOLDS))
    await line.post("quota", type="none")


async def _cut(scene: Scene) -> None:
    for _ in range(3):
        scene.stage.to_line.cut()
        await asyncio.sleep(scene.dice.uniform(0.05, 0.4))


FAULTS: Final = (
    *(Fault(name, name, partial(_fail, order)) for name, order in _KINDS.items()),
    Fault("month used up", "quota", _use_up_month),
    Fault("cut LINE", "time", _cut),
)
