"""PostgreSQL and Redis: stopped and started, and connections to them cut, delayed and refused."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeAlias

from bot.bench.proxy import Proxy
from bot.bench.survive.faults.fault import Fault, Scene

#: What each thing passing is held back by, in seconds.
_DELAYS: Final = (0.02, 0.12)
_HOLDS: Final = (0.5, 1.5)
_Way: TypeAlias = Callable[[Scene], Proxy]


def _postgres(scene: Scene) -> Proxy:
    return scene.stage.stores.sql_proxy


def _redis(scene: Scene) -> Proxy:
    return scene.stage.stores.redis_proxy


async def _cut(way: _Way, scene: Scene) -> None:
    for _ in range(3):
        way(scene).cut()
        await asyncio.sleep(scene.dice.uniform(0.02, 0.3))


async def _delay(way: _Way, scene: Scene) -> None:
    way(scene).delay = scene.dice.uniform(*_DELAYS)
    await asyncio.sleep(scene.dice.uniform(*_HOLDS))
    way(scene).delay = 0.0


async def _refuse(way: _Way, scene: Scene) -> None:
    await way(scene).refuse()
    await asyncio.sleep(scene.dice.uniform(*_HOLDS))
    await way(scene).start()


async def _restart_postgres(scene: Scene, *, crash: bool) -> None:
    await asyncio.to_thread(scene.stage.stores.restart_postgres, crash=crash)
    scene.stage.stores.aim()


async def _restart_redis(scene: Scene) -> None:
    await asyncio.to_thread(scene.stage.stores.restart_redis)
    scene.stage.stores.aim()


def _of(name: str, way: _Way) -> tuple[Fault, ...]:
    acts: dict[str, Callable[[_Way, Scene], Awaitable[None]]]
    acts = {"cut": _cut, "delay": _delay, "refuse": _refuse}
    return tuple(Fault(f"{verb} {name}", name, partial(act, way)) for verb, act in acts.items())


REDIS: Final = (*_of("redis", _redis), Fault("restart redis", "redis", _restart_redis))
POSTGRES: Final = (
    *_of("postgresql", _postgres),
    Fault("restart postgresql", "postgresql", partial(_restart_postgres, crash=False)),
    Fault("crash postgresql", "postgresql", partial(_restart_postgres, crash=True)),
)
