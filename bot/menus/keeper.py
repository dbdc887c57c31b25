"""Keeping everybody's menu right, whoever changed what: a piece at a time, by the clock.

    log of changes ─────────────────────▶ those friends ┐
    other rules, a period, a day, a hide ▶ everybody     ┴▶ who sees another menu? ▶ outbox

Each piece is one transaction with how far it came, so it is done once, however often the process
dies. What the worker has decided already is found equal, and nothing is called.
"""

import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock, utc_now
from bot.menus import batches, hides, moving, progress, repository, retelling
from bot.menus.batches import BATCH_FROM, HOUR, Batch, Phase
from bot.menus.checking import Checker
from bot.menus.choosing import Choice
from bot.menus.model import HIDDEN
from bot.menus.progress import START, Progress
from bot.menus.service import Menus
from bot.menus.tabs import Tabs
from bot.outbox import repository as outbox
from bot.outbox.model import Kind, request
from bot.rounds import Round
from bot.segments.index import reading
from bot.segments.sql.postgres import SOME_OF_MANY
from bot.signals import OUTBOX, Signals
from bot.store.batch import Query, is_postgres
from bot.store.tables.friends import friends

_log = structlog.get_logger(__name__)

EVERY_SECONDS: Final = 1.0
#: How often it is noted that changes were looked for.
_NOTE_SECONDS: Final = 60.0
#: Friends gone through in one transaction; while it lasts, events of those who move wait.
WINDOW: Final = 5_000
#: Changes looked at in one transaction.
CHANGES: Final = 1_000
#: Whoever waits longer for a friend gives way: an event may wait for us in turn.
FOR_A_PIECE: Final = f"{SOME_OF_MANY}, set_config('lock_timeout', '200ms', true)"
_LOCK_NOT_AVAILABLE: Final = "55P03"

_UNDER_WAY = Query(
    "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending', 'parked') "
    "AND kind IN ('menu', 'menus') AND due_at <= :now "
    "UNION ALL SELECT 1 FROM menu_batches WHERE phase IN ('planned', 'asked', 'ongoing') LIMIT 1"
)


class Keeper:
    """Goes through friends whose menu may be another now."""

    def __init__(
        self,
        engine: AsyncEngine,
        menus: Menus,
        *,
        signals: Signals,
        clock: Clock,
        checker: Checker | None = None,
    ) -> None:
        self._engine = engine
        self._menus = menus
        self._signals = signals
        self._clock = clock
        self.checker = checker
        #: From so many friends on, who all move from one menu to another, LINE moves them at once.
        self.batch_from = BATCH_FROM
        self.window = WINDOW
        self._task: asyncio.Task[None] | None = None
        self._round = Round()

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="menu keeper")

    async def stop(self) -> None:
        """End; a piece under way is rolled back and comes again."""
        await self._round.end(self._task)

    async def _run(self) -> None:
        while True:
            try:
                while await self._once():
                    pass
                if self.checker is not None:
                    async with self._round:
                        await self.checker.check_if_due()
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("menus.failed")
            except Exception:  # noqa: BLE001 - the loop outlives every bug; the next round is the net
                _log.exception("menus.broken")
            await asyncio.sleep(EVERY_SECONDS)

    async def _once(self) -> bool:
        async with self._round:
            return await self.step()

    async def catch_up(self) -> None:
        """Go on until nothing is left to do now."""
        while await self.step():
            pass

    async def step(self) -> bool:
        """Do one piece; False: there is none left."""
        try:
            async with self._engine.begin() as connection:
                if is_postgres(connection):
                    await connection.exec_driver_sql(FOR_A_PIECE)
                more, moved = await self._piece(connection)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            await asyncio.sleep(0.05)
            return True
        if moved:
            self._signals.notify(OUTBOX)
        return more

    async def _piece(self, connection: AsyncConnection) -> tuple[bool, bool]:
        now = self._clock()
        before = await progress.lock(connection, looked_at=utc_now(), now=now)
        await hides.end_past(connection, now=now)
        choice = self._menus.chooser.at(now, await hides.stored(connection))
        after = await self._begin(connection, before, choice)
        planned = await self._planned(connection, before, after, choice, now)
        after, told = await self._default(connection, after, choice, now)
        after, changed, more = await self._follow(connection, after, choice, now)
        if after.walking is not None:
            after, walked = await self._walk(connection, after, choice, planned, now)
            changed, more = changed + walked, True
        elif await retelling.go_on(connection, now=now):
            told = more = True
        if after != before:
            await progress.save(connection, after)
        return more, told or changed > 0

    async def _begin(self, connection: AsyncConnection, at: Progress, choice: Choice) -> Progress:
        """See whether everybody has to be gone through."""
        if at.has_missed_changes(utc_now()):
            transaction, change = await progress.end_of_changes(connection)
            at = replace(at, changes=transaction, change_id=change, shown="", walking=None)
        target = at.walking if at.walking is not None else at.shown
        wanted = _fingerprint(choice, self._menus.tabs)
        if wanted != target:
            at = replace(at, walking=wanted, walked=START)
        if (utc_now() - at.looked_at).total_seconds() > _NOTE_SECONDS:
            at = replace(at, looked_at=utc_now())
        return at

    async def _planned(
        self,
        connection: AsyncConnection,
        before: Progress,
        at: Progress,
        choice: Choice,
        now: datetime,
    ) -> Batch | None:
        """Return the batch that tells LINE of those who are being gone through."""
        for one in await batches.open_batches(connection):
            # Its rules count no more, or nobody knows what became of it.
            is_off = one.phase is Phase.PLANNED and at.walking != before.walking
            if is_off or now - one.asked_at > HOUR:
                await batches.give_up(connection, one, now=now)
            elif one.phase is Phase.PLANNED:
                return one
        if at.walking is not None and at.walking != before.walking:
            return await batches.plan(
                connection, choice, self._menus.tabs, least=self.batch_from, now=now
            )
        return None

    async def _default(
        self, connection: AsyncConnection, at: Progress, choice: Choice, now: datetime
    ) -> tuple[Progress, bool]:
        """Tell LINE the default: before those who need it, and away after those who have it."""
        wanted = HIDDEN if choice.hides else choice.default
        if at.default_menu == wanted:
            return at, False
        if wanted == HIDDEN:
            is_through = at.walking is None and not await _UNDER_WAY.rows(connection, now=now)
            if not is_through and not choice.hides_everything:
                return at, False
        elif wanted not in await repository.published(connection):
            return at, False
        call = request(
            "menus:default", Kind.DEFAULT_MENU, {"menu": wanted}, why="menus:rules", now=now
        )
        await outbox.insert(connection, [call], owner=None, now=now)
        return replace(at, default_menu=wanted), True

    async def _follow(
        self, connection: AsyncConnection, at: Progress, choice: Choice, now: datetime
    ) -> tuple[Progress, int, bool]:
        """Look at the friends that changed since."""
        found = await progress.changes_after(connection, at, limit=CHANGES)
        if not found:
            return at, 0, False
        ids = {change[2] for change in found if change[2] is not None}
        people = {change[3] for change in found if change[3] is not None}
        if people:
            ids |= await reading.friends_of(connection, sorted(people))
        moves = await moving.find(
            connection, choice, self._menus.tabs, friends.c.id.in_(sorted(ids)), locks=True
        )
        await moving.move(connection, moves, why="menus:changes", now=now)
        at = replace(at, changes=found[-1][0], change_id=found[-1][1])
        return at, len(moves), len(found) == CHANGES

    async def _walk(
        self,
        connection: AsyncConnection,
        at: Progress,
        choice: Choice,
        planned: Batch | None,
        now: datetime,
    ) -> tuple[Progress, int]:
        """Go through the next friends in order."""
        behind = sa.select(friends.c.id).where(friends.c.id > at.walked).order_by(friends.c.id)
        end = await connection.scalar(behind.offset(self.window - 1).limit(1))
        which = friends.c.id > at.walked
        if end is not None:
            which = sa.and_(which, friends.c.id <= end)
        moves = await moving.find(connection, choice, self._menus.tabs, which, locks=True)
        is_told = (lambda _: False) if planned is None else planned.covers
        await moving.move(connection, moves, why="menus:rules", now=now, is_told=is_told)
        if end is None:
            if planned is not None:
                await batches.ask(connection, planned, now=now)
            _log.debug("menus.everybody_gone_through", fingerprint=at.walking)
            return replace(at, shown=str(at.walking), walking=None, walked=START), len(moves)
        return replace(at, walked=end), len(moves)


def _fingerprint(choice: Choice, tabs: Tabs) -> str:
    """The same while everybody is to see the same: what a tab was may be defined no more."""
    said = ".".join([choice.fingerprint, *sorted(tabs.keys)])
    return hashlib.sha256(said.encode()).hexdigest()[:32]
