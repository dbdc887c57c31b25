"""One fault, and what it may reach."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.bench.survive.crowd import Crowd
from bot.bench.survive.stage import Stage


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault acts on."""

    stage: Stage
    crowd: Crowd
    dice: random.Random


Act: TypeAlias = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong, and is made good before ``act`` returns."""

    name: str
    #: Two faults of one place wait for each other.
    place: str
    act: Act
    #: How often a storm may deal it at all.
    at_most: int = 1_000_000
