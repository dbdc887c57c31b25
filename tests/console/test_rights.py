"""Every route, tried by every role: who may not is told so, and nothing is without a right."""

import re
from itertools import pairwise

import pytest
from aiohttp import web

from bot.console.access import DECLARED, Access, Declared, Open, Route
from bot.console.app import create_console
from bot.staff.rights import RIGHTS, Right, Role
from tests.console.support import Browser, hire
from tests.support import Shop


def console_of(shop: Shop) -> web.Application:
    (console,) = (app for app in shop.app._subapps if DECLARED in app)
    return console


def address(route: Route) -> str:
    """Return the path of a route with something in every gap."""
    return "/console" + re.sub(r"\{[^{}]*(\{[^{}]*\}[^{}]*)*\}", "1", route.path)


def may(role: Role, access: Access) -> bool:
    return isinstance(access, Open) or access in RIGHTS[role]


@pytest.mark.parametrize("role", Role)
async def test_every_route_asks_for_its_right(shop: Shop, browser: Browser, role: Role) -> None:
    await hire(shop, "sato", role)
    await browser.sign_in("sato")
    csrf, tried = browser.screen.csrf, 0
    for route in console_of(shop)[DECLARED]:
        if route.path in {"/sign-out", "/sign-in"}:
            continue
        path = address(route)
        if route.method == "GET":
            async with browser.http.get(browser.url + path, allow_redirects=False) as answer:
                status = answer.status
        else:
            status = (await browser.post(path, {"csrf": csrf})).status
        assert (status == 403) is not may(role, route.access), f"{route.method} {path}: {status}"
        assert status < 500, f"{route.method} {path}: {status}"
        tried += 1
    assert tried > 15


async def test_whoever_is_not_signed_in_sees_only_the_door(shop: Shop, browser: Browser) -> None:
    for route in console_of(shop)[DECLARED]:
        path = address(route)
        if route.method != "GET" or route.access is Open.PUBLIC:
            continue
        async with browser.http.get(browser.url + path, allow_redirects=False) as answer:
            assert answer.status == 303, path
            assert answer.headers["Location"].startswith("/console/sign-in?next="), path


def test_a_route_without_a_right_does_not_start() -> None:
    app = create_console(web.Application())

    async def forgotten(_: web.Request) -> web.Response:
        return web.Response()

    app.router.add_get("/forgotten", forgotten)
    with pytest.raises(RuntimeError, match="/forgotten declares no right"):
        app[DECLARED].require_all(app)


def test_each_role_may_all_that_the_one_below_may() -> None:
    assert set(RIGHTS) == set(Role)
    for above, below in pairwise(Role):
        assert RIGHTS[above] > RIGHTS[below]
    assert RIGHTS[Role.OWNER] == set(Right)
    assert isinstance(create_console(web.Application())[DECLARED], Declared)
