"""Telling staff: beside the calls to LINE, in the process that sends.

staff_events -> relay -> notices -> Sender: one group (person, way, device) at a time
    -> put off by quiet hours, or gathered -> dropped if settled meanwhile -> sent, later, failed
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import metrics
from bot.clock import Clock
from bot.notices import line, queue
from bot.notices.choices import Reach, reach
from bot.notices.knowing import still_true
from bot.notices.model import Kind, Step, Way
from bot.notices.queue import Group, Notice
from bot.notices.relay import PIECE, relay
from bot.notices.ways import Outcome, Sends
from bot.notices.words import Written, write
from bot.outbox.outside import UseCase
from bot.rounds import Round
from bot.staff import repository as staff
from bot.store.batch import StaleRowError

_log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 1.0
#: To different people at the same time.
AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent to one person."""

    notices: Sequence[Notice]
    reach: Reach
    written: Written


class Sender:
    """Tells staff what concerns them."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        clock: Clock,
        use_case: UseCase,
        ways: Mapping[Way, Sends],
        shop_name: str,
        public_url: str,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._use_case = use_case
        self._ways = ways
        self._shop_name = shop_name
        self._public_url = public_url
        self._task: asyncio.Task[None] | None = None
        #: One for each person and way: a mail server that is slow holds nobody else up.
        self._tasks: dict[Group, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        #: Held by whoever asks the database.
        self._round = Round()

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="notices")

    async def stop(self) -> None:
        """End; what was under way is sent again once its lease is over."""
        await self._round.end(self._task)
        self._task = None
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("notices.failed")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Take up what happened, and see that everybody is being told what is due."""
        is_all = False
        while not is_all:
            async with self._round, self._engine.begin() as connection:
                is_all = await relay(connection, now=self._clock()) < PIECE
                await queue.hear_of_calls(connection, now=self._clock())
                groups = await queue.due(connection, now=self._clock())
            for group in groups:
                if group not in self._tasks:
                    self._tasks[group] = asyncio.create_task(self._tell_in_turn(group))

    async def rest(self) -> None:
        """Return once nothing is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values())

    async def _tell_in_turn(self, group: Group) -> None:
        try:
            async with self._room:
                await self._tell(group)
        except StaleRowError:  # their talk changed in the same moment: it is still due
            _log.info("notices.overtaken", staff=group.staff_id)
        except (SQLAlchemyError, OSError, TimeoutError):  # it is due again after its lease
            _log.exception("notices.failed", staff=group.staff_id, way=group.way.value)
        except Exception as error:  # noqa: BLE001 - a bug is seen, and tried no more often than others
            _log.exception("notices.bug", staff=group.staff_id, way=group.way.value)
            await self._stumbled(group, type(error).__name__)
        finally:
            del self._tasks[group]

    async def _stumbled(self, group: Group, what: str) -> None:
        """Count an attempt that ended before anything was sent."""
        now = self._clock()
        async with self._round, self._engine.begin() as connection:
            notices = await queue.take(connection, group, now=now)
            await queue.lease(connection, notices, now=now)
            await queue.failed(connection, notices, error=f"bug: {what}", is_final=False, now=now)

    async def _tell(self, group: Group) -> None:
        if group.way is Way.LINE:
            await self._hand_over(group)
            return
        async with self._round, self._engine.begin() as connection:
            plan = await self._plan(connection, group)
            if plan is not None:
                await queue.lease(connection, plan.notices, now=self._clock())
        if plan is None:
            return
        try:
            outcome = await self._ways[group.way].send(group, plan.reach, plan.written)
        except Exception as error:  # noqa: BLE001 - it counts as an attempt, and is seen
            _log.exception("notices.bug", staff=group.staff_id, way=group.way.value)
            outcome = Outcome(f"bug: {type(error).__name__}")
        async with self._round, self._engine.begin() as connection:
            await self._settle(connection, group, plan, outcome)

    async def _hand_over(self, group: Group) -> None:
        """Give what is told by LINE to the outbox, in one transaction."""
        now = self._clock()
        async with self._round, self._use_case() as unit:
            plan = await self._plan(unit.connection, group)
            if plan is None:
                return
            user_id = plan.reach.user_id or ""
            call_id = await line.send(
                unit, user_id, plan.written, public_url=self._public_url, now=now
            )
            if call_id is None:
                step, error = Step.GIVEN_UP, "line_blocked"
            else:
                step, error = Step.QUEUED, None
            await queue.settle(
                unit.connection, plan.notices, step, error=error, outbox_id=call_id, now=now
            )

    async def _settle(
        self, connection: AsyncConnection, group: Group, plan: Plan, outcome: Outcome
    ) -> None:
        now = self._clock()
        metrics.NOTICES.labels(group.way.value, "failed" if outcome.error else "sent").inc()
        if outcome.error is None:
            await queue.settle(connection, plan.notices, Step.SENT, now=now)
            return
        given_up = await queue.failed(
            connection, plan.notices, error=outcome.error, is_final=outcome.is_final, now=now
        )
        _log.warning(
            "notices.not_sent",
            staff=group.staff_id,
            way=group.way.value,
            error=outcome.error.partition(":")[0],
            given_up=len(given_up),
        )

    async def _plan(self, connection: AsyncConnection, group: Group) -> Plan | None:
        """Return what to send now; None: nothing, and what is known of it is written down."""
        now = self._clock()
        notices = await queue.take(connection, group, now=now)
        if not notices:
            return None
        member = await staff.by_id(connection, group.staff_id)
        reached = (await reach(connection, [group.staff_id]))[group.staff_id]
        is_gone = member is None or not member.is_active
        if member is None or is_gone or group.target not in reached.targets(group.way):
            await queue.settle(connection, notices, Step.SETTLED, now=now)
            return None
        if not any(notice.kind is Kind.TEST for notice in notices):
            loud_at = reached.choices.loud_at(now)
            gathers_until = await self._gathers_until(connection, group, reached)
            if (until := max(loud_at, gathers_until)) > now:
                await queue.put_off(connection, notices, until=until)
                return None
        kept, about = await still_true(
            connection,
            notices,
            member=member,
            shows_text=reached.choices.shows_text,
        )
        over = [notice for notice in notices if notice not in kept]
        if over:
            await queue.settle(connection, over, Step.SETTLED, now=now)
        if not kept:
            return None
        written = write(self._shop_name, kept, about, language=member.language)
        return Plan(kept, reached, written)

    async def _gathers_until(
        self, connection: AsyncConnection, group: Group, reached: Reach
    ) -> datetime:
        """Return until when what comes is put together; browsers are told of each thing."""
        now, wait = self._clock(), timedelta(minutes=reached.choices.gather_minutes)
        if group.way is Way.BROWSER or not wait:
            return now
        last = await queue.last_told(connection, group, since=now - wait)
        return now if last is None else last + wait
