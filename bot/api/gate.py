"""What every call passes: trouble said as a problem, the key, its rate, and what it sends.

request -> trouble -> key -> rate -> scope -> arguments -> Answering -> response
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from multidict import MultiMapping
from pydantic import ValidationError

from bot import resources
from bot.api import problems
from bot.api.answering import Answer, Answering, Once
from bot.api.call import Operation
from bot.api.problems import Problem
from bot.api.rates import Rates
from bot.api.shapes import Given
from bot.clock import Clock
from bot.integrations import keys as api_keys
from bot.integrations.keys import ApiKey
from bot.store.batch import StaleRowError
from bot.store.engine import is_away, is_busy, single_statements

_log = structlog.get_logger(__name__)

ANSWERING: Final = web.AppKey("ANSWERING", Answering)
RATES: Final = web.AppKey("RATES", Rates)
#: A bill of five hundred lines fits well.
MOST_BYTES: Final = 256 * 1024
AGAIN: Final = "Idempotent-Replayed"
_HEADERS: Final = web.RequestKey[dict[str, str]]("_HEADERS", dict)
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="enishi"'}
_BEARER: Final = re.compile(r"Bearer +([!-~]{1,300})", re.IGNORECASE)
_IDEMPOTENCY_KEY: Final = re.compile(r"[!-~]{8,100}")
_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


@web.middleware
async def trouble(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say everything that goes wrong as a problem."""
    request = request.clone(client_max_size=MOST_BYTES)
    try:
        return await handler(request)
    except Problem as problem:
        return _refused(request, problem)
    except web.HTTPException as error:
        return _refused(request, _of_http(error))
    except StaleRowError:
        return _refused(request, Problem(problems.CONFLICT))
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer
        if is_away(error) or is_busy(error):
            _log.warning("api.database_away", path=request.path)
            return _refused(request, Problem(problems.AWAY, headers={"Retry-After": "5"}))
        _log.exception("api.broken", method=request.method, path=request.path)
        return _refused(request, Problem(problems.TROUBLE))


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add what every answer carries."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if not request.config_dict[resources.SETTINGS].is_demo:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000")


def serving(operation: Operation) -> Handler:
    """Return the handler of an operation."""

    async def serve(request: web.Request) -> web.StreamResponse:
        clock: Clock = request.config_dict[resources.CLOCK]
        now = clock()
        key = await _key(request, operation)
        given = await _given(request, operation)
        call: dict[str, Any] = {
            "keys": request.config_dict,
            "key": key,
            "now": now,
            "path": dict(request.match_info),
        }
        answering = request.config_dict[ANSWERING]
        if not operation.writes:
            return _response(request, await answering.read(operation, call, given))
        once = await _once(request, key)
        return _response(request, await answering.write(operation, call, given, once))

    return serve


async def _key(request: web.Request, operation: Operation) -> ApiKey:
    said = request.headers.get(hdrs.AUTHORIZATION, "")
    found = _BEARER.fullmatch(said.strip())
    if found is None:
        raise Problem(problems.NO_KEY, headers=_CHALLENGE)
    now = request.config_dict[resources.CLOCK]()
    engine = single_statements(request.config_dict[resources.ENGINE])
    async with engine.begin() as connection:
        key = await api_keys.find(connection, found[1])
        if key is not None and key.is_good(now):
            await api_keys.note_use(connection, key, now=now)
    if key is None:
        raise Problem(problems.UNKNOWN_KEY, headers=_CHALLENGE)
    rate = await request.config_dict[RATES].take(key.key_id)
    request[_HEADERS] = rate.headers()
    if rate.is_over:
        raise Problem(problems.TOO_FAST, f"{rate.limit} calls a minute are the most.")
    if key.revoked_at is not None:
        raise Problem(problems.REVOKED_KEY, headers=_CHALLENGE)
    if key.has_expired(now):
        detail = f"It was good until {key.expires_at:%Y-%m-%d %H:%M} UTC."
        raise Problem(problems.EXPIRED_KEY, detail, headers=_CHALLENGE)
    if operation.scope is not None and not key.may(operation.scope):
        raise Problem(problems.SCOPE_MISSING, f"This needs the scope {operation.scope}.")
    return key


async def _given(request: web.Request, operation: Operation) -> Given | None:
    if not operation.has_body:
        return _of_query(operation.given, request.query)
    if request.content_length and request.content_type != "application/json":
        raise Problem(problems.NOT_THAT_TYPE)
    body = await request.read()
    if operation.given is None:
        if body.strip() not in {b"", b"{}"}:
            raise Problem(problems.UNFIT, "This call has no body; leave it out.")
        return None
    try:
        return operation.given.model_validate_json(body)
    except ValidationError as error:
        raise problems.of_validation(error) from None


def _of_query(model: type[Given] | None, query: MultiMapping[str]) -> Given | None:
    names = list(query)
    if len(names) != len(set(names)):
        raise Problem(problems.UNFIT, "A parameter of the query came twice; send it once.")
    values: Mapping[str, str] = {name: query[name] for name in names}
    if model is None:
        if names:
            raise problems.unfit(names[0], "There is no such parameter here; leave it out.")
        return None
    try:
        return model.model_validate_strings(values)
    except ValidationError as error:
        raise problems.of_validation(error) from None


async def _once(request: web.Request, key: ApiKey) -> Once:
    said = request.headers.getall("Idempotency-Key", [])
    if len(said) != 1 or not _IDEMPOTENCY_KEY.fullmatch(said[0]):
        raise Problem(problems.KEY_MISSING)
    return Once.of(key.key_id, said[0], request.method, request.raw_path, await request.read())


def _response(request: web.Request, answer: Answer) -> web.Response:
    is_problem = answer.status >= 400  # noqa: PLR2004 - the first HTTP error status
    headers = {**request.get(_HEADERS, {}), **answer.headers}
    if answer.is_again:
        headers[AGAIN] = "true"
    kind = problems.CONTENT_TYPE if is_problem else "application/json"
    return web.Response(status=answer.status, body=answer.body, content_type=kind, headers=headers)


def _refused(request: web.Request, problem: Problem) -> web.Response:
    return _response(
        request, Answer(problem.kind.status, problem.body(), headers=dict(problem.headers))
    )


def _of_http(error: web.HTTPException) -> Problem:
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    kinds = {kind.status: kind for kind in (problems.NOT_FOUND, problems.NOT_ALLOWED)}
    kinds[problems.TOO_LARGE.status] = problems.TOO_LARGE
    return Problem(kinds.get(error.status, problems.TROUBLE), headers=headers)
