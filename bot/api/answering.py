"""Running an operation in its transaction; a write exactly once for each Idempotency-Key.

    call -> known? its answer again
         -> savepoint: operation -> answer and row of api_calls -> commit, all together

What a rule refuses is an answer, too, and is kept like one; what cannot be read, was not allowed
or broke is not, so that the same key can be used once the trouble is mended.
"""

import hashlib
from collections.abc import MutableSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.api import problems
from bot.api.call import Call, Operation, dumped
from bot.api.problems import Problem
from bot.outbox.outside import UseCase
from bot.store import batch
from bot.store.batch import Query, StaleRowError
from bot.store.tables.api import api_calls
from bot.store.unit import Unit

#: Answers are kept for so long; a repetition after that is a new call, which services still know.
KEPT: Final = timedelta(days=7)
_TRIES: Final = 3

_LOCK: Final = Query("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
_KNOWN: Final = Query(
    "SELECT fingerprint, status, body FROM api_calls "
    "WHERE key_id = :key_id AND idempotency_key = :idempotency_key"
)
_PRUNE: Final = Query("DELETE FROM api_calls WHERE at <= :past")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int
    body: bytes
    #: It was given before, to the same call.
    is_again: bool = False
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Once:
    """What makes a write the same write."""

    key_id: int
    idempotency_key: str
    fingerprint: str

    @classmethod
    def of(cls, key_id: int, idempotency_key: str, method: str, path: str, body: bytes) -> "Once":
        """Take the fingerprint of a call: spaces and the order of fields do not count."""
        plain = orjson.dumps(orjson.loads(body or b"{}"), option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(b"\0".join((method.encode(), path.encode(), plain)))
        return cls(key_id, idempotency_key, digest.hexdigest())

    @property
    def name(self) -> str:
        """The key of services, and of the lock."""
        return f"api:{self.key_id}:{self.idempotency_key}"


@dataclass(slots=True)
class Answering:
    """Runs operations for one process."""

    use_case: UseCase
    busy: MutableSet[str] = field(default_factory=set)

    async def read(self, operation: Operation, call: dict[str, Any], given: Any) -> Answer:
        """Run what changes nothing that a repetition would change again."""
        async with self.use_case() as unit:
            return await _run(operation, Call(unit=unit, once="", **call), given)

    async def write(
        self, operation: Operation, call: dict[str, Any], given: Any, once: Once
    ) -> Answer:
        """Run a write, or return what it was answered before.

        Raises:
            Problem: the same call is being worked on, or the key stands for another one.
        """
        if once.name in self.busy:
            raise _in_progress()
        self.busy.add(once.name)
        try:
            for last in [False] * (_TRIES - 1) + [True]:
                try:
                    return await self._write(operation, call, given, once)
                except (StaleRowError, IntegrityError):
                    if last:
                        raise
        finally:
            self.busy.discard(once.name)
        raise AssertionError

    async def _write(
        self, operation: Operation, call: dict[str, Any], given: Any, once: Once
    ) -> Answer:
        async with self.use_case() as unit:
            known = await _known(unit.connection, once)
            if known is not None:
                return known
            answer = await _run(operation, Call(unit=unit, once=once.name, **call), given)
            if answer.status == operation.status or answer.status in _KEPT_STATUS:
                await _keep(unit, once, answer, now=call["now"])
            return answer


async def prune(connection: AsyncConnection, *, now: datetime) -> None:
    """Forget answers that were kept long enough."""
    await _PRUNE.count(connection, past=now - KEPT)


async def _run(operation: Operation, call: Call, given: Any) -> Answer:
    try:
        with call.unit.event():
            async with call.unit.connection.begin_nested():
                shown = await operation.run(call, given)
    except Problem as problem:
        if problem.kind.status not in _KEPT_STATUS:
            raise
        shown = problem
    if isinstance(shown, Problem):
        return Answer(shown.kind.status, shown.body(), headers=dict(shown.headers))
    return Answer(operation.status, dumped(shown))


#: Refusals of rules. Others are raised on: nothing is kept of them.
_KEPT_STATUS: Final = frozenset({404, 409})


async def _known(connection: AsyncConnection, once: Once) -> Answer | None:
    if batch.is_postgres(connection):
        free = await _LOCK.rows(connection, name=once.name)
        if not free[0][0]:
            raise _in_progress()
    rows = await _KNOWN.rows(connection, key_id=once.key_id, idempotency_key=once.idempotency_key)
    if not rows:
        return None
    fingerprint, status, body = rows[0]
    if fingerprint != once.fingerprint:
        raise Problem(problems.KEY_REUSED)
    return Answer(status, bytes(body), is_again=True)


async def _keep(unit: Unit, once: Once, answer: Answer, *, now: datetime) -> None:
    row = {
        "key_id": once.key_id,
        "idempotency_key": once.idempotency_key,
        "fingerprint": once.fingerprint,
        "status": answer.status,
        "body": answer.body,
        "at": now,
    }
    await batch.insert(unit.connection, api_calls, [row])


def _in_progress() -> Problem:
    return Problem(problems.IN_PROGRESS, headers={"Retry-After": "1"})
