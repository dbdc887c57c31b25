"""The gate every API call passes, in LINE's order, and its record.

fault -> token -> body -> retry key -> rate -> handler -> record -> fault after acceptance
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

import orjson
import structlog
from aiohttp import hdrs, web

from bot.emulator import ids
from bot.emulator.api.hosts import require_host
from bot.emulator.api.operations import Answer, Call, Operation
from bot.emulator.errors import LineError, not_found
from bot.emulator.platform import Platform
from bot.emulator.request_log import LoggedCall
from bot.emulator.rules import channel_tokens, retry_keys
from bot.emulator.rules.faults import Fault, FaultKind

_log = structlog.get_logger(__name__)

#: How long an accepted call hangs at most before its connection is cut.
HANG_SECONDS: Final = 60.0
_HANG_STEP: Final = 0.05
_JSON: Final = "application/json"

View = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(platform: Platform, operation: Operation) -> View:
    """Return the aiohttp view of an operation."""

    async def view(request: web.Request) -> web.StreamResponse:
        return await Passage(platform, operation, request).run()

    return view


def unknown(platform: Platform) -> View:
    """Return the view of every path LINE does not have."""

    async def view(request: web.Request) -> web.StreamResponse:
        return await Passage(platform, None, request).run()

    return view


class Passage:
    """One call on its way through the gate."""

    __slots__ = (
        "fault",
        "operation",
        "platform",
        "raw",
        "request",
        "request_id",
        "started",
        "warnings",
    )

    def __init__(
        self, platform: Platform, operation: Operation | None, request: web.Request
    ) -> None:
        self.platform = platform
        self.operation = operation
        self.request = request
        self.started = time.perf_counter()
        self.request_id = ids.request_id()
        self.raw = b""
        self.warnings: list[str] = []
        faults = platform.faults
        self.fault: Fault | None = (
            faults.strike(request.method, request.path) if faults.rules else None
        )

    async def run(self) -> web.Response:
        """Let the call through, or refuse it; either way it is recorded."""
        try:
            if self.fault is not None:
                await self._strike_before(self.fault)
            response = self._response(await self._handled())
        except LineError as error:
            response = self._refusal(error)
        except Exception:  # noqa: BLE001 - a bug of ours is answered like one of LINE's
            _log.exception("emulator.failed", path=self.request.path)
            response = self._refusal(LineError(500, "Internal server error"))
        self._record(response)
        if self.fault is not None and response.status < _REFUSED:
            return await self._strike_after(self.fault, response)
        return response

    async def _handled(self) -> Answer:
        operation, platform = self.operation, self.platform
        if operation is None:
            raise not_found()
        platform.catch_up()
        now, world = platform.clock.seconds(), platform.world
        headers = self.request.headers
        if world.behaviour.strict_hosts:
            require_host(operation.host, self.request.host)
        if operation.bearer:
            channel_tokens.require(platform, headers.get(hdrs.AUTHORIZATION), now)
        await self._read(operation)
        key = headers.get(retry_keys.HEADER)
        retry_keys.require_usable(world, key, accepted_here=operation.retry_key, now=now)
        self._take_rate(operation, now)
        answer = operation.handler(self._call(now))
        if not isinstance(answer, Answer):
            answer = await answer
        if key is not None:
            sent = answer.body.get("sentMessages")
            retry_keys.accepted(world, key, self.request_id, now, sent)
        return answer

    def _call(self, now: float) -> Call:
        request = self.request
        return Call(
            platform=self.platform,
            request_id=self.request_id,
            params=request.match_info,
            query=request.query,
            headers=request.headers,
            raw=self.raw,
            now=now,
            warnings=self.warnings,
        )

    def _take_rate(self, operation: Operation, now: float) -> None:
        scale = self.platform.world.behaviour.rate_scale
        buckets = self.platform.buckets
        if scale and not buckets.take(operation.name, operation.rate, scale=scale, now=now):
            raise LineError(429, "The API rate limit has been exceeded. Try again later.")

    async def _read(self, operation: Operation) -> None:
        request = self.request
        if not request.can_read_body:
            return
        if (request.content_length or 0) > operation.max_bytes:
            raise LineError(413, "Request Entity Too Large")
        if operation.json and request.content_type != _JSON:
            raise LineError(415, f"The content type, {request.content_type}, is not supported")
        self.raw = await request.read()
        if len(self.raw) > operation.max_bytes:
            raise LineError(413, "Request Entity Too Large")

    async def _strike_before(self, fault: Fault) -> None:
        """Let a fault befall the call before anything is done."""
        if fault.kind is FaultKind.STATUS:
            raise LineError(fault.status, fault.message)
        if fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.delay_seconds)
        elif fault.kind is FaultKind.RESET:
            self._cut()
            raise LineError(500, "The connection was reset")

    async def _strike_after(self, fault: Fault, response: web.Response) -> web.Response:
        """Let a fault befall the call after it was done."""
        if fault.kind is FaultKind.ACCEPT_THEN_500:
            return self._refusal(LineError(500, "Internal server error"))
        if fault.kind is FaultKind.ACCEPT_THEN_TIMEOUT:
            await self._hang()
            self._cut()
        return response

    async def _hang(self) -> None:
        """Wait until the client gives up, or for a long time."""
        until = time.monotonic() + HANG_SECONDS
        while time.monotonic() < until and not self.platform.closing:
            transport = self.request.transport
            if transport is None or transport.is_closing():
                return
            await asyncio.sleep(_HANG_STEP)

    def _cut(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()

    def _response(self, answer: Answer) -> web.Response:
        headers = {"x-line-request-id": self.request_id, **answer.headers}
        is_json = answer.content_type is None
        return web.Response(
            body=orjson.dumps(answer.body) if is_json else answer.body,
            status=answer.status,
            headers=headers,
            content_type=answer.content_type or _JSON,
        )

    def _refusal(self, error: LineError) -> web.Response:
        return self._response(Answer(error.wire(), error.status, headers=error.headers))

    def _record(self, response: web.Response) -> None:
        platform, request = self.platform, self.request
        answer = response.body
        entry = LoggedCall(
            number=next(platform.requests.numbers),
            at=platform.clock.ms(),
            method=request.method,
            path=request.path_qs,
            operation=self.operation.path if self.operation else None,
            status=response.status,
            request_id=self.request_id,
            retry_key=request.headers.get(retry_keys.HEADER),
            latency_ms=(time.perf_counter() - self.started) * 1000,
            body=self.raw,
            answer=answer if isinstance(answer, bytes) else b"",
            fault=self.fault.kind if self.fault else None,
            warnings=self.warnings,
        )
        platform.requests.add(entry)
        if platform.stream.watched:
            platform.stream.publish({"type": "request", "request": entry.wire()})


#: Statuses from here on say that nothing was done.
_REFUSED: Final = 400
