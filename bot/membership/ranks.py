"""Ranks of members: what they bought or earned in the last months decides.

    ranks.yaml -> RankRules;  purchase, return, clock -> Ranks.refresh -> member_ranks

A rank is worked out anew whenever what it rests on changes, and once a day for everybody: what was
bought long ago drops out by itself.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import content
from bot.clock import TOKYO
from bot.content.crosschecked import CrossChecked, Found, items, number
from bot.content.words import Key, Words
from bot.content.yaml_source import Content, Several, Source
from bot.store import arrival, batch, news
from bot.store.batch import Query
from bot.store.tables.membership import rank_changes
from bot.store.unit import Unit

#: Members in one transaction of the daily round.
BATCH: Final = 200

_BOUGHT: Final = Query(
    "SELECT coalesce(sum(amount_yen - returned_yen), 0) FROM purchases "
    "WHERE person_id = :person_id AND bought_at >= :since AND cancelled_at IS NULL"
)
_EARNED: Final = Query(
    "SELECT coalesce(sum(points), 0) FROM point_changes WHERE person_id = :person_id "
    "AND at >= :since AND (kind = 'earn' OR kind = 'reverse' AND points < 0)"
)
_RANK: Final = Query("SELECT rank, basis, since FROM member_ranks WHERE person_id = :person_id")
_OPEN: Final = Query(
    "INSERT INTO member_ranks (person_id, rank, basis, since, checked_at, version) "
    "VALUES (:person_id, :rank, 0, :now, :now, 0) ON CONFLICT DO NOTHING"
)
_LOCK: Final = Query("SELECT rank FROM member_ranks WHERE person_id = :person_id FOR UPDATE")
_SET: Final = Query(
    "UPDATE member_ranks SET since = CASE WHEN rank = :rank THEN since ELSE :now END, "
    "rank = :rank, basis = :basis, checked_at = :now, version = version + 1 "
    "WHERE person_id = :person_id"
)
_DUE: Final = Query(
    "SELECT person_id FROM member_ranks WHERE checked_at < :midnight "
    "ORDER BY person_id LIMIT :limit"
)


class Rank(Content):
    """One rank."""

    key: Key
    name: Words
    #: Yen or points in the period.
    least: Annotated[int, Field(alias="from", ge=0)]
    #: Points are multiplied by this.
    times: Annotated[int | float, Field(ge=1, le=100)] = 1

    @property
    def factor(self) -> Fraction:
        """``times``, exactly as it is written."""
        return Fraction(str(self.times))


class RankRules(CrossChecked):
    """The ranks of an account, the lowest in front."""

    basis: Literal["purchases", "points"]
    months: Annotated[int, Field(ge=1, le=120)]
    ranks: Several[Rank]

    @classmethod
    def contradictions(cls, values: Mapping[str, Any]) -> Iterator[Found]:
        """List ranks that are not above the one before, and keys that are there twice."""
        ranks = items(values, "ranks")
        if "ranks" in values and not ranks:
            yield ("ranks",), "there is no rank; write one that starts from 0"
        seen, last = set[str](), None
        for n, rank in enumerate(ranks):
            least, key = number(rank, "from"), str(rank.get("key", ""))
            if n == 0 and least:
                yield ("ranks", 0, "from"), "the first rank is everybody's; let it start from 0"
            if last is not None and least is not None and least <= last:
                said = f"the rank before starts from {last}; put them in order"
                yield ("ranks", n, "from"), said
            if key and key in seen:
                yield ("ranks", n, "key"), f"{key} is there already; choose another key"
            last = least if least is not None else last
            seen.add(key)

    def rank(self, basis: int) -> Rank:
        """Return the highest rank that is reached."""
        return [rank for rank in self.ranks if rank.least <= basis or rank.least == 0][-1]

    def named(self, key: str) -> Rank:
        """Return a rank; one that was dropped since is the lowest."""
        return next((rank for rank in self.ranks if rank.key == key), self.ranks[0])

    def after(self, rank: Rank) -> Rank | None:
        """Return the next higher rank."""
        return next((each for each in self.ranks if each.least > rank.least), None)

    def since(self, now: datetime) -> datetime:
        """Return the midnight in Tokyo from which on counts what happened."""
        today = now.astimezone(TOKYO).date()
        month = today.year * 12 + today.month - 1 - self.months
        year, month = divmod(month, 12)
        day = min(today.day, monthrange(year, month + 1)[1])
        return datetime.combine(date(year, month + 1, day), time(), TOKYO)


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's rank, and what is missing to the next."""

    rank: Rank
    basis: int
    next_rank: Rank | None
    missing: int


class Ranks:
    """The ranks of an account's members."""

    def __init__(self, rules: RankRules) -> None:
        self.rules = rules

    async def of(self, unit: Unit, person_id: int) -> Standing:
        """Return a person's rank as it was last worked out."""
        rows = await _RANK.rows(unit.connection, person_id=person_id)
        rank, basis = (self.rules.named(rows[0][0]), rows[0][1]) if rows else (None, 0)
        rank = rank or self.rules.ranks[0]
        above = self.rules.after(rank)
        missing = 0 if above is None else max(above.least - basis, 0)
        return Standing(rank, basis, above, missing)

    async def refresh(self, unit: Unit, person_id: int, *, now: datetime) -> Rank:
        """Work a person's rank out, write it at once, and return it."""
        connection = unit.connection
        async with connection.begin_nested():
            lowest = self.rules.ranks[0].key
            await _OPEN.count(connection, person_id=person_id, rank=lowest, now=now)
            before = (await _LOCK.rows(connection, person_id=person_id))[0][0]
            query = _BOUGHT if self.rules.basis == "purchases" else _EARNED
            since = self.rules.since(now)
            basis = int((await query.rows(connection, person_id=person_id, since=since))[0][0])
            rank = self.rules.rank(basis)
            await _SET.count(connection, person_id=person_id, rank=rank.key, basis=basis, now=now)
            if rank.key != before:
                await _note(
                    connection, person_id, before=before, after=rank.key, basis=basis, now=now
                )
        return rank

    async def refresh_due(self, engine: AsyncEngine, *, now: datetime) -> int:
        """Work out every rank that was not yet worked out today; return how many."""
        midnight = datetime.combine(now.astimezone(TOKYO).date(), time(), TOKYO)
        total = 0
        while True:
            async with engine.begin() as connection:
                rows = await _DUE.rows(connection, midnight=midnight, limit=BATCH)
                for (person_id,) in rows:
                    await self.refresh(Unit(connection), person_id, now=now)
            total += len(rows)
            if len(rows) < BATCH:
                return total


async def _note(
    connection: AsyncConnection,
    person_id: int,
    *,
    before: str,
    after: str,
    basis: int,
    now: datetime,
) -> None:
    row = {"id": arrival.number(), "person_id": person_id, "before": before, "after": after}
    await batch.insert(connection, rank_changes, [row | {"basis": basis, "at": now}])
    body = {"before": before, "after": after}
    await news.note(connection, "member.ranked", person_id, body, at=now)


def load(folder: Path = content.FOLDER) -> RankRules:
    """Read ``ranks.yaml`` of a content folder.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return Source.open(folder / "ranks.yaml").parse(RankRules)
