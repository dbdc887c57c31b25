"""Plumbing of the control API: tables of views, JSON in and out, errors as answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import orjson
import structlog
from aiohttp import web

from bot.emulator.errors import LineError
from bot.emulator.platform import Platform

_log = structlog.get_logger(__name__)

Json: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Order:
    """One call of the control API."""

    platform: Platform
    request: web.Request
    body: Json

    def param(self, name: str) -> str:
        """Return a path parameter."""
        return self.request.match_info[name]


View: TypeAlias = Callable[[Order], Awaitable[web.StreamResponse | Json]]
AnyView = TypeVar("AnyView", bound=View)


class Views:
    """A module's table of views, filled by decorators."""

    def __init__(self) -> None:
        self.table: list[tuple[str, str, View]] = []

    def get(self, path: str) -> Callable[[AnyView], AnyView]:
        """Register a GET view."""
        return self._add("GET", path)

    def post(self, path: str) -> Callable[[AnyView], AnyView]:
        """Register a POST view."""
        return self._add("POST", path)

    def delete(self, path: str) -> Callable[[AnyView], AnyView]:
        """Register a DELETE view."""
        return self._add("DELETE", path)

    def _add(self, method: str, path: str) -> Callable[[AnyView], AnyView]:
        def register(view: AnyView) -> AnyView:
            self.table.append((method, f"/_emulator{path}", view))
            return view

        return register


def served(
    platform: Platform, view: View
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the aiohttp view."""

    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            platform.catch_up()
            result = await view(Order(platform, request, await _body(request)))
        except LineError as error:
            return respond(error.wire(), error.status)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            _log.warning("emulator.order_not_understood", error=type(error).__name__)
            return respond({"message": f"this order is not understood: {error}"}, 400)
        return result if isinstance(result, web.StreamResponse) else respond(result)

    return serve


def respond(body: Any, status: int = 200) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


async def _body(request: web.Request) -> Json:
    """Read JSON, or the fields and files of a form."""
    if not request.can_read_body:
        return {}
    if request.content_type == "multipart/form-data":
        return await _form(request)
    raw = await request.read()
    try:
        body = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError:
        raise LineError(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise LineError(400, "the body is not a JSON object")
    return body


async def _form(request: web.Request) -> Json:
    body: Json = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            body["bytes"] = value.file.read()
            body.setdefault("contentType", value.content_type)
            body.setdefault("fileName", value.filename)
        else:
            body[name] = value
    return body
