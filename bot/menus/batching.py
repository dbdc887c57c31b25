"""Telling LINE of a batch: validated, asked for, watched until it is through.

    outbox (kind menu batch) -> validate -> batch -> progress … -> done | resumed | given up

Whatever goes wrong, the batch is given up and bulk links tell everybody: nobody waits for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.line.answers import Answer, Outcome
from bot.line.endpoints import path
from bot.menus import batches, repository, settling
from bot.menus.batches import Batch
from bot.outbox import repository as outbox
from bot.outbox.model import Call, Kind, request
from bot.outbox.requests import Request
from bot.store.types import from_ms, to_ms

_log = structlog.get_logger(__name__)

_VALIDATE: Final = "/v2/bot/richmenu/validate/batch"
_BATCH: Final = "/v2/bot/richmenu/batch"
_PROGRESS: Final = "/v2/bot/richmenu/progress/batch"
#: Seconds until LINE is asked again how far it is; it answers a hundred times an hour.
_LOOKS: Final = (2, 3, 5, 10, 20, 40, 60)
#: Until links that were under way have arrived, it is looked so often, a second apart.
_PATIENCE: Final = 60
_UNCLEAR: Final = (Outcome.UNKNOWN, Outcome.UNREACHABLE)


class MenuBatches:
    """Makes the calls of batches."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def request(self, call: Call) -> Request | None:
        """Return the call of this step; none, when it has to wait or the batch is no more."""
        said = orjson.loads(call.body)
        one = await self._batch(said)
        if one is None:
            return None
        if said["step"] == "watch":
            return Request("GET", path(_PROGRESS + "?requestId={}", said["request_id"]))
        async with self._engine.connect() as connection:
            ids = await repository.published(connection)
            is_off = await batches.is_off(connection, one, ids)
        if is_off:
            await self._give_up(one, None)
            return None
        if said["step"] == "move":
            body = {"operations": said["operations"], "resumeRequestKey": f"enishi-{one.number}"}
            return Request("POST", _BATCH, orjson.dumps(body))
        if not await self._is_quiet(call, said, one):
            return None
        body = {"operations": batches.operations(one, ids)}
        return Request("POST", _VALIDATE, orjson.dumps(body))

    async def answered(self, call: Call, answer: Answer) -> Answer:
        """Take the next step, or give the batch up."""
        said = orjson.loads(call.body)
        one = await self._batch(said)
        if one is None or answer.outcome in _UNCLEAR:
            return answer  # asked again: LINE knows the batch by its key
        if not answer.ok:
            await self._give_up(one, answer)
            return replace(answer, outcome=Outcome.DONE)
        match said["step"]:
            case "validate":
                async with self._engine.connect() as connection:
                    ids = await repository.published(connection)
                moves = {"step": "move", "operations": batches.operations(one, ids)}
                await self._next(call, said | moves)
            case "move":
                now = self._clock()
                async with self._engine.begin() as connection:
                    await batches.taken(connection, one.number, answer.request_id, now=now)
                watch = {"step": "watch", "request_id": answer.request_id, "looks": 0}
                watch |= {"since": said.get("since") or to_ms(now)}
                await self._next(call, said | watch, _LOOKS[0])
            case _:
                await self._watched(call, said, one, answer)
        return answer

    async def _watched(
        self, call: Call, said: Mapping[str, Any], one: Batch, answer: Answer
    ) -> None:
        match answer.body.get("phase"):
            case "succeeded":
                async with self._engine.begin() as connection:
                    since = from_ms(said["since"])
                    await batches.done(connection, one, since=since, now=self._clock())
            case "failed" if not said.get("resumed"):
                await self._next(call, {**said, "step": "move", "resumed": True})
            case "failed":
                await self._give_up(one, answer)
            case _:
                looks = said["looks"] + 1
                seconds = _LOOKS[min(looks, len(_LOOKS) - 1)]
                await self._next(call, {**said, "looks": looks}, seconds)

    async def _is_quiet(self, call: Call, said: dict[str, Any], one: Batch) -> bool:
        """Whether no older link can come behind the batch; it is looked again if one may."""
        now = self._clock()
        async with self._engine.connect() as connection:
            if "until" in said:
                behind = settling.Behind(said["calls"], from_ms(said["until"]))
            else:
                behind = await settling.under_way(connection, now=now)
            is_over = await settling.is_over(connection, behind, now=now)
        if is_over:
            return True
        waited = said.get("waited", 0) + 1
        if waited > _PATIENCE:
            await self._give_up(one, None)
            return False
        waits = {"calls": list(behind.calls), "until": to_ms(behind.until), "waited": waited}
        await self._next(call, said | waits, 1)
        return False

    async def _batch(self, said: Mapping[str, Any]) -> Batch | None:
        async with self._engine.connect() as connection:
            found = await batches.open_batches(connection)
        return next((one for one in found if one.number == said["batch"]), None)

    async def _next(self, call: Call, said: Mapping[str, Any], seconds: int = 0) -> None:
        now: datetime = self._clock()
        later = request(call.lane, Kind.MENU_BATCH, dict(said), why=call.why, now=now)
        later = replace(later, due_at=now + timedelta(seconds=seconds))
        async with self._engine.begin() as connection:
            await outbox.insert(connection, [later], owner=None, now=now)

    async def _give_up(self, one: Batch, answer: Answer | None) -> None:
        _log.warning(
            "menus.batch_given_up",
            batch=one.number,
            status=None if answer is None else answer.status,
            request_id=None if answer is None else answer.request_id,
            mend="friends are told by bulk links instead; nothing is left to do",
        )
        async with self._engine.begin() as connection:
            await batches.give_up(connection, one, now=self._clock())
