"""How a row of a file finds its person, and what makes a new person findable.

a cell -> Key.read -> Key.find -> no person (a new one), one, or several (nobody can tell which)
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.bilingual import Bilingual
from bot.people.definition import Attribute
from bot.people.written import UnreadableError, plain
from bot.store import arrival, batch
from bot.store.tables.friends import friends
from bot.store.tables.membership import members
from bot.store.unit import Unit

#: Columns that say who a person is, by the key that names them.
IDENTITIES: Final = {
    "person_id": Bilingual(ja="顧客ID", en="Customer id"),
    "member_number": Bilingual(ja="会員番号", en="Member number"),
    "user_id": Bilingual(ja="LINEユーザーID", en="LINE user id"),
}

_PERSON_ID: Final = re.compile(r"\d{1,19}", re.ASCII)
_LARGEST_ID: Final = 2**63 - 1
_USER_ID: Final = re.compile(r"U[0-9a-f]{32}")
_MEMBER_NUMBER: Final = re.compile(r"\d{13}", re.ASCII)

_PEOPLE: Final = batch.Query("SELECT id FROM people WHERE id = ANY(:values::bigint[])")
_MEMBERS: Final = batch.Query(
    "SELECT number, person_id FROM members WHERE number = ANY(:values::text[])"
)
_FRIENDS: Final = batch.Query(
    "SELECT user_id, person_id FROM friends WHERE user_id = ANY(:values::text[])"
)


class Key(ABC):
    """One way to tell people apart."""

    #: Names the column that holds it.
    name: str
    label: Bilingual
    #: The kind of value, for errors.
    kind: str
    #: Whether a person can be made for a value that nobody has.
    makes_people = True

    @abstractmethod
    def read(self, text: str) -> str:
        """Return a cell in the form it is looked up in.

        Raises:
            UnreadableError: it cannot be a key.
            UnfitError: it does not fit the attribute.
        """

    @abstractmethod
    async def find(
        self, connection: AsyncConnection, values: Sequence[str]
    ) -> Mapping[str, list[int]]:
        """Return who has these values; a value that nobody has is absent."""

    def give(self, unit: Unit, person_id: int, value: str, *, now: datetime) -> None:  # noqa: B027
        """Make a new person findable by the value; an attribute does that by being learnt."""


class PersonIdKey(Key):
    """Our own id, as an export has it: P and digits."""

    name = "person_id"
    label = IDENTITIES["person_id"]
    kind = "number"
    makes_people = False

    def read(self, text: str) -> str:
        """Take digits, with or without the P that keeps spreadsheets from rounding them."""
        words = plain(text).removeprefix("P")
        if not _PERSON_ID.fullmatch(words) or int(words) > _LARGEST_ID:
            en = "is no customer id; take it from an export of this program"
            raise UnreadableError(ja="顧客IDではありません。書き出したものを使ってください", en=en)
        return str(int(words))

    async def find(
        self, connection: AsyncConnection, values: Sequence[str]
    ) -> Mapping[str, list[int]]:
        """Look in people."""
        rows = await _PEOPLE.rows(connection, values=[int(value) for value in values])
        return {str(row[0]): [row[0]] for row in rows}


class MemberNumberKey(Key):
    """The number on the member card."""

    name = "member_number"
    label = IDENTITIES["member_number"]
    kind = "member_number"

    def read(self, text: str) -> str:
        """Take a number of ours; its check digit tells most slips of the pen."""
        digits = re.sub(r"[-\s]", "", plain(text))
        if not _MEMBER_NUMBER.fullmatch(digits) or not digits.startswith("2") or _sum(digits) % 10:
            raise UnreadableError(
                ja="会員番号ではありません。13桁の数字を確かめてください",
                en="is not a member number; check its 13 digits",
            )
        return digits

    async def find(
        self, connection: AsyncConnection, values: Sequence[str]
    ) -> Mapping[str, list[int]]:
        """Look in members."""
        return _gather(await _MEMBERS.rows(connection, values=list(values)))

    def give(self, unit: Unit, person_id: int, value: str, *, now: datetime) -> None:
        """Make the person a member."""
        unit.add(members, {"person_id": person_id, "number": value, "joined_at": now})


class UserIdKey(Key):
    """A LINE user id of this account's provider."""

    name = "user_id"
    label = IDENTITIES["user_id"]
    kind = "user_id"

    def read(self, text: str) -> str:
        """Take U and 32 digits."""
        words = plain(text)
        if not _USER_ID.fullmatch(words):
            raise UnreadableError(
                ja="LINEユーザーIDではありません。Uで始まる33文字を確かめてください",
                en="is not a LINE user id; check its 33 characters, U first",
            )
        return words

    async def find(
        self, connection: AsyncConnection, values: Sequence[str]
    ) -> Mapping[str, list[int]]:
        """Look in friends."""
        return _gather(await _FRIENDS.rows(connection, values=list(values)))

    def give(self, unit: Unit, person_id: int, value: str, *, now: datetime) -> None:
        """Note the identity; whether it is a friend is for LINE's events to say."""
        del now
        row = {"id": arrival.number(), "user_id": value, "person_id": person_id}
        unit.add(friends, {**row, "state": "stranger", "version": 1})


class AttributeKey(Key):
    """An attribute of the person, such as the customer number of another system."""

    def __init__(self, attribute: Attribute) -> None:
        self.name = attribute.key
        self.label = attribute.label
        self.kind = attribute.kind
        self.attribute = attribute
        key = attribute.key
        # Joined, not "= ANY": PostgreSQL would compare each person with each of the values.
        join = "SELECT v.value, p.id FROM {} JOIN people p ON {} = {}"
        on_postgres = f"(p.attributes ->> '{key}') COLLATE \"C\""
        on_sqlite = f"json_extract(p.attributes, '$.\"{key}\"')"
        values = "unnest(:values::text[]) v(value)"
        self._on_postgres = batch.Query(join.format(values, on_postgres, 'v.value COLLATE "C"'))
        values = "json_each(:values) v CROSS"  # SQLite reads the tables in this order
        self._on_sqlite = batch.Query(join.format(values, on_sqlite, "v.value"))

    def read(self, text: str) -> str:
        """Read it as the attribute does."""
        value: str = self.attribute.parse(text)
        return value

    async def find(
        self, connection: AsyncConnection, values: Sequence[str]
    ) -> Mapping[str, list[int]]:
        """Look in people; ``attribute_indexes.ensure_key`` makes that fast."""
        query = self._on_postgres if batch.is_postgres(connection) else self._on_sqlite
        return _gather(await query.rows(connection, values=list(values)))


def _gather(rows: Sequence[Any]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for value, person_id in rows:
        found.setdefault(value, []).append(person_id)
    return found


def _sum(digits: str) -> int:
    # GS1: from the right, every second digit counts three times; the whole is a multiple of ten.
    return sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
