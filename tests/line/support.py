"""A stand-in for LINE that writes down what it is sent, and answers what a test says."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy

Serve = Callable[[web.Application], Awaitable[TestServer]]
Answering = Callable[[], web.StreamResponse]

ACCEPTED = "461230966842064897"


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    headers: CIMultiDictProxy[str]
    data: bytes

    @property
    def body(self) -> object:
        return orjson.loads(self.data)


def accepted() -> web.StreamResponse:
    sent = {"sentMessages": [{"id": ACCEPTED}], "richMenuId": "richmenu-1"}
    return web.json_response(sent, headers={"X-Line-Request-Id": "request-1"})


@dataclass(slots=True)
class Recorder:
    """Answers every call the same way until told otherwise."""

    calls: list[Call] = field(default_factory=list)
    answer: Answering = accepted
    base: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        data = await request.read()
        self.calls.append(Call(request.method, request.path_qs, request.headers, data))
        return self.answer()
