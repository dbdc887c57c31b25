"""Routes that say who may use them: a route without a right cannot be registered.

Routes.get("/staff", access=Right.STAFF_READ) -> add_to(app) -> gate.py asks before each call
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

from aiohttp import web

from bot.staff.rights import Right

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: What a form may weigh; a route that takes files says how much more.
FORM_BYTES: Final = 128 * 1024


class Open(Enum):
    """Who may use a route that asks for no right."""

    PUBLIC = auto()  # everybody, signed in or not
    SIGNED_IN = auto()  # every member, whatever the role
    SETTING_UP = auto()  # the same, even one who owes a second step and is to set it up


Access: TypeAlias = Right | Open


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path, and who may use it."""

    method: str
    path: str
    handler: Handler
    access: Access
    max_bytes: int = FORM_BYTES


class Routes:
    """The routes of one page module."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def get(self, path: str, *, access: Access) -> Callable[[Handler], Handler]:
        """Register what shows something; it changes nothing."""
        return self._add("GET", path, access)

    def post(
        self, path: str, *, access: Access, max_bytes: int = FORM_BYTES
    ) -> Callable[[Handler], Handler]:
        """Register what changes something; the CSRF token is checked before it is called."""
        return self._add("POST", path, access, max_bytes)

    def _add(
        self, method: str, path: str, access: Access, max_bytes: int = FORM_BYTES
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.routes.append(Route(method, path, handler, access, max_bytes))
            return handler

        return register


class Declared:
    """Every route of the console, as it is served."""

    def __init__(self) -> None:
        self._routes: dict[web.AbstractRoute, Route] = {}

    def add(self, app: web.Application, routes: Routes) -> None:
        """Serve the routes of a page module."""
        for route in routes.routes:
            served = app.router.add_route(route.method, route.path, route.handler)
            self._routes[served] = route

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes.values())

    def of(self, request: web.Request) -> Route | None:
        """Return the route of a request; None: there is no such page."""
        return self._routes.get(request.match_info.route)

    def require_all(self, app: web.Application) -> None:
        """See that nothing is served whose right nobody declared.

        Raises:
            RuntimeError: a route was registered past :class:`Routes`.
        """
        for served in app.router.routes():
            if served not in self._routes:
                path = served.resource.canonical if served.resource is not None else "?"
                raise RuntimeError(f"{served.method} {path} declares no right")


DECLARED: Final = web.AppKey("DECLARED", Declared)
