"""Comparing with LINE: does a sample of friends see what they should?

    sample -> GET /v2/bot/user/{userId}/richmenu -> report, and calls that put right what is wrong

Every night, and whenever somebody asks. Calls that failed or came too late since the last time are
made again. When much is wrong, everybody is told anew. A menu that somebody deleted on LINE cannot
be shown again from here: publishing makes it anew, and until then nobody is linked to it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any, Final

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import metrics
from bot.clock import TOKYO, Clock
from bot.line.client import LineClient
from bot.line.richmenus import RichMenus
from bot.menus import hides, moving, progress, repository, retelling
from bot.menus.model import HIDDEN
from bot.menus.service import Menus
from bot.menus.wanted import shown_of
from bot.outbox import repository as outbox
from bot.outbox.model import Call, Kind, request
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.menus import menu_checks

_log = structlog.get_logger(__name__)

SAMPLE: Final = 200
#: The hour of the night, in Tokyo.
HOUR: Final = time(4)
#: From this share of a sample on it is not single friends that are wrong.
MUCH: Final = 0.05
_WHY: Final = "menus:check"

#: Friends whose menu is on its way just now are no sample of anything.
_SAMPLE = Query(
    "SELECT f.user_id, f.menu, f.menu_tab FROM friends f WHERE f.state = 'friend' "
    "AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.lane = f.user_id AND o.kind = 'menu' "
    "AND o.state IN ('waiting', 'sending', 'parked')) ORDER BY random() LIMIT :limit"
)
_SAME = Query(
    "SELECT 1 FROM friends f WHERE f.user_id = :user_id AND f.state = 'friend' "
    "AND coalesce(f.menu, '') = :menu AND coalesce(f.menu_tab, '') = :tab"
)
_BULK_UNDER_WAY = Query(
    "SELECT 1 FROM outbox WHERE kind = 'menus' AND state IN ('waiting', 'sending', 'parked') "
    "UNION ALL SELECT 1 FROM menu_batches WHERE phase IN ('planned', 'asked', 'ongoing') LIMIT 1"
)
_FAILED = Query(
    "SELECT lane, kind, body FROM outbox WHERE settled_at >= :since "
    "AND kind IN ('menu', 'menus', 'default menu') AND state IN ('failed', 'expired') "
    "AND body IS NOT NULL"
)
_OWN = Query(
    "UPDATE friends SET menu = :menu, version = version + 1 "
    "WHERE user_id = :user_id AND menu IS NULL"
)
_PUBLISHED_SINCE = Query("SELECT key FROM menus WHERE published_at > :at")
_LAST = Query(
    "SELECT checked_at, looked, default_is_right, report, missing FROM menu_checks "
    "ORDER BY id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Drift:
    """A friend who sees something else than they should."""

    user_id: str
    #: Keys of menus; None: no menu of their own.
    wanted: str | None
    #: A key, an id that is none of ours, or None.
    found: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found."""

    checked_at: datetime
    looked: int
    drifts: tuple[Drift, ...]
    default_is_right: bool
    #: Keys of menus that LINE has no more.
    missing: tuple[str, ...] = ()

    @property
    def wrong(self) -> int:
        """How many things are not as they should be."""
        return len(self.drifts) + len(self.missing) + (not self.default_is_right)

    @property
    def strays(self) -> tuple[Drift, ...]:
        """Those who can be shown what they should see: LINE has that menu."""
        return tuple(drift for drift in self.drifts if drift.wanted not in self.missing)


class Checker:
    """Checks, and puts right."""

    def __init__(
        self, engine: AsyncEngine, line: LineClient, menus: Menus, *, clock: Clock
    ) -> None:
        self._engine = engine
        self._line = RichMenus(line)
        self._menus = menus
        self._clock = clock

    async def check_if_due(self) -> Report | None:
        """Check if nobody has since the last night."""
        now = self._clock()
        async with self._engine.connect() as connection:
            found = await progress.read(connection)
        if found is None or not _is_due(found.checked_at, now):
            return None
        return await self.check()

    async def check(self, *, sample: int = SAMPLE) -> Report:
        """Compare a sample with LINE; what is wrong is put right."""
        now = self._clock()
        async with self._engine.connect() as connection:
            ids = await repository.published(connection)
            rows: Sequence[Any] = ()
            if not await _BULK_UNDER_WAY.rows(connection):
                rows = await _SAMPLE.rows(connection, limit=sample)
            state = await progress.read(connection)
            unlinked = self._menus.chooser.at(now, await hides.stored(connection)).unlinked
        keys = {rich_menu_id: key for key, rich_menu_id in ids.items()}
        drifts, looked = [], 0
        for user_id, menu, tab in rows:
            answer = await self._line.linked(user_id)
            if not answer.ok and answer.status != HTTPStatus.NOT_FOUND:
                continue  # LINE has trouble: nothing is known of this friend
            looked += 1
            rich_menu_id = str(answer.body["richMenuId"]) if answer.ok else None
            found = None if rich_menu_id is None else keys.get(rich_menu_id, rich_menu_id)
            drift = self._compare(user_id, menu, tab, found, unlinked)
            if drift is not None and await self._still(user_id, menu, tab):
                drifts.append(drift)
        is_right = state is None or await self._default_is_right(state, ids)
        report = Report(now, looked, tuple(drifts), is_right, await self._missing(ids))
        since = state.checked_at if state else None
        await self._put_right(report, unlinked, since=since)
        return report

    def _compare(
        self, user_id: str, menu: str | None, tab: str | None, found: str | None, unlinked: str
    ) -> Drift | None:
        if menu is None:
            # The default, or a tab of it opened while we were away; nothing while all are hidden.
            is_right = found is None or self._menus.tabs.same(unlinked, found)
            return None if is_right else Drift(user_id, None, found)
        shown = shown_of(menu, tab).shown
        wanted = None if shown == HIDDEN else shown
        is_tab = wanted is not None and found is not None and self._menus.tabs.same(menu, found)
        return None if found == wanted or is_tab else Drift(user_id, wanted, found)

    async def _still(self, user_id: str, menu: str | None, tab: str | None) -> bool:
        """Whether nobody has decided anything else meanwhile."""
        async with self._engine.connect() as connection:
            rows = await _SAME.rows(connection, user_id=user_id, menu=menu or "", tab=tab or "")
        return bool(rows)

    async def _default_is_right(self, state: progress.Progress, ids: Mapping[str, str]) -> bool:
        if state.default_menu is None:
            return True  # LINE was told nothing yet
        answer = await self._line.default()
        if answer.ok:
            return bool(answer.body["richMenuId"] == ids.get(state.default_menu))
        return answer.status != HTTPStatus.NOT_FOUND or state.default_menu == HIDDEN

    async def _missing(self, ids: Mapping[str, str]) -> tuple[str, ...]:
        """Return the menus of this account that were published, and that LINE has no more."""
        answer = await self._line.list()
        if not answer.ok:
            return ()  # LINE has trouble: nothing is known
        there = {menu["richMenuId"] for menu in answer.body["richmenus"]}
        ours = {*self._menus.chooser.rules.menus, *self._menus.tabs.keys}
        return tuple(sorted(key for key in ours.intersection(ids) if ids[key] not in there))

    async def _put_right(self, report: Report, unlinked: str, *, since: datetime | None) -> None:
        metrics.MENUS_WRONG.set(report.wrong)
        now = report.checked_at
        default = self._menus.chooser.rules.default
        async with self._engine.begin() as connection:
            calls = [
                call
                for row in await _FAILED.rows(connection, since=since or now - timedelta(days=1))
                for call in _again(row, report.missing, now)
            ]
            calls += await self._relinks(connection, report, unlinked)
            if not report.default_is_right and default not in report.missing:
                body = {"menu": default}
                calls.append(request("menus:default", Kind.DEFAULT_MENU, body, why=_WHY, now=now))
            await outbox.insert(connection, calls, owner=None, now=now)
            await batch.insert(connection, menu_checks, [_row(report)])
            await progress.note_check(connection, now=now)
        if report.drifts or not report.default_is_right:
            _log.warning(
                "menus.drift",
                wrong=len(report.drifts),
                looked=report.looked,
                default_is_right=report.default_is_right,
                mend="put right by itself; if it comes back, another tool may link menus, too",
            )
        if report.missing:
            _log.error(
                "menus.deleted_on_line",
                menus=", ".join(report.missing),
                mend="enishi richmenus apply makes them again",
            )

    async def _relinks(
        self, connection: AsyncConnection, report: Report, unlinked: str
    ) -> list[Call]:
        now, strays = report.checked_at, report.strays
        if report.looked and len(strays) / report.looked > MUCH and len(strays) > 1:
            menus = {*self._menus.chooser.rules.menus, HIDDEN}.difference(report.missing)
            for menu in sorted(menus):
                await retelling.ask(connection, menu, why=_WHY, now=now)
        calls = []
        for drift in strays:
            menu = drift.wanted or HIDDEN
            if drift.wanted is None:  # whatever LINE has for them, everybody's is theirs
                if unlinked in report.missing:
                    continue
                await _OWN.count(connection, menu=unlinked, user_id=drift.user_id)
            calls.append(request(drift.user_id, Kind.MENU, {"menu": menu}, why=_WHY, now=now))
        return calls


async def last(connection: AsyncConnection) -> Report | None:
    """Return what the last check found; None: there was none."""
    rows = await _LAST.rows(connection)
    if not rows:
        return None
    at, looked, is_right, drifts, missing = rows[0]
    found = tuple(
        Drift(one["user_id"], one["wanted"], one["found"]) for one in batch.documents(drifts)
    )
    gone = tuple(orjson.loads(missing) if isinstance(missing, str) else missing)
    return Report(batch.instant(at), looked, found, bool(is_right), gone)


async def missing(connection: AsyncConnection) -> tuple[str, ...]:
    """Return the menus that the last check missed on LINE, and that nobody published since."""
    report = await last(connection)
    if report is None or not report.missing:
        return ()
    rows = await _PUBLISHED_SINCE.rows(connection, at=report.checked_at)
    return tuple(sorted({*report.missing}.difference(row[0] for row in rows)))


def _is_due(checked_at: datetime | None, now: datetime) -> bool:
    local = now.astimezone(TOKYO)
    night = datetime.combine(local.date(), HOUR, TOKYO)
    if night > now:
        night -= timedelta(days=1)
    return checked_at is not None and checked_at < night


def _again(row: Sequence[Any], missing: Collection[str], now: datetime) -> list[Call]:
    lane, kind, body = row
    arguments = orjson.loads(bytes(body))
    if arguments["menu"] in missing:
        return []
    if kind != Kind.MENUS.value:
        return [request(lane, Kind(kind), arguments, why=_WHY, now=now)]
    users = arguments["users"]
    return list(moving.calls_for(users, arguments["menu"], why=_WHY, now=now))


def _row(report: Report) -> dict[str, Any]:
    drifts = [
        {"user_id": one.user_id, "wanted": one.wanted, "found": one.found} for one in report.drifts
    ]
    return {
        "id": arrival.number(),
        "checked_at": report.checked_at,
        "looked": report.looked,
        "wrong": len(report.drifts),
        "default_is_right": report.default_is_right,
        "report": drifts,
        "missing": list(report.missing),
    }
