"""Colleagues that a note calls by @name: who can be, who is, and how the note is drawn."""

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import repository as members
from bot.staff.model import StaffMember
from bot.staff.rights import Right


async def can_be(
    connection: AsyncConnection, shop_key: str | None, *, but: int
) -> list[StaffMember]:
    """Return whom a note can call: who may read what it is about."""
    found = await members.list_all(connection)
    return [
        each
        for each in found
        if each.is_active
        and each.staff_id != but
        and each.may(Right.TALK_READ)
        and each.scope.sees(shop_key)
    ]


async def called(
    connection: AsyncConnection, words: str, shop_key: str | None, *, by: int
) -> Sequence[int]:
    """Return whom a note calls; of two names that begin alike the longer one is meant."""
    if "@" not in words and "＠" not in words:
        return ()
    known = await can_be(connection, shop_key, but=by)
    names = {name for name, is_name in named(words, [m.name for m in known]) if is_name}
    return [m.staff_id for m in known if {f"@{m.name}", f"＠{m.name}"} & names]


def named(words: str, names: Iterable[str]) -> list[tuple[str, bool]]:
    """Cut a note at the names it calls; true: a name with its @."""
    longest_first = sorted(set(names), key=len, reverse=True)
    if not longest_first:
        return [(words, False)]
    pieces = re.split(f"([@＠](?:{'|'.join(map(re.escape, longest_first))}))", words)
    return [(piece, bool(at % 2)) for at, piece in enumerate(pieces) if piece]


def drawn(words: str, ids: Sequence[int], staff: Mapping[int, str]) -> list[tuple[str, bool]]:
    """Cut a note at the names of those it called."""
    return named(words, [staff[each] for each in ids if each in staff])
