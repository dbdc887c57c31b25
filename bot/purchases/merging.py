"""People who turn out to be one, and what follows from what they bought: facts and rank.

merge | undo -> bot.people.merging -> facts.write, Ranks.refresh of whom it concerns
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from bot.membership.ranks import Ranks
from bot.people import merging
from bot.purchases import facts
from bot.store import batch
from bot.store.unit import Unit

_KEPT: Final = batch.Query("SELECT kept_id FROM people_merges WHERE id = :merge_id")


async def merge(
    unit: Unit,
    ranks: Ranks,
    kept_id: int,
    dropped_id: int,
    *,
    source: str,
    now: datetime,
    take: Collection[str] = (),
    take_number: bool = False,
) -> int:
    """Make two people one; segments and the rank go by the purchases of both at once.

    Returns:
        The number of the merge, by which it can be undone.

    Raises:
        UnknownPersonError: one of them is not there.
        SamePersonError: they are the same already.
    """
    merge_id = await merging.merge(
        unit.connection,
        kept_id,
        dropped_id,
        source=source,
        now=now,
        take=take,
        take_number=take_number,
    )
    await _follow(unit, ranks, kept_id, now=now)
    return merge_id


async def undo(unit: Unit, ranks: Ranks, merge_id: int, *, source: str, now: datetime) -> int:
    """Make one person two again; each goes by their own purchases.

    Returns:
        The id of the person who is there again.

    Raises:
        CannotUndoError: it was undone before, or something was changed that both had.
    """
    dropped_id = await merging.undo(unit.connection, merge_id, source=source, now=now)
    ((kept_id,),) = await _KEPT.rows(unit.connection, merge_id=merge_id)
    for person_id in (int(kept_id), dropped_id):
        await _follow(unit, ranks, person_id, now=now)
    return dropped_id


async def _follow(unit: Unit, ranks: Ranks, person_id: int, *, now: datetime) -> None:
    await facts.write(unit.connection, person_id=person_id)
    await ranks.refresh(unit, person_id, now=now)
