"""The pages of 名寄せ: what waits for a decision, and two people side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.live import names
from bot.console.pages.doubles.faces import faces, person_of
from bot.console.pages.menus.looking import reader_of
from bot.console.rendering import render
from bot.membership import linking
from bot.membership.linking import Conflict
from bot.people.bilingual import Language
from bot.people.definition import UnknownAttributeError
from bot.people.duplicates import Group, find
from bot.people.merging import compare as compare_people
from bot.people.model import PeopleError
from bot.people.vocabulary import Vocabulary
from bot.staff.rights import Right
from bot.store.tables.membership import members
from bot.store.tables.merges import people_merges

routes: Final = Routes()
HOME: Final = "/console/doubles"
#: Attributes that hardly two people share.
_TELLING: Final = ("phone", "email")
_PAIR: Final = ("keep", "drop")
_GROUPS: Final = 50
_MERGES: Final = 20


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that was done."""

    merge_id: int
    kept_id: int
    dropped_id: int
    at: Any
    #: Whoever did it; empty: a command.
    staff: str
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What one person knows, and the other, of one thing."""

    key: str
    label: str
    kept: str
    dropped: str
    #: Both know it, and differently: somebody has to choose.
    differs: bool


@routes.get("/doubles", access=Right.PEOPLE_EDIT)
async def list_page(request: web.Request) -> web.Response:
    """Show what waits: claimed numbers, and on demand people who share a phone or an address."""
    return await _listed(request)


async def _listed(request: web.Request, problem: tuple[str, str] | None = None) -> web.Response:
    by = request.query.get("by", "")
    vocabulary = request.config_dict[keys.PEOPLE].vocabulary
    async with request.config_dict[resources.ENGINE].connect() as connection:
        conflicts = await linking.conflicts(connection)
        own = await _own_numbers(connection, conflicts)
        groups = await _groups(connection, vocabulary, by)
        merges = await _merges(connection)
        ids = {c.person_id for c in conflicts} | {c.holder_id for c in conflicts}
        ids |= {one.person_id for group in groups for one in group.people}
        ids |= {merged.kept_id for merged in merges}
        known = await faces(connection, ids)
    return render(
        request,
        "doubles/list.html",
        conflicts=conflicts,
        own=own,
        groups=groups,
        merges=merges,
        faces=known,
        by=by if by in _TELLING else "",
        telling=_labels(vocabulary, reader_of(request)),
        written={name: request.query.get(name, "") for name in _PAIR},
        problem=problem,
    )


@routes.get("/doubles/compare", access=Right.PEOPLE_EDIT)
async def compare(request: web.Request) -> web.Response:
    """Show two people side by side, and what would become of them."""
    language = reader_of(request)
    vocabulary = request.config_dict[keys.PEOPLE].vocabulary
    engine = request.config_dict[resources.ENGINE]
    async with engine.connect() as connection:
        pair = {n: await _person(connection, request.query.get(n, "")) for n in _PAIR}
    kept_id, dropped_id = pair.values()
    if kept_id is None or dropped_id is None:
        unknown = next(name for name, person_id in pair.items() if person_id is None)
        words = N_("お客様が見つかりません。会員番号を確認してください。")
        return await _listed(request, (unknown, words))
    try:
        async with engine.connect() as connection:
            compared = await compare_people(connection, kept_id, dropped_id)
            known = await faces(connection, (kept_id, dropped_id))
    except PeopleError:
        words = N_("同じお客様です。ほかのお客様を選んでください。")
        return await _listed(request, ("drop", words))
    lines = [
        _line(vocabulary, language, c.name, c.kept, c.dropped) for c in compared.conflicts
    ] + [
        _line(vocabulary, language, name, None, value)
        for name, value in compared.gained.items()
        if "." not in name
    ]
    tags = vocabulary.tags
    return render(
        request,
        "doubles/compare.html",
        kept=known[kept_id],
        dropped=known[dropped_id],
        lines=lines,
        alike=[_label(vocabulary, language, name) for name in compared.alike],
        tags=[tags[key].label.say(language) if key in tags else key for key in compared.tags],
    )


async def _person(connection: AsyncConnection, words: str) -> int | None:
    """Return whom a member number, a card's number or an id of an export stands for."""
    if words.strip().upper().startswith("P"):
        return await person_of(connection, words)
    return await linking.find(connection, words) if words.strip() else None


async def _own_numbers(
    connection: AsyncConnection, conflicts: Sequence[Conflict]
) -> frozenset[str]:
    """Return which numbers are the holder's own member number: those never move."""
    claimed = [conflict.number for conflict in conflicts if conflict.system == linking.CARD]
    query = sa.select(members.c.number).where(members.c.number.in_(claimed))
    return frozenset(row[0] for row in await connection.execute(query))


async def _groups(connection: AsyncConnection, vocabulary: Vocabulary, by: str) -> list[Group]:
    if by not in _TELLING:
        return []
    try:
        return await find(connection, vocabulary.attributes[by], limit=_GROUPS)
    except UnknownAttributeError:
        return []


async def _merges(connection: AsyncConnection) -> list[Merged]:
    called = (await names(connection)).staff
    query = sa.select(
        people_merges.c.id,
        people_merges.c.kept_id,
        people_merges.c.dropped_id,
        people_merges.c.merged_at,
        people_merges.c.source,
        people_merges.c.undone_at,
    )
    rows = await connection.execute(query.order_by(people_merges.c.id.desc()).limit(_MERGES))
    found = []
    for row in rows:
        kind, _, number = row.source.partition(":")
        staff = called.get(int(number), "") if kind == "staff" and number.isdigit() else ""
        is_undone = row.undone_at is not None
        found.append(Merged(row.id, row.kept_id, row.dropped_id, row.merged_at, staff, is_undone))
    return found


def _labels(vocabulary: Vocabulary, language: Language) -> dict[str, str]:
    return {k: _label(vocabulary, language, k) for k in _TELLING if k in vocabulary.attributes}


def _label(vocabulary: Vocabulary, language: Language, name: str) -> str:
    known = vocabulary.attributes
    return known[name].label.say(language) if name in known else name


def _line(vocabulary: Vocabulary, language: Language, name: str, kept: Any, dropped: Any) -> Line:
    attribute = vocabulary.attributes.get(name)

    def shown(value: Any) -> str:
        if value is None:
            return ""
        return str(value) if attribute is None else attribute.show(value, language)

    label = _label(vocabulary, language, name)
    return Line(name, label, shown(kept), shown(dropped), differs=kept is not None)
