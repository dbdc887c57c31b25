"""Running a command's coroutine on the fastest loop there is."""

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

#: Objects made, less those that went, between two looks of the collector at the youngest.
_COLLECT_AFTER: Final = 10_000
_COLLECT_AFTER_WHILE_LOADING: Final = 50_000


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def collect_rarely() -> None:
    """Let the garbage collector look seldom while a command loads.

    What modules make stays: looking through it again and again took a fifth of the start.
    """
    gc.set_threshold(_COLLECT_AFTER_WHILE_LOADING, 20, 100)


def keep_for_good() -> None:
    """Keep what a process has loaded out of the garbage collector's rounds.

    Modules, tables and templates live as long as the process. Looking through them again and
    again took a tenth of an event's processor time, and made all that was under way wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 10)
