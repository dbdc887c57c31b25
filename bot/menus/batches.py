"""Batches: everybody who has one menu is moved to another in one call of LINE's, three an hour.

    rules change -> plan -> the keeper goes through everybody, and tells LINE nothing of those who
        are moved this way -> asked -> (dispatcher: validate, batch, progress) -> done
                                any refusal, any doubt -> given up: bulk links tell everybody

LINE moves friends by what they have, and not by what was decided of each. So a batch is planned
where a sample says that all who have a menu move to the same other one; whoever is to keep it
after all, and whoever was told something else meanwhile, is told again behind it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.friends.model import Friendship
from bot.menus import repository, retelling
from bot.menus.choosing import Choice
from bot.menus.model import HIDDEN
from bot.menus.moving import Move
from bot.menus.settling import THROUGH_AFTER
from bot.menus.tabs import Tabs
from bot.outbox import repository as outbox
from bot.outbox.model import Kind, request
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.friends import friends
from bot.store.tables.menus import menu_batches
from bot.store.types import from_ms

#: From so many friends on, who all move from one menu to one other: ten bulk links.
BATCH_FROM: Final = 5_000
#: LINE takes three an hour; one is chosen, and the others are left for what fails of it.
HOUR: Final = timedelta(hours=1)
#: Of the friends who have a menu, so many of the first and so many of the last are looked at.
SAMPLE: Final = 1_000
_WHY: Final = "menus:rules"


class Phase(StrEnum):
    """How far a batch is."""

    PLANNED = "planned"  # friends are being gone through
    ASKED = "asked"  # the dispatcher has it
    ONGOING = "ongoing"  # LINE has it
    DONE = "done"
    GIVEN_UP = "given up"  # friends are told by bulk links


class Step(StrEnum):
    """What happens to a batch."""

    PLAN = "plan"
    #: A new version of a menu is published: nobody has to be gone through.
    PUBLISH = "publish"
    ASK = "ask"
    #: LINE takes it, or what was left of it.
    TAKE = "take"
    END = "end"
    GIVE_UP = "give up"


#: From where each step leads where; drawn in ARCHITECTURE.md.
TRANSITIONS: Final[Mapping[tuple[Phase | None, Step], Phase]] = {
    (None, Step.PLAN): Phase.PLANNED,
    (None, Step.PUBLISH): Phase.ASKED,
    (Phase.PLANNED, Step.ASK): Phase.ASKED,
    (Phase.ASKED, Step.TAKE): Phase.ONGOING,
    (Phase.ONGOING, Step.TAKE): Phase.ONGOING,
    (Phase.ONGOING, Step.END): Phase.DONE,
    (Phase.PLANNED, Step.GIVE_UP): Phase.GIVEN_UP,
    (Phase.ASKED, Step.GIVE_UP): Phase.GIVEN_UP,
    (Phase.ONGOING, Step.GIVE_UP): Phase.GIVEN_UP,
}

_OPEN = Query(
    "SELECT id, moves, ids, phase, asked_at, request_id FROM menu_batches "
    "WHERE phase IN ('planned', 'asked', 'ongoing') ORDER BY id"
)
_RECENT = Query("SELECT 1 FROM menu_batches WHERE asked_at > :since LIMIT 1")
_STEP = Query(
    "UPDATE menu_batches SET phase = :after WHERE id = :id AND phase = ANY(:before::text[])"
)
_TAKEN = Query("UPDATE menu_batches SET request_id = :request_id, taken_at = :now WHERE id = :id")
_MANY = Query(
    "SELECT menu FROM friends WHERE menu IS NOT NULL AND menu <> '-' AND menu_tab IS NULL "
    "AND state <> 'blocked' GROUP BY menu HAVING count(*) >= :least"
)
_OWN = Query("SELECT count(*) FROM friends WHERE menu <> '-' AND state <> 'blocked'")
#: Links of another time: where they lead is not what everybody has yet.
_UNSETTLED = Query(
    "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending', 'parked') AND kind = 'menus' "
    "AND due_at <= :now UNION ALL SELECT 1 FROM menu_repoints "
    "UNION ALL SELECT 1 FROM rich_menu_leases WHERE until > :now LIMIT 1"
)
_TOLD = Query(
    "SELECT lane, kind, body FROM outbox WHERE settled_at >= :since AND kind IN ('menu', 'menus') "
    "AND state = 'sent' AND status IS NOT NULL AND body IS NOT NULL ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Who is moved where."""

    number: int
    #: By menu; to ``HIDDEN``: they get none. Empty: nobody is to have one.
    moves: Mapping[str, str]
    #: What LINE knew the menus as, when it was planned, that friends are moved away from.
    ids: Mapping[str, str]
    phase: Phase
    asked_at: datetime
    #: By which LINE says how far it is; None: it has not taken it yet.
    request_id: str | None = None

    @property
    def is_publishers(self) -> bool:
        """Whether it moves friends to another version of the same menu."""
        return bool(self.moves) and all(one == other for one, other in self.moves.items())

    def covers(self, move: Move) -> bool:
        """Whether this batch tells LINE of a move."""
        if not self.moves:
            return move.own is not None and move.after == HIDDEN
        return move.own_tab is None and self.moves.get(move.own or "") == move.after


async def open_batches(connection: AsyncConnection) -> list[Batch]:
    """Return those that are not through."""
    return [
        Batch(
            row[0],
            batch.document(row[1]),
            batch.document(row[2]),
            Phase(row[3]),
            from_ms(row[4]),
            row[5],
        )
        for row in await _OPEN.rows(connection)
    ]


async def has_room(connection: AsyncConnection, *, now: datetime) -> bool:
    """Whether LINE takes one more this hour, and one more for what fails of it."""
    return not await _RECENT.rows(connection, since=now - HOUR)


async def plan(
    connection: AsyncConnection, choice: Choice, tabs: Tabs, *, least: int, now: datetime
) -> Batch | None:
    """Plan a batch where rules move so many friends that it is worth one."""
    if not await has_room(connection, now=now):
        return None
    if choice.hides_everything:
        if (await _OWN.rows(connection))[0][0] < least:
            return None
        return await keep(connection, {}, {}, step=Step.PLAN, why=_WHY, now=now)
    many = [row[0] for row in await _MANY.rows(connection, least=least)]
    if not many or await _UNSETTLED.rows(connection, now=now):
        return None
    ids = await repository.published(connection)
    moves = {}
    for menu in sorted(set(many).intersection(ids)):
        after = await _all_to(connection, choice, menu)
        if after is not None and not tabs.same(menu, after) and after in {*ids, HIDDEN}:
            moves[menu] = after
    if not moves:
        return None
    known = {menu: ids[menu] for menu in moves}
    return await keep(connection, moves, known, step=Step.PLAN, why=_WHY, now=now)


async def keep(
    connection: AsyncConnection,
    moves: Mapping[str, str],
    ids: Mapping[str, str],
    *,
    step: Step,
    why: str,
    now: datetime,
) -> Batch:
    """Store a batch."""
    phase = TRANSITIONS[None, step]
    row: dict[str, Any] = {"id": arrival.number(), "moves": dict(moves), "ids": dict(ids)}
    row |= {"phase": phase.value, "why": why, "asked_at": now}
    await batch.insert(connection, menu_batches, [row])
    return Batch(row["id"], moves, ids, phase, now)


async def ask(connection: AsyncConnection, one: Batch, *, now: datetime) -> None:
    """Hand a planned batch to the dispatcher: everybody was gone through."""
    await note(connection, one, Step.ASK)
    body = {"batch": one.number, "step": "validate"}
    call = request(f"menus:{one.number}", Kind.MENU_BATCH, body, why=_WHY, now=now)
    await outbox.insert(connection, [call], owner=None, now=now)


async def is_off(connection: AsyncConnection, one: Batch, ids: Mapping[str, str]) -> bool:
    """Whether it makes no sense any more: something is shown again, or a menu is not on LINE."""
    if not one.moves:
        return bool((await _OWN.rows(connection))[0][0])
    return not {*one.moves, *one.moves.values()} <= {*ids, HIDDEN}


async def taken(
    connection: AsyncConnection, number: int, request_id: str | None, *, now: datetime
) -> None:
    """Note that LINE has taken it."""
    await _step(connection, number, Step.TAKE)
    await _TAKEN.count(connection, id=number, request_id=request_id, now=now)


async def done(connection: AsyncConnection, one: Batch, *, since: datetime, now: datetime) -> None:
    """Note that LINE is through, and tell again whom it may have moved against what was decided.

    Args:
        connection: inside a transaction.
        one: the batch.
        since: when LINE took it.
        now: the present.
    """
    await note(connection, one, Step.END)
    if not one.moves:
        since = min(since, one.asked_at)  # whoever was shown something since has lost it
    for menu in one.moves:
        if await retelling.having(connection, menu, limit=1):
            await retelling.ask(connection, menu, why=_WHY, now=now)
    await tell_again(connection, since=since, now=now)


async def note(connection: AsyncConnection, one: Batch, step: Step) -> None:
    """Note what happens to it; what has ended stays as it ended."""
    await _step(connection, one.number, step)


async def _step(connection: AsyncConnection, number: int, step: Step) -> None:
    ways = {before: after for (before, taken), after in TRANSITIONS.items() if taken is step}
    await _STEP.count(
        connection,
        id=number,
        before=[before.value for before in ways if before is not None],
        after=next(iter(ways.values())).value,
    )


async def tell_again(connection: AsyncConnection, *, since: datetime, now: datetime) -> None:
    """Repeat the links that were made while a batch was under way; each reads what is so now."""
    calls = []
    for lane, kind, body in await _TOLD.rows(connection, since=since - THROUGH_AFTER):
        arguments = batch.document(bytes(body).decode())
        if arguments.get("looks_after"):
            continue
        where = lane if kind == Kind.MENU.value else f"menus:{arrival.number()}"
        calls.append(request(where, Kind(kind), arguments, why=_WHY, now=now))
    await outbox.insert(connection, calls, owner=None, now=now)


async def give_up(connection: AsyncConnection, one: Batch, *, now: datetime) -> None:
    """Tell everybody by bulk links instead, of whom nobody knows what LINE has done."""
    await note(connection, one, Step.GIVE_UP)
    for menu in sorted({*one.moves, *one.moves.values()} or {HIDDEN}):
        await retelling.ask(connection, menu, why=_WHY, now=now)


async def _all_to(connection: AsyncConnection, choice: Choice, menu: str) -> str | None:
    """Return the menu to which a sample of those who have one move; None: they part."""
    wanted = choice.case(connection.dialect.name, is_walk=True)
    query = (
        sa.select(wanted)
        .select_from(choice.source)
        .where(
            friends.c.menu == menu,
            friends.c.menu_tab.is_(None),
            friends.c.state != Friendship.BLOCKED.value,
        )
        .limit(SAMPLE)
    )
    found: set[str] = set()
    for order in (friends.c.id, friends.c.id.desc()):
        found |= {row[0] for row in await connection.execute(query.order_by(order))}
    return found.pop() if len(found) == 1 else None


def operations(one: Batch, ids: Mapping[str, str]) -> Sequence[dict[str, str]]:
    """Return what LINE is asked; a menu that was published meanwhile is known by two ids.

    Raises:
        KeyError: a menu is not on LINE.
    """
    if not one.moves:
        return [{"type": "unlinkAll"}]
    asked = []
    for menu, after in one.moves.items():
        for rich_menu_id in dict.fromkeys((one.ids[menu], ids[menu])):
            if after == HIDDEN:
                asked.append({"type": "unlink", "from": rich_menu_id})
            else:
                asked.append({"type": "link", "from": rich_menu_id, "to": ids[after]})
    return asked
