"""POST /line/webhook: verify, store, answer.

    bytes + signature -> Received -> Intake -> 200

Nothing is handled here: LINE waits two seconds, and what is stored is safe. When it cannot be
stored the answer is 503, so that LINE sends it again.
"""

import time
from typing import Any, Final

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics, resources
from bot.inbox import repository
from bot.inbox.intake import IntakeClosedError
from bot.inbox.model import MalformedEventError, Received, decode, encode, receive
from bot.line import signature

_log = structlog.get_logger(__name__)

PATH: Final = "/line/webhook"
SIGNATURE: Final = "x-line-signature"
#: Longer than any webhook of LINE's; what is larger is not read to its end.
MAX_BYTES: Final = 2_000_000


async def webhook(request: web.Request) -> web.Response:
    """Store every event of a delivery, then answer."""
    started = time.perf_counter()
    status = await _receive(request)
    metrics.WEBHOOK_SECONDS.observe(time.perf_counter() - started)
    metrics.labelled(metrics.WEBHOOKS, str(status)).inc()
    return web.Response(status=status)


async def _receive(request: web.Request) -> int:
    if (request.content_length or 0) > MAX_BYTES:
        return 413
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        return 413
    settings = request.app[resources.SETTINGS]
    claimed = request.headers.get(SIGNATURE, "")
    if not signature.is_valid(settings.channel_secret, body, claimed):
        _log.warning("webhook.wrong_signature", present=bool(claimed), bytes=len(body))
        return 401
    try:
        content = _parse(body)
        events = content["events"]
    except (ValueError, KeyError, TypeError):
        await _reject(request.app, body, "the body is not {destination, events}")
        return 400
    return await _store(request.app, content.get("destination"), events)


def _parse(body: bytes) -> Any:
    content = decode(body)
    if not isinstance(content["events"], list):
        raise TypeError("events is not a list")
    return content


async def _store(app: web.Application, destination: object, events: list[Any]) -> int:
    if not events:
        return 200  # the console's Verify button
    account = app[resources.CHANNEL].user_id
    if account is not None and destination != account:
        await _reject(app, encode(events), "sent to another account")
        return 200
    now = app[resources.CLOCK]()
    received: list[Received] = []
    for event in events:
        try:
            received.append(receive(event, now=now))
        except (MalformedEventError, TypeError, ValueError) as error:
            await _reject(app, encode(event), str(error))
    try:
        fresh = await app[resources.INTAKE].put(received) if received else 0
    except (SQLAlchemyError, OSError, TimeoutError, IntakeClosedError):
        return 503
    metrics.RECEIVED.inc(fresh)
    metrics.REPEATED.inc(len(received) - fresh)
    return 200


async def _reject(app: web.Application, payload: bytes, reason: str) -> None:
    """Keep what cannot be queued, so that a person can look at it."""
    metrics.REJECTED.inc()
    _log.error("webhook.rejected", reason=reason, bytes=len(payload))
    try:
        now = app[resources.CLOCK]()
        await repository.keep_rejected(app[resources.ENGINE], payload, reason=reason, now=now)
    except (SQLAlchemyError, OSError, TimeoutError):
        _log.exception("webhook.cannot_keep")
