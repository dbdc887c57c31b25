"""What every request of the console passes: who is it, may they, did our own page send it?

request -> session -> member -> right -> origin and CSRF token -> handler -> headers
"""

import hashlib
import hmac
import secrets
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import resources
from bot.console import cookies
from bot.console.access import DECLARED, Access, Open
from bot.console.counted import COUNTED, COUNTS
from bot.console.onward import page_before
from bot.console.rendering import is_part
from bot.console.visitor import (
    CSRF,
    MEMBER,
    SESSION,
    SESSIONS,
    clock_of,
    lacks_second_step,
)
from bot.staff import repository
from bot.staff.rights import Right

SIGN_IN: Final = "/console/sign-in"
SECOND_STEP: Final = "/console/account/second-step"
FIELD: Final = "csrf"
HEADER: Final = "X-CSRF-Token"
#: Why a form is refused that another session, or none, was shown.
STALE: Final = "csrf"
_SAFE: Final = frozenset({"GET", "HEAD"})
#: PostgreSQL's texts hold it not.
_NUL: Final = "\0"
_LARGEST: Final = 2**63 - 1
_DIGITS: Final = 19


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let through whoever may, and nobody else."""
    route = request.app[DECLARED].of(request)
    if route is None:
        raise web.HTTPNotFound
    await _recognise(request)
    request = request.clone(client_max_size=route.max_bytes)
    visit = _visit(request)
    _require_right(request, route.access)
    _require_readable(request)
    if request.method not in _SAFE:
        await _require_our_page(request)
    if MEMBER in request and not is_part(request):
        request[COUNTS] = await request.app[COUNTED].of(request[MEMBER])
    response = await handler(request)
    await _forget_notices(request, response)
    if visit is not None and not response.prepared:
        cookies.write(request, response, cookies.VISIT, visit)
    return response


async def _forget_notices(request: web.Request, response: web.StreamResponse) -> None:
    """What stood on a page is not said again on the next."""
    session = request.get(SESSION)
    is_page = response.content_type == "text/html" and not is_part(request)
    if session is not None and session.notices and is_page:
        await request.app[SESSIONS].keep(replace(session, notices=()))


async def _recognise(request: web.Request) -> None:
    cookie = cookies.read(request, cookies.SESSION)
    if cookie is None or request.path.startswith("/console/static/"):
        return
    session = await request.app[SESSIONS].find(cookie, now=clock_of(request)())
    if session is None or session.is_half:
        return
    async with request.config_dict[resources.ENGINE].connect() as connection:
        member = await repository.by_id(connection, session.staff_id)
    if member is None or not member.is_active or member.generation != session.generation:
        return
    request[SESSION] = session
    request[MEMBER] = member
    request[CSRF] = session.csrf


def _visit(request: web.Request) -> str | None:
    """Tie forms shown to somebody unknown to their browser; return the cookie if it is new."""
    if SESSION in request:
        return None
    known = cookies.read(request, cookies.VISIT)
    visit = known or secrets.token_urlsafe(24)
    key = request.config_dict[resources.SETTINGS].secret_key.encode()
    request[CSRF] = hmac.new(key, b"visit:" + visit.encode(), hashlib.sha256).hexdigest()
    return None if known or request.path.startswith("/console/static/") else visit


def _require_right(request: web.Request, access: Access) -> None:
    if access is Open.PUBLIC:
        return
    member = request.get(MEMBER)
    if member is None:
        _send_to_sign_in(request)
    elif access is not Open.SETTING_UP and lacks_second_step(member, request[SESSION]):
        _send_to_second_step(request)
    elif isinstance(access, Right) and not member.may(access):
        raise web.HTTPForbidden


def _send_to_sign_in(request: web.Request) -> None:
    is_page = request.method in _SAFE and not is_part(request)
    onward = request.path_qs if is_page else page_before(request)
    where = f"{SIGN_IN}?next={quote(onward, safe='')}"
    if is_part(request):
        raise web.HTTPUnauthorized(headers={"HX-Redirect": where})
    raise web.HTTPSeeOther(where)


def _send_to_second_step(request: web.Request) -> None:
    if is_part(request):
        raise web.HTTPUnauthorized(headers={"HX-Redirect": SECOND_STEP})
    raise web.HTTPSeeOther(SECOND_STEP)


def _require_readable(request: web.Request) -> None:
    """See that an address names what a database can hold; no page of ours leads elsewhere.

    Raises:
        HTTPNotFound: a number that nothing has.
        HTTPBadRequest: a sign that no text has.
    """
    gaps = request.match_info
    numbers = [value for name, value in gaps.items() if name.endswith("_id")]
    if any(len(number) > _DIGITS or int(number) > _LARGEST for number in numbers):
        raise web.HTTPNotFound
    if any(_NUL in text for text in (*gaps.values(), *request.query.values())):
        raise web.HTTPBadRequest


async def _require_our_page(request: web.Request) -> None:
    """See that a form came from a page of ours, and from one shown to this very browser.

    Raises:
        HTTPForbidden: it did not.
    """
    if not _is_same_origin(request):
        raise web.HTTPForbidden(reason="cross-site")
    token = request.headers.get(HEADER)
    if request.content_type != "multipart/form-data":
        form = await request.post()
        if any(_NUL in str(value) for value in form.values()):
            raise web.HTTPBadRequest
        token = str(form.get(FIELD, "")) if token is None else token
    if token is None or not hmac.compare_digest(token.encode(), request[CSRF].encode()):
        raise web.HTTPForbidden(reason=STALE)


def _is_same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return site == "same-origin"
    public = request.config_dict[resources.SETTINGS].public_url
    return urlsplit(origin).netloc in {request.host, urlsplit(public).netloc}
