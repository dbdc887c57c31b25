"""A bot and a developer's tools, as small as they can be, for tests of the emulator."""

import asyncio
import base64
import hashlib
import hmac
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.emulator import LineEmulator
from bot.emulator.phone import Phone

SECRET = "channel-secret-of-tests"
TOKEN = "channel-access-token-of-tests"

Serve = Callable[[web.Application], Awaitable[TestServer]]
Json = dict[str, Any]


class Line:
    """The emulator, served on loopback, with the bot's and the tester's calls."""

    def __init__(self, emulator: LineEmulator, base_url: str, http: ClientSession) -> None:
        self.emulator = emulator
        self.base_url = base_url
        self.http = http

    async def call(
        self, method: str, path: str, body: Any = None, **options: Any
    ) -> tuple[int, Json]:
        """Call LINE's API with the channel's token; return status and JSON."""
        headers = {"Authorization": f"Bearer {TOKEN}", **options.pop("headers", {})}
        url = self.base_url + path
        async with self.http.request(method, url, json=body, headers=headers, **options) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: Any = None, **options: Any) -> tuple[int, Json]:
        return await self.call("POST", path, body, **options)

    async def get(self, path: str, **options: Any) -> tuple[int, Json]:
        return await self.call("GET", path, **options)

    async def push(self, to: str, *texts: str, **more: Any) -> tuple[int, Json]:
        headers = more.pop("headers", {})
        body = {"to": to, "messages": [text(t) for t in texts], **more}
        return await self.post("/v2/bot/message/push", body, headers=headers)

    async def control(self, path: str, body: Any = None, *, method: str = "POST") -> Json:
        """Call the control API; the answer must be a success."""
        url = f"{self.base_url}/_emulator{path}"
        async with self.http.request(method, url, json=body) as answer:
            result: Json = await answer.json()
            assert answer.status == 200, result
            return result

    async def see(self, path: str) -> Json:
        return await self.control(path, method="GET")

    async def friend(self, name: str = "Mei") -> Phone:
        """Return a friend of the account; the follow event is already delivered."""
        phone = await Phone.new(self.base_url, self.http, name=name)
        await phone.follow()
        await phone.settle()
        return phone

    async def stranger(self, name: str = "Ken") -> Phone:
        return await Phone.new(self.base_url, self.http, name=name)

    async def menu(self, *actions: Json, name: str = "menu", image: bool = True) -> str:
        """Create a rich menu with one area for each action."""
        _, answer = await self.post("/v2/bot/richmenu", rich_menu(*actions, name=name))
        menu_id: str = answer["richMenuId"]
        if image:
            status, _ = await self.upload(menu_id, picture())
            assert status == 200
        return menu_id

    async def upload(
        self, menu_id: str, data: bytes, content_type: str = "image/png"
    ) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": content_type}
        url = f"{self.base_url}/v2/bot/richmenu/{menu_id}/content"
        async with self.http.post(url, data=data, headers=headers) as answer:
            return answer.status, await answer.json()


class Bot:
    """A bot that only takes webhooks, checks them, and remembers them."""

    def __init__(self) -> None:
        self.bodies: list[Json] = []
        self.headers: list[Json] = []
        self.raw: list[bytes] = []
        #: Answers to the next webhooks, then 200.
        self.answers: list[int] = []
        self.slow: asyncio.Event | None = None
        self.url = ""
        self.app = web.Application()
        self.app.router.add_post("/webhook", self._take)

    @property
    def events(self) -> list[Json]:
        return [event for body in self.bodies for event in body["events"]]

    def last(self, kind: str) -> Json:
        return next(event for event in reversed(self.events) if event["type"] == kind)

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        mac = hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()
        assert request.headers["x-line-signature"] == base64.b64encode(mac).decode()
        self.raw.append(raw)
        self.bodies.append(json.loads(raw))
        self.headers.append(dict(request.headers))
        if self.slow is not None:
            await self.slow.wait()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


def text(words: str, **more: Any) -> Json:
    return {"type": "text", "text": words, **more}


def postback(data: str = "d", label: str | None = "Tap", **more: Any) -> Json:
    action = {"type": "postback", "data": data, **more}
    return action if label is None else {**action, "label": label}


def rich_menu(*actions: Json, name: str = "menu", width: int = 800, height: int = 270) -> Json:
    step = width // max(1, len(actions))
    return {
        "size": {"width": width, "height": height},
        "selected": True,
        "name": name,
        "chatBarText": "Menu",
        "areas": [
            {
                "bounds": {"x": index * step, "y": 0, "width": step, "height": height},
                "action": action,
            }
            for index, action in enumerate(actions)
        ],
    }


def picture(width: int = 800, height: int = 270, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#88aacc").save(out, form)
    return out.getvalue()
