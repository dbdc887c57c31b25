"""A plan in words: what would change, field by field, and how many friends notice.

plan -> lines -> a person who decides
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.content.model import Kind
from bot.definitions import reach
from bot.definitions.fate import Fate, Step
from bot.definitions.plan import Plan

_SIGNS: Final = {Fate.ADDED: "+", Fate.CHANGED: "~", Fate.REMOVED: "-", Fate.KEPT: "!"}
#: What of people stays with them when its definition goes.
_HELD: Final = frozenset({Kind.ATTRIBUTE, Kind.TAG})


async def lines(connection: AsyncConnection, plan: Plan, *, now: datetime) -> AsyncIterator[str]:
    """Say what a plan does, a line each."""
    for step in plan.steps:
        for line in _step(step):
            yield line
        if step.fate is Fate.REMOVED and step.document.kind in _HELD:
            count = await reach.holders(connection, step.document.kind, step.document.key)
            yield f"    {count:,} people have it; it stays with them, unseen"
    for line in _files(plan):
        yield line
    async for key, before, after in reach.segments(connection, plan, now=now):
        yield f"  segment {key}: {_count(before)} -> {_count(after)} friends"
    for moved in await reach.menus(connection, plan, now=now):
        yield f"  menu: {moved.count:,} friends {moved.before} -> {moved.after}"
    for line in _ending(plan):
        yield line


def _step(step: Step) -> Iterator[str]:
    if step.fate in _SIGNS:
        yield f"{_SIGNS[step.fate]} {step.document.name}{_of(step.fate)}"
    for difference in step.differences:
        yield f"    {difference}"


def _files(plan: Plan) -> Iterator[str]:
    for picture in plan.pictures:
        if picture.fate in _SIGNS:
            weight = "" if picture.data is None else f": {len(picture.data):,} bytes"
            yield f"{_SIGNS[picture.fate]} {picture.path}{_of(picture.fate)}{weight}"
    for look in plan.looks:
        yield f"look at {look}"
    for path in plan.reworded:
        yield f"~ {path}: only its comments, or the order of things"


def _of(fate: Fate) -> str:
    return ": not in the files, and stays; --prune removes it" if fate is Fate.KEPT else ""


def _ending(plan: Plan) -> Iterator[str]:
    for problem in plan.warnings:
        yield f"warning: only the account has it, not these files: {problem}"
    if plan.ignored:
        yield f"Left out, for they hold no definitions: {', '.join(plan.ignored)}"
    counts = Counter(step.fate for step in plan.steps)
    counts.update(picture.fate for picture in plan.pictures)
    yield ", ".join(f"{counts[fate]:,} {fate.value}" for fate in Fate) + "."
    if plan.is_empty:
        yield "The account is as the files say."
    elif plan.is_first:
        yield "Nothing was applied before: until then the account is the sample, and follows it."


def _count(friends: int | None) -> str:
    return "none" if friends is None else f"{friends:,}"
