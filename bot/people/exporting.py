"""All customers as a file: what is known, their tags and their LINE identities.

    people (2,000 at a time) + members, friends, profiles -> rows -> UTF-8 with BOM

An import takes it back: headings are labels, values are written as people read them, and long
numbers so that spreadsheets leave them alone.
"""

import csv
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import TOKYO
from bot.people.bilingual import Bilingual, Language
from bot.people.columns import TAGS, TOLD
from bot.people.derived import BIRTH_DATE, DERIVED, Facts
from bot.people.import_keys import IDENTITIES
from bot.people.import_rows import guarded
from bot.people.vocabulary import Vocabulary
from bot.store import batch
from bot.store.tables.friends import people
from bot.store.tables.membership import members

PAGE: Final = 2_000

_IDENTITIES: Final = batch.Query(
    "SELECT f.person_id, f.user_id, f.state, f.followed_at, (SELECT min(c.linked_at) "
    "FROM member_cards c WHERE c.person_id = f.person_id AND c.system <> 'card'), p.display_name "
    "FROM friends f LEFT JOIN profiles p ON p.user_id = f.user_id "
    "WHERE f.person_id = ANY(:ids::bigint[]) ORDER BY f.id"
)
_FRIEND: Final = "friend"


@dataclass(frozen=True, slots=True)
class _Identity:
    user_id: str
    is_friend: bool
    followed_at: datetime | None
    linked_at: datetime | None
    display_name: str | None


class Exporter:
    """Writes everybody down."""

    def __init__(
        self, engine: AsyncEngine, vocabulary: Vocabulary, *, today: date, language: Language
    ) -> None:
        """Choose the day that ages are counted to, and the language of headings and values."""
        self._engine = engine
        self._vocabulary = vocabulary
        self._today = today
        self._language = language

    async def write(self, path: Path) -> AsyncIterator[int]:
        """Write the file, telling after each page how many people are in it.

        Readers never see half of it: it gets its name when it is whole.
        """
        async with self._engine.begin() as connection:
            await self._vocabulary.refresh(connection)
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)  # it holds what people told
        count = 0
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(self.headings())
            async for page in self._pages():
                writer.writerows(page)
                count += len(page)
                yield count
        part.replace(path)

    def headings(self) -> list[str]:
        """Return the first row; of two columns with one label the later is called by its key."""
        labels: Mapping[str, Bilingual] = {
            **IDENTITIES,
            "display_name": TOLD["display_name"],
            **{key: attribute.label for key, attribute in self._vocabulary.attributes.items()},
            "tags": TAGS,
            "friend_since": TOLD["friend_since"],
            **{key: derived.attribute.label for key, derived in DERIVED.items()},
            "created_at": TOLD["created_at"],
        }
        headings: dict[str, None] = {}
        for key, label in labels.items():
            words = label.say(self._language)
            headings[key if words in headings else words] = None
        return list(headings)

    async def _pages(self) -> AsyncIterator[list[list[str]]]:
        after = -1
        while True:
            async with self._engine.begin() as connection:
                rows = await _page(connection, after)
                ids = [row.id for row in rows]
                identities = await _identities(connection, ids)
            if not rows:
                return
            after = ids[-1]
            yield [self._row(row, identities.get(row.id, [])) for row in rows]

    def _row(self, row: Any, identities: Sequence[_Identity]) -> list[str]:
        facts = _facts(row, identities)
        since = facts.friend_since
        cells = [
            f"P{row.id}",
            _grouped(row.number),
            ";".join(identity.user_id for identity in identities),
            ";".join(identity.display_name or "" for identity in identities).strip(";"),
            *(self._known(key, row.attributes) for key in self._vocabulary.attributes),
            self._tags(row.tags),
            since.astimezone(TOKYO).date().isoformat() if since else "",
            *(self._derived(key, facts) for key in DERIVED),
            f"{row.created_at.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}",
        ]
        return [guarded(cell) for cell in cells]

    def _known(self, key: str, attributes: Mapping[str, Any]) -> str:
        value = attributes.get(key)
        if value is None:
            return ""
        return self._vocabulary.attributes[key].show(value, self._language)

    def _tags(self, keys: Sequence[str]) -> str:
        tags = self._vocabulary.tags
        return ";".join(tags[k].label.say(self._language) if k in tags else k for k in keys)

    def _derived(self, key: str, facts: Facts) -> str:
        derived = DERIVED[key]
        value = derived.value(facts, self._today)
        return "" if value is None else derived.attribute.show(value, self._language)


def _grouped(number: str | None) -> str:
    return f"{number[0]} {number[1:7]} {number[7:]}" if number else ""


async def _page(connection: AsyncConnection, after: int) -> Sequence[Any]:
    columns = people.c.id, people.c.attributes, people.c.tags, people.c.created_at
    query = select(*columns, members.c.number, members.c.joined_at)
    query = query.outerjoin_from(people, members, members.c.person_id == people.c.id)
    query = query.where(people.c.id > after).order_by(people.c.id).limit(PAGE)
    return (await connection.execute(query)).all()


async def _identities(
    connection: AsyncConnection, ids: Sequence[int]
) -> Mapping[int, list[_Identity]]:
    found: dict[int, list[_Identity]] = {}
    for row in await _IDENTITIES.rows(connection, ids=list(ids)):
        followed_at, linked_at = (None if at is None else batch.instant(at) for at in row[3:5])
        identity = _Identity(row[1], row[2] == _FRIEND, followed_at, linked_at, row[5])
        found.setdefault(row[0], []).append(identity)
    return found


def _facts(row: Any, identities: Sequence[_Identity]) -> Facts:
    since = [one.followed_at for one in identities if one.is_friend and one.followed_at]
    linked = [one.linked_at for one in identities if one.linked_at]
    return Facts(
        birth_date=row.attributes.get(BIRTH_DATE),
        friend_since=min(since, default=None),
        linked_at=min(linked, default=None),
        joined_at=row.joined_at,
    )
