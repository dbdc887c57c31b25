"""Getting what friends send: LINE forgets pictures and files, so they are fetched at once.

    event -> talk_files (waiting) -> LINE -> file store + thumbnail -> stored
                                  └─ 202: LINE prepares it, again in a moment   4xx: gone, 期限切れ

A row is leased while it is fetched; a process that dies leaves it to the next look.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.files.kinds import SHOWN, type_of
from bot.files.pictures import PictureError, thumbnail
from bot.files.store import FileStore
from bot.line.account import Account
from bot.line.answers import Answer, Outcome
from bot.rounds import Round
from bot.signals import TALKS, Signals
from bot.store.batch import Query

_log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 1.0
AT_ONCE: Final = 3
#: A larger file of a friend is not kept: it would pass through memory.
MOST_BYTES: Final = 50_000_000
_PIECE: Final = 20
_LEASE: Final = timedelta(seconds=90)
#: While LINE prepares a video, and after trouble; the last one repeats.
_PATIENCE: Final = tuple(timedelta(seconds=s) for s in (2, 3, 5, 10, 30, 60, 300))
MOST_ATTEMPTS: Final = 40

_CLAIM: Final = Query(
    "UPDATE talk_files SET due_at = :until, attempts = attempts + 1 WHERE message_id IN ("
    "SELECT message_id FROM talk_files WHERE state = 'waiting' AND due_at <= :now "
    "ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED) "
    "RETURNING message_id, friend_id, line_id, kind, attempts"
)
_LATER: Final = Query(
    "UPDATE talk_files SET due_at = :due_at, error = :error "
    "WHERE message_id = :message_id AND state = 'waiting'"
)
_GIVE_UP: Final = Query(
    "UPDATE talk_files SET state = :state, error = :error "
    "WHERE message_id = :message_id AND state = 'waiting'"
)
_STORED: Final = Query(
    "UPDATE talk_files SET state = 'stored', key = :key, thumbnail_key = :thumbnail_key, "
    "content_type = :content_type, size = :size, width = :width, height = :height, error = NULL "
    "WHERE message_id = :message_id AND state = 'waiting'"
)
_FORGOTTEN: Final = Query(
    "SELECT message_id, key, thumbnail_key FROM talk_files "
    "WHERE state IN ('unsent', 'erased') AND key IS NOT NULL LIMIT :limit"
)
_IN_USE: Final = Query(
    "SELECT 1 FROM talk_files WHERE (key = :key OR thumbnail_key = :key) "
    "AND state NOT IN ('unsent', 'erased') UNION ALL "
    "SELECT 1 FROM talk_uploads WHERE key = :key OR thumbnail_key = :key LIMIT 1"
)
#: Longer than anybody leaves an answer unsent.
_UPLOAD_LIVES: Final = timedelta(days=1)
_NEVER_SENT: Final = Query(
    "DELETE FROM talk_uploads WHERE token IN "
    "(SELECT token FROM talk_uploads WHERE at < :before ORDER BY at LIMIT :limit) "
    "RETURNING key, thumbnail_key"
)
_CLEAR: Final = Query(
    "UPDATE talk_files SET key = NULL, thumbnail_key = NULL WHERE message_id = :message_id"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch."""

    message_id: int
    friend_id: int
    line_id: str
    kind: str
    attempts: int


class MediaFetch:
    """Fetches what friends send, and forgets what they take back."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        account: Account,
        store: FileStore,
        signals: Signals,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._account = account
        self._store = store
        self._signals = signals
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._round = Round()

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="media")

    async def stop(self) -> None:
        """End; what was under way is fetched again."""
        await self._round.end(self._task)

    async def _run(self) -> None:
        while True:
            try:
                while await self._once():
                    pass
                async with self._round:
                    await self.forget_once()
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("media.failed")
            except Exception:  # noqa: BLE001 - one strange file must not keep the others from coming
                _log.exception("media.broken")
            await asyncio.sleep(LOOK_SECONDS)

    async def _once(self) -> int:
        async with self._round:
            return await self.fetch_once()

    async def fetch_once(self) -> int:
        """Fetch what is due; return how many files that were."""
        now = self._clock()
        async with self._engine.begin() as connection:
            rows = await _CLAIM.rows(connection, now=now, until=now + _LEASE, limit=_PIECE)
        slots = asyncio.Semaphore(AT_ONCE)

        async def fetch(row: Sequence[Any]) -> None:
            async with slots:
                await self._fetch(Wanted(*row))

        await asyncio.gather(*(fetch(row) for row in rows))
        return len(rows)

    async def _fetch(self, wanted: Wanted) -> None:
        answer = await self._account.content(wanted.line_id, at_most=MOST_BYTES)
        if answer.outcome is Outcome.DONE and answer.status == HTTPStatus.OK:
            await self._keep(wanted, answer.raw)
        elif answer.outcome is Outcome.REFUSED:
            too_large = answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            await self._give_up(wanted, "too_large" if too_large else "gone", answer.message)
        elif wanted.attempts >= MOST_ATTEMPTS or await self._cannot_be_prepared(wanted, answer):
            await self._give_up(wanted, "failed", answer.message)
        else:
            await self._later(wanted, answer.message)

    async def _cannot_be_prepared(self, wanted: Wanted, answer: Answer) -> bool:
        if answer.status != HTTPStatus.ACCEPTED or wanted.kind not in {"video", "audio"}:
            return False
        told = await self._account.transcoding(wanted.line_id)
        return told.body.get("status") == "failed"

    async def _keep(self, wanted: Wanted, data: bytes) -> None:
        content_type = type_of(data)
        small = None
        if content_type.startswith("image/") and content_type in SHOWN:
            try:
                small = await thumbnail(data)
            except PictureError as error:
                _log.info("media.no_thumbnail", message_id=wanted.message_id, error=str(error))
        key = await self._store.put(data)
        thumbnail_key = None if small is None else await self._store.put(small.jpeg)
        async with self._engine.begin() as connection:
            kept = await _STORED.count(
                connection,
                message_id=wanted.message_id,
                key=key,
                thumbnail_key=thumbnail_key,
                content_type=content_type,
                size=len(data),
                width=None if small is None else small.width,
                height=None if small is None else small.height,
            )
            unused = [] if kept else await self._unused(connection, [key, thumbnail_key])
        for each in unused:  # taken back while it was fetched
            await self._store.delete(each)
        self._tell(wanted)

    async def _later(self, wanted: Wanted, error: str) -> None:
        wait = _PATIENCE[min(wanted.attempts, len(_PATIENCE)) - 1]
        due_at = self._clock() + wait
        async with self._engine.begin() as connection:
            await _LATER.count(
                connection, message_id=wanted.message_id, due_at=due_at, error=error or None
            )

    async def _give_up(self, wanted: Wanted, state: str, error: str) -> None:
        async with self._engine.begin() as connection:
            await _GIVE_UP.count(
                connection, message_id=wanted.message_id, state=state, error=error or None
            )
        self._tell(wanted)

    def _tell(self, wanted: Wanted) -> None:
        self._signals.tell(TALKS, [f"{wanted.friend_id}:0"])  # no new version: look again

    async def forget_once(self) -> int:
        """Delete what was taken back, kept long enough or never sent, unless others show it."""
        async with self._engine.begin() as connection:
            rows = await _FORGOTTEN.rows(connection, limit=_PIECE)
            unused: list[str] = []
            for message_id, key, thumbnail_key in rows:
                await _CLEAR.count(connection, message_id=message_id)
                unused += await self._unused(connection, [key, thumbnail_key])
            before = self._clock() - _UPLOAD_LIVES
            for given in await _NEVER_SENT.rows(connection, before=before, limit=_PIECE):
                unused += await self._unused(connection, given)
        for key in unused:
            await self._store.delete(key)
        return len(rows)

    async def _unused(self, connection: Any, keys: Sequence[str | None]) -> list[str]:
        named = [key for key in keys if key is not None]
        return [key for key in named if not await _IN_USE.rows(connection, key=key)]
