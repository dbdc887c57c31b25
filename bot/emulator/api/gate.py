"""The gate every API call passes, in LINE's order, and its record.

fault -> token -> retry key -> rate -> body -> handler -> fault after acceptance -> log
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import orjson
from aiohttp import hdrs, web

from bot.emulator import ids
from bot.emulator.api.hosts import require_host
from bot.emulator.api.operations import Answer, Call, Operation
from bot.emulator.errors import LineError, not_found
from bot.emulator.platform import Platform
from bot.emulator.request_log import LoggedCall
from bot.emulator.rules import channel_tokens, retry_keys
from bot.emulator.rules.faults import Fault, FaultKind

#: How long an accepted call hangs before its connection is cut.
HANG_SECONDS = 60.0
_JSON = "application/json"

View = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(platform: Platform, operation: Operation) -> View:
    """Return the aiohttp view of an operation."""

    async def view(request: web.Request) -> web.StreamResponse:
        started, request_id = time.perf_counter(), ids.request_id()
        fault = (
            platform.faults.strike(request.method, request.path) if platform.faults.rules else None
        )
        raw = b""
        try:
            await _before(request, fault)
            raw, answer = await _pass(platform, operation, request, request_id)
            response = _response(answer, request_id)
            await _after(request, fault)
        except LineError as error:
            response = _refusal(error, request_id)
        _record(platform, operation, request, response, raw=raw, started=started)
        return response

    return view


def unknown(platform: Platform) -> View:
    """Return the view of every path LINE does not have."""

    async def view(request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        response = _refusal(not_found(), ids.request_id())
        _record(platform, None, request, response, raw=b"", started=started)
        return response

    return view


async def _pass(
    platform: Platform, operation: Operation, request: web.Request, request_id: str
) -> tuple[bytes, Answer]:
    platform.catch_up()
    now, world = platform.clock.seconds(), platform.world
    if world.behaviour.strict_hosts:
        require_host(operation.host, request.host)
    if operation.bearer:
        channel_tokens.require(platform, request.headers.get(hdrs.AUTHORIZATION), now)
    raw = await _body(operation, request)
    key = request.headers.get(retry_keys.HEADER)
    retry_keys.require_usable(world, key, accepted_here=operation.retry_key, now=now)
    scale = world.behaviour.rate_scale
    if scale and not platform.buckets.take(operation.name, operation.rate, scale=scale, now=now):
        raise LineError(429, "The API rate limit has been exceeded. Try again later.")
    call = Call(platform, request_id, request.match_info, request.query, request.headers, raw, now)
    answer = operation.handler(call)
    if not isinstance(answer, Answer):
        answer = await answer
    if key is not None:
        sent = answer.body.get("sentMessages") if isinstance(answer.body, dict) else None
        retry_keys.accepted(world, key, request_id, now, sent)
    return raw, answer


async def _body(operation: Operation, request: web.Request) -> bytes:
    if not request.can_read_body:
        return b""
    if (request.content_length or 0) > operation.max_bytes:
        raise LineError(413, "Request Entity Too Large")
    if operation.json and request.content_type != _JSON:
        raise LineError(415, f"The content type, {request.content_type}, is not supported")
    raw = await request.read()
    if len(raw) > operation.max_bytes:
        raise LineError(413, "Request Entity Too Large")
    return raw


async def _before(request: web.Request, fault: Fault | None) -> None:
    """Let a fault befall the call before anything is done."""
    if fault is None:
        return
    if fault.kind is FaultKind.STATUS:
        raise LineError(fault.status, fault.message)
    if fault.kind is FaultKind.DELAY:
        await asyncio.sleep(fault.delay_seconds)
    elif fault.kind is FaultKind.RESET:
        _cut(request)


async def _after(request: web.Request, fault: Fault | None) -> None:
    """Let a fault befall the call after it was done."""
    if fault is None:
        return
    if fault.kind is FaultKind.ACCEPT_THEN_500:
        raise LineError(500, "Internal server error")
    if fault.kind is FaultKind.ACCEPT_THEN_TIMEOUT:
        await asyncio.sleep(HANG_SECONDS)
        _cut(request)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
    raise LineError(500, "The connection was reset")


def _response(answer: Answer, request_id: str) -> web.Response:
    headers = {"x-line-request-id": request_id, **answer.headers}
    if answer.content_type is not None:
        return web.Response(
            body=answer.body,
            status=answer.status,
            headers=headers,
            content_type=answer.content_type,
        )
    body = orjson.dumps(answer.body)
    return web.Response(body=body, status=answer.status, headers=headers, content_type=_JSON)


def _refusal(error: LineError, request_id: str) -> web.Response:
    return _response(Answer(error.wire(), error.status, headers=error.headers), request_id)


def _record(
    platform: Platform,
    operation: Operation | None,
    request: web.Request,
    response: web.Response,
    *,
    raw: bytes,
    started: float,
) -> None:
    log = platform.requests
    answer = response.body
    entry = LoggedCall(
        number=next(log.numbers),
        at=platform.clock.ms(),
        method=request.method,
        path=request.path_qs,
        operation=operation.path if operation else None,
        status=response.status,
        request_id=response.headers["x-line-request-id"],
        retry_key=request.headers.get(retry_keys.HEADER),
        latency_ms=(time.perf_counter() - started) * 1000,
        body=raw,
        answer=answer if isinstance(answer, bytes) else b"",
    )
    log.add(entry)
    if platform.stream.watched:
        platform.stream.publish({"type": "request", "request": entry.wire()})
