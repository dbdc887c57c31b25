"""Webhooks as LINE may send them: twice, later again, in another order, many in one."""

import asyncio
from functools import partial
from typing import Any, Final

from bot.bench.survive.faults.fault import Fault, Scene
from bot.emulator.phone import PhoneError

_HOLDS: Final = (0.8, 2.0)
_PLAIN: Final[dict[str, Any]] = {"duplicate": 0, "reorder": False, "batch": 1}
_REDELIVERED: Final = 10


async def _behave(order: dict[str, Any], scene: Scene) -> None:
    await scene.stage.line.post("webhook", **order)
    await asyncio.sleep(scene.dice.uniform(*_HOLDS))
    await scene.stage.line.post("webhook", **_PLAIN)


async def _redeliver(scene: Scene) -> None:
    """Send once more what was delivered, as after a success that LINE did not see."""
    seen = [event for friend in scene.crowd.friends for event in friend.events]
    for event_id in scene.dice.sample(seen, min(_REDELIVERED, len(seen))):
        try:
            await scene.stage.line.post(f"webhooks/{event_id}/redeliver")
        except PhoneError:
            continue


async def _cut(scene: Scene) -> None:
    for _ in range(3):
        scene.stage.to_bot.cut()
        await asyncio.sleep(scene.dice.uniform(0.05, 0.4))


FAULTS: Final = (
    Fault("duplicate webhooks", "webhooks", partial(_behave, {"duplicate": 2})),
    Fault("reorder webhooks", "webhooks", partial(_behave, {"reorder": True})),
    Fault("batch webhooks", "webhooks", partial(_behave, {"batch": 8})),
    Fault("redeliver webhooks", "redelivery", _redeliver),
    Fault("cut webhooks", "time", _cut),
)
