"""Stamp cards: a stamp a visit, a bonus on the way and at the end.

    the shop's rotating QR code, or staff -> Stamps.visit / stamp -> Stamped, with the bonus given

A photograph of the QR code is worth nothing: it counts for its half minute. The card is locked
while it is stamped, so two scans at once are one stamp.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TOKYO
from bot.coupons.model import UNDO, Issued, KeyReusedError, UndoError
from bot.coupons.service import Coupons
from bot.coupons.stamp_rules import Bonus, StampRules
from bot.friends.model import Friend
from bot.membership.codes import Codes, Kind, NotACodeError
from bot.points.actor import Actor
from bot.points.service import Points
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.stamps import stamp_visits
from bot.store.unit import Unit

_OPEN: Final = Query(
    "INSERT INTO stamp_cards (person_id, card, round, stamps, version) "
    "VALUES (:person_id, :card, 1, 0, 0) ON CONFLICT DO NOTHING"
)
_CARD: Final = (
    "SELECT round, stamps, last_at FROM stamp_cards WHERE person_id = :person_id AND card = :card"
)
_READ: Final = Query(_CARD)
_LOCK: Final = Query(_CARD + " FOR UPDATE")
_SET: Final = Query(
    "UPDATE stamp_cards SET round = :round, stamps = :stamps, last_at = :last_at, "
    "version = version + 1 WHERE person_id = :person_id AND card = :card"
)
_TODAY: Final = Query(
    "SELECT count(*), max(at) FROM stamp_visits WHERE person_id = :person_id AND card = :card "
    "AND at >= :since AND undone_at IS NULL"
)
_VISIT: Final = (
    "SELECT id, person_id, card, round, stamps_after, bonus, staff_id, at, undone_at "
    "FROM stamp_visits "
)
_BY_KEY: Final = Query(_VISIT + "WHERE key = :key")
_BY_ID: Final = Query(_VISIT + "WHERE id = :id")
_UNDO: Final = Query(
    "UPDATE stamp_visits SET undone_at = :now, undo_reason = :reason "
    "WHERE id = :id AND undone_at IS NULL AND at > :earliest"
)
_LAST: Final = Query(
    "SELECT max(at) FROM stamp_visits WHERE person_id = :person_id AND card = :card "
    "AND undone_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Card:
    """How full a card is."""

    round: int = 1
    stamps: int = 0
    last_at: datetime | None = None


class Stamping(StrEnum):
    """What came of a visit."""

    STAMPED = "stamped"
    TOO_SOON = "too_soon"
    TODAY_DONE = "today_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """A visit, and what it brought."""

    outcome: Stamping
    #: As it is shown: a full card stays full until the next stamp.
    card: Card
    visit_id: int = 0
    bonus: Bonus | None = None
    coupon: Issued | None = None
    #: When the next stamp can be had.
    next_at: datetime | None = None
    is_new: bool = True


class Stamps:
    """The stamp cards of an account's people."""

    def __init__(
        self, rules: StampRules, points: Points, coupons: Coupons, codes: Codes, *, reason: str
    ) -> None:
        """``reason`` is what a statement of points says of a bonus."""
        self.rules = rules
        self._points = points
        self._coupons = coupons
        self._codes = codes
        self._reason = reason

    async def card(self, unit: Unit, person_id: int) -> Card:
        """Return how full a person's card is."""
        rows = await _READ.rows(unit.connection, person_id=person_id, card=self.rules.key)
        return _card(rows[0]) if rows else Card()

    async def visit(
        self, unit: Unit, friend: Friend, text: str, *, why: str, now: datetime
    ) -> Stamped:
        """Stamp a friend's card for the QR code of a shop.

        Raises:
            StaleCodeError: an old one: a photograph of it.
            CodeError: no code of a shop of ours.
        """
        read = self._codes.read(text, now=now)
        if read.kind is not Kind.VISIT:
            raise NotACodeError
        actor = Actor(shop=read.handle, device="visit")
        return await self.stamp(
            unit, friend.person_id, key=f"visit:{why}", actor=actor, now=now, friend=friend
        )

    async def stamp(
        self,
        unit: Unit,
        person_id: int,
        *,
        key: str,
        actor: Actor,
        now: datetime,
        friend: Friend | None = None,
    ) -> Stamped:
        """Stamp a card, and give the bonus that is due; written at once.

        Raises:
            KeyReusedError: the key stands for another visit.
        """
        connection = unit.connection
        async with connection.begin_nested():
            here = {"person_id": person_id, "card": self.rules.key}
            await _OPEN.count(connection, **here)
            card = _card((await _LOCK.rows(connection, **here))[0])
            known = await self._known(connection, person_id, key)
            if known is not None:
                return known
            refused = await self._refusal(connection, person_id, card, now)
            if refused is not None:
                return refused
            return await self._stamp(
                unit, person_id, card, key=key, actor=actor, now=now, friend=friend
            )

    async def undo(
        self, unit: Unit, visit_id: int, *, reason: str, actor: Actor, now: datetime
    ) -> Card:
        """Take a stamp back within five minutes; points that came with it go too.

        Raises:
            UndoError: too late, taken back already, not the last one, or a coupon came with it.
        """
        if not reason.strip():
            raise UndoError("taking back needs a reason; write why")
        rows = await _BY_ID.rows(unit.connection, id=visit_id)
        if not rows:
            raise UndoError(f"there is no visit {visit_id}")
        _, person_id, key, visit_round, stamps, bonus = rows[0][:6]
        async with unit.connection.begin_nested():
            here = {"person_id": person_id, "card": key}
            card = _card((await _LOCK.rows(unit.connection, **here))[0])
            if (card.round, card.stamps) != (visit_round, stamps):
                raise UndoError("a later stamp is on the card; take that back first")
            if bonus is not None and bonus.startswith("coupon:"):
                raise UndoError("a coupon came with it and is the friend's")
            earliest = now - UNDO
            if not await _UNDO.count(
                unit.connection, id=visit_id, now=now, reason=reason, earliest=earliest
            ):
                raise UndoError("it was taken back already, or five minutes are over")
            if bonus is not None:
                change = await self._points.by_key(unit, f"stamp:{visit_id}")
                await self._points.reverse(
                    unit,
                    change.change_id,
                    key=f"stamp-undo:{visit_id}",
                    reason=reason,
                    actor=actor,
                    now=now,
                )
            last = (await _LAST.rows(unit.connection, **here))[0][0]
            card = replace(
                card, stamps=stamps - 1, last_at=None if last is None else batch.instant(last)
            )
            await _keep(unit.connection, person_id, self.rules.key, card)
        return card

    async def _refusal(
        self, connection: AsyncConnection, person_id: int, card: Card, now: datetime
    ) -> Stamped | None:
        if card.last_at is not None:
            ready = card.last_at + timedelta(hours=float(self.rules.interval_hours))
            if now < ready:
                return Stamped(outcome=Stamping.TOO_SOON, card=card, next_at=ready, is_new=False)
        if self.rules.per_day is None:
            return None
        midnight = datetime.combine(now.astimezone(TOKYO).date(), time(), TOKYO)
        rows = await _TODAY.rows(
            connection, person_id=person_id, card=self.rules.key, since=midnight
        )
        if rows[0][0] < self.rules.per_day:
            return None
        tomorrow = midnight + timedelta(days=1)
        return Stamped(outcome=Stamping.TODAY_DONE, card=card, next_at=tomorrow, is_new=False)

    async def _stamp(
        self,
        unit: Unit,
        person_id: int,
        card: Card,
        *,
        key: str,
        actor: Actor,
        now: datetime,
        friend: Friend | None,
    ) -> Stamped:
        is_full = card.stamps >= self.rules.size
        card = (
            Card(card.round + 1, 1, now)
            if is_full
            else replace(card, stamps=card.stamps + 1, last_at=now)
        )
        visit_id, bonus = arrival.number(), self.rules.bonus(card.stamps)
        row = {
            "id": visit_id,
            "key": key,
            "person_id": person_id,
            "card": self.rules.key,
            "round": card.round,
            "stamps_after": card.stamps,
            "bonus": None if bonus is None else bonus.written,
            "shop": actor.shop,
            "staff_id": actor.staff_id,
            "device": actor.device,
            "at": now,
        }
        await batch.insert(unit.connection, stamp_visits, [row])
        await _keep(unit.connection, person_id, self.rules.key, card)
        coupon = None
        if bonus is not None:
            coupon = await self._give(
                unit, person_id, bonus, visit_id=visit_id, now=now, friend=friend
            )
        return Stamped(
            outcome=Stamping.STAMPED, card=card, visit_id=visit_id, bonus=bonus, coupon=coupon
        )

    async def _give(
        self,
        unit: Unit,
        person_id: int,
        bonus: Bonus,
        *,
        visit_id: int,
        now: datetime,
        friend: Friend | None,
    ) -> Issued | None:
        if bonus.points is not None:
            await self._points.earn(
                unit,
                person_id,
                bonus.points,
                key=f"stamp:{visit_id}",
                reason=self._reason,
                source=f"stamp:{visit_id}",
                issuer=f"stamps:{self.rules.key}",
                now=now,
            )
            return None
        return await self._coupons.issue(
            unit,
            person_id,
            str(bonus.coupon),
            why=f"stamp:{visit_id}",
            now=now,
            friend=friend,
            is_earned=True,
        )

    async def _known(
        self, connection: AsyncConnection, person_id: int, key: str
    ) -> Stamped | None:
        rows = await _BY_KEY.rows(connection, key=key)
        if not rows:
            return None
        visit_id, owner, _, visit_round, stamps, _, _, at, _ = rows[0]
        if owner != person_id:
            raise KeyReusedError(f"the key {key} stands for another visit; use a new one")
        return Stamped(
            outcome=Stamping.STAMPED,
            card=Card(visit_round, stamps, batch.instant(at)),
            visit_id=visit_id,
            bonus=self.rules.bonus(stamps),
            is_new=False,
        )


async def _keep(connection: AsyncConnection, person_id: int, key: str, card: Card) -> None:
    await _SET.count(
        connection,
        person_id=person_id,
        card=key,
        round=card.round,
        stamps=card.stamps,
        last_at=card.last_at,
    )


def _card(row: Any) -> Card:
    return Card(row[0], row[1], None if row[2] is None else batch.instant(row[2]))
