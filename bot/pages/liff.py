"""GET /p/liff: where the LIFF app opens; it finds out who holds the phone, and goes on.

    liff.line.me/{id}?page=card -> this shell -> LINE's SDK -> ID token -> POST /p/liff/open
    -> the signed path of the same page that is opened without LIFF

LINE is asked once; the path it leads to is our own session, of a day. Only this shell loads a file
of LINE's, and only where the account has a LIFF app.
"""

from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.coupons.model import CouponError
from bot.friends.repository import FRIENDS
from bot.line import limits
from bot.line.account import Account
from bot.membership import linking
from bot.membership.links import PAGES, Page
from bot.membership.repository import MEMBERS
from bot.pages.identity import ExpiredTokenError, IdentityError, LineAwayError, user_of
from bot.pages.opened import ClosedError, now_of
from bot.pages.rendering import content_security_policy, render
from bot.settings import LINE_API, Settings
from bot.store.unit import Unit

_SDK_PATH: Final = "/liff/edge/2/sdk.js"


async def shell(request: web.Request) -> web.Response:
    """Show that the page is on its way, and find out whose."""
    settings = request.config_dict[resources.SETTINGS]
    if settings.liff_id is None:
        raise ClosedError
    sdk, calls = _sdk(settings)
    basic_id = request.config_dict[resources.CHANNEL].basic_id
    response = render(
        request,
        "liff.html",
        liff_id=settings.liff_id,
        sdk=sdk,
        opens=f"{PAGES}/liff/open",
        add_friend=limits.ADD_FRIEND.format(basic_id=basic_id) if basic_id else None,
    )
    response.headers["Content-Security-Policy"] = content_security_policy(
        settings, scripts=[sdk], calls=calls
    )
    return response


def _sdk(settings: Settings) -> tuple[str, tuple[str, ...]]:
    """Return where the SDK is and what it calls; the emulator has one of its own."""
    if settings.line_api_base == LINE_API:
        return limits.LIFF_SDK, limits.LIFF_SDK_CALLS
    return settings.line_api_base + _SDK_PATH, (settings.line_api_base,)


async def open_page(request: web.Request) -> web.Response:
    """Send the path of the page that is wanted; says why there is none in one word."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise web.HTTPForbidden
    app, given = request.config_dict, await request.post()
    liff_id = app[resources.SETTINGS].liff_id
    if liff_id is None:
        raise ClosedError
    page, item = _wanted(str(given.get("page", "")), str(given.get("item", "")))
    account, now = Account(app[resources.LINE]), now_of(request)
    try:
        user_id = await user_of(account, str(given.get("token", "")), liff_id=liff_id, now=now)
    except ExpiredTokenError:
        return _why("expired", 401)
    except LineAwayError:
        return _why("away", 503)
    except IdentityError:
        return _why("refused", 403)
    async with app[resources.ENGINE].connect() as connection:
        person_id = await linking.find_user(connection, user_id)
        if person_id is None:
            return _why("stranger")
        missing = await _missing(request, Unit(connection), person_id, page, item)
    if missing == "no_card" and given.get("join") == "yes":
        await _join(request, user_id)
    elif missing:
        return _why(missing)
    path = app[keys.PAGE_LINKS].path(page, person_id, item, now=now)
    return web.json_response({"path": path})


async def _join(request: web.Request, user_id: str) -> None:
    """Make a friend a member, as the button in the talk does; twice is once."""
    app, now = request.config_dict, now_of(request)
    async with app[resources.USE_CASE]() as unit:
        friend = await unit.get(FRIENDS, user_id)
        if friend is None:
            raise ClosedError
        await app[keys.MEMBERSHIP].join(unit, friend, now=now)
        await app[keys.MENUS].refresh(unit, user_id, why="page:join", now=now)


def _wanted(page: str, item: str) -> tuple[Page, int]:
    is_number = item.isascii() and item.isdigit() and len(item) < 20  # noqa: PLR2004 - 64 bits
    try:
        wanted = Page(page or Page.CARD)
    except ValueError:
        raise ClosedError from None
    if wanted is Page.COUPON:
        if not is_number:
            raise ClosedError
        return wanted, int(item)
    return wanted, 0


async def _missing(
    request: web.Request, unit: Unit, person_id: int, page: Page, item: int
) -> str | None:
    """Say what a person lacks of what a page shows."""
    match page:
        case Page.CARD:
            return None if await unit.get(MEMBERS, person_id) else "no_card"
        case Page.COUPON:
            try:
                await request.config_dict[keys.COUPONS].of(unit, person_id, item)
            except CouponError:
                return "no_coupon"
            return None
        case Page.STAMPS:
            return None


def _why(word: str, status: int = 200) -> web.Response:
    return web.json_response({"why": word}, status=status)
