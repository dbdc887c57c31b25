"""Finding friends by what staff know of them: name, member number, the phone's last digits.

words -> friends, those with a talk first (the newest), then the others
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.names import PERSON_NAMES, PROFILE_NAMES, folded_name
from bot.staff.model import Scope
from bot.store.batch import is_postgres
from bot.store.pairs import folded

PAGE: Final = 20
#: So many digits are a phone's end; more are a number of a member.
_PHONE_DIGITS: Final = 4
_LONGEST: Final = 60

#: Of a word that fits more friends than this, some of them are shown: it has to be longer.
MOST: Final = 2_000

#: What else friends are known by, each found by a walk over that table alone.
_SOURCES: Final = {
    "people": "people q JOIN friends f ON f.person_id = q.id",
    "members": "members n JOIN friends f ON f.person_id = n.person_id",
}
_SELECT: Final = (
    "SELECT f.id, f.person_id, p.display_name, n.number, c.shop_key, c.state "
    "FROM ({found}) found JOIN friends f ON f.id = found.id "
    "LEFT JOIN profiles p ON p.user_id = f.user_id "
    "LEFT JOIN members n ON n.person_id = f.person_id "
    "LEFT JOIN conversations c ON c.friend_id = f.id "
    "WHERE {where} ORDER BY COALESCE(c.last_id, 0) DESC, f.id DESC LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class FoundFriend:
    """A friend who fits the words."""

    friend_id: int
    person_id: int
    name: str | None
    member_number: str | None
    shop_key: str | None
    #: Of the conversation; None: staff were never needed.
    state: str | None


async def find_friends(
    connection: AsyncConnection, words: str, *, scope: Scope, limit: int = PAGE
) -> list[FoundFriend]:
    """Return friends by name or reading, by member number, or by four digits of a phone.

    Args:
        connection: reads only.
        words: as they were typed; wide digits and spaces in numbers do not matter.
        scope: a reader of some shops finds those whose talk is theirs.
        limit: friends at most.
    """
    plain = folded(words.strip())[:_LONGEST]
    digits = "".join(c for c in plain if c not in "- ")
    if digits.isdecimal() and len(digits) >= _PHONE_DIGITS:
        asked, values = _by_number(connection, digits)
    else:
        asked, values = _by_name(connection, folded_name(words)[:_LONGEST])
    if not asked:
        return []
    where = "true"
    if scope.shops is not None:
        where = "c.shop_key IN :shops"
        values["shops"] = sorted(scope.shops)
    found = " UNION ".join(asked)
    sql = _SELECT.format(found=found, where=where)
    query = text(sql)
    if "shops" in values:
        query = query.bindparams(bindparam("shops", expanding=True))
    rows = await connection.execute(query, {**values, "limit": limit})
    return [FoundFriend(*row) for row in rows]


def _by_name(connection: AsyncConnection, wanted: str) -> tuple[list[str], dict[str, Any]]:
    """Return what to ask for a name, and the values of the questions."""
    if not wanted:
        return [], {}
    asked: list[str] = []
    values: dict[str, Any] = {}
    for names in (PROFILE_NAMES, PERSON_NAMES):
        select, values = names.holding(connection, wanted, limit=MOST)
        asked.append(
            f"SELECT f.id FROM ({select}) {names.table} "  # noqa: S608 - our own words
            f"JOIN friends f ON f.{names.key} = {names.table}.{names.key}"
        )
    return asked, values


def _by_number(connection: AsyncConnection, digits: str) -> tuple[list[str], dict[str, Any]]:
    """Return what to ask for the end of a phone, a whole phone, or a member's number."""
    phone = _attribute(connection, "phone")
    if len(digits) == _PHONE_DIGITS:
        fits = {"people": f"{phone} LIKE :ending", "members": "n.number LIKE :ending"}
        values = {"ending": f"%{digits}"}
    else:
        fits = {"people": f"{phone} LIKE :ending", "members": "n.number = :digits"}
        # A phone is kept as +8190…; it is asked for as 090….
        values = {"digits": digits, "ending": f"%{digits.removeprefix('0')}"}
    asked = [
        f"SELECT id FROM (SELECT f.id FROM {_SOURCES[source]} WHERE {condition} LIMIT {MOST}) "  # noqa: S608 - our own words
        f"of_{source}"
        for source, condition in fits.items()
    ]
    return asked, values


def _attribute(connection: AsyncConnection, key: str) -> str:
    if is_postgres(connection):
        return f"(q.attributes ->> '{key}')"
    return f"json_extract(q.attributes, '$.{key}')"
