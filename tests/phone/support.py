"""A shop whose bot answers by heart, and people with phones in a browser."""

import asyncio
import io
from typing import Any, Final

from aiohttp import ClientSession, web
from PIL import Image
from playwright.async_api import Locator, Page

from bot.emulator import LineEmulator

TOKEN: Final = "channel-access-token-of-tests"
SECRET: Final = "channel-secret-of-tests"
PUBLIC: Final = "https://shop.example"

Json = dict[str, Any]


def text(words: str, **more: Any) -> Json:
    return {"type": "text", "text": words, **more}


def quick(*actions: Json) -> Json:
    return {"items": [{"type": "action", "action": action} for action in actions]}


def flex(contents: Json) -> Json:
    return {"type": "flex", "altText": "flex", "contents": contents}


def box(*contents: Json, **more: Any) -> Json:
    return {"type": "box", "layout": "vertical", "contents": list(contents), **more}


def postback(label: str, data: str, **more: Any) -> Json:
    return {"type": "postback", "label": label, "data": data, **more}


class Shop:
    """The bot of an account: replies to texts and postbacks it knows."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Json]] = {}
        #: Every event heard, in order.
        self.heard: list[Json] = []
        #: The status of its answers to webhooks.
        self.status = 200
        self.app = web.Application()
        self.app.router.add_post("/webhook", self._hear)
        self.app.router.add_get("/{page}", self._page)
        self.line: Line
        self._news = asyncio.Event()

    async def _hear(self, request: web.Request) -> web.Response:
        if self.status == 200:
            for event in (await request.json())["events"]:
                self.heard.append(event)
                self._news.set()
                await self._answer(event)
        return web.Response(status=self.status)

    async def _answer(self, event: Json) -> None:
        said = {
            "follow": "follow",
            "join": "join",
            "message": event.get("message", {}).get("text", event.get("message", {}).get("type")),
            "postback": event.get("postback", {}).get("data"),
        }.get(event["type"])
        messages = self.answers.get(said or "")
        if messages:
            await self.line.api(
                "/v2/bot/message/reply", {"replyToken": event["replyToken"], "messages": messages}
            )

    async def _page(self, request: web.Request) -> web.Response:
        body = f"<h1>The page {request.match_info['page']}</h1>"
        return web.Response(text=body, content_type="text/html")

    async def hear(self, kind: str, count: int = 1, *, of: str | None = None) -> list[Json]:
        """Wait until that many events of a kind came; return what they carry under its name.

        ``of`` names the event's type where it has another name than what it carries.
        """
        async with asyncio.timeout(10):
            while True:
                heard = [event for event in self.heard if event["type"] == (of or kind)]
                found = [event.get(kind, {}) for event in heard]
                if len(found) >= count:
                    return found
                self._news.clear()
                await self._news.wait()


class Line:
    """The emulator on loopback, with the calls that a bot makes on its own."""

    def __init__(self, emulator: LineEmulator, url: str, http: ClientSession) -> None:
        self.emulator = emulator
        self.url = url
        self._http = http

    async def api(self, path: str, body: Json, *, status: int | None = None) -> Json:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with self._http.post(self.url + path, json=body, headers=headers) as answer:
            result: Json = await answer.json()
            assert status is None or answer.status == status, result
            return result

    async def push(self, user_id: str, *messages: Json) -> None:
        body = {"to": user_id, "messages": list(messages)}
        await self.api("/v2/bot/message/push", body, status=200)

    async def say(self, user_id: str, words: str, **more: Any) -> None:
        """Let a person say something without touching their phone."""
        url = f"{self.url}/_emulator/users/{user_id}/messages"
        async with self._http.post(url, json=text(words, **more)) as answer:
            assert answer.status == 200, await answer.text()

    async def friend(self, name: str) -> str:
        return await self._person(name, "friend")

    async def stranger(self, name: str) -> str:
        return await self._person(name, "stranger")

    async def _person(self, name: str, state: str) -> str:
        body = {"displayName": name, "state": state}
        async with self._http.post(f"{self.url}/_emulator/users", json=body) as answer:
            user_id: str = (await answer.json())["userId"]
            return user_id

    async def group(self, name: str, *member_ids: str) -> str:
        body = {"name": name, "memberIds": member_ids}
        async with self._http.post(f"{self.url}/_emulator/groups", json=body) as answer:
            group_id: str = (await answer.json())["groupId"]
            return group_id

    async def shown(self, user_id: str) -> list[Json]:
        """Return what stands in a person's talk with the account."""
        url = f"{self.url}/_emulator/users/{user_id}/timeline"
        async with self._http.get(url) as answer:
            items: list[Json] = (await answer.json())["items"]
            return items

    async def liff_app(self, url: str) -> str:
        """Register a LIFF app with a token of the login channel; return its id."""
        keys = self.emulator.platform.keys
        form = {
            "grant_type": "client_credentials",
            "client_id": keys.login_channel_id,
            "client_secret": keys.login_channel_secret,
        }
        async with self._http.post(f"{self.url}/v2/oauth/accessToken", data=form) as answer:
            token = (await answer.json())["access_token"]
        app = {"view": {"type": "full", "url": url}}
        headers = {"Authorization": f"Bearer {token}"}
        async with self._http.post(
            f"{self.url}/liff/v1/apps", json=app, headers=headers
        ) as answer:
            liff_id: str = (await answer.json())["liffId"]
            return liff_id

    async def menu(self, name: str, *actions: Json, size: tuple[int, int] = (1200, 600)) -> str:
        """Make a rich menu whose areas stand side by side."""
        width, height = size[0] // len(actions), size[1]
        areas = [
            {"bounds": {"x": at * width, "y": 0, "width": width, "height": height}, "action": act}
            for at, act in enumerate(actions)
        ]
        whole = {"width": size[0], "height": height}
        menu = {"size": whole, "selected": True, "name": name, "chatBarText": name, "areas": areas}
        menu_id: str = (await self.api("/v2/bot/richmenu", menu, status=200))["richMenuId"]
        url = f"{self.url}/v2/bot/richmenu/{menu_id}/content"
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "image/png"}
        async with self._http.post(url, data=picture(size), headers=headers) as answer:
            assert answer.status == 200, await answer.text()
        return menu_id

    async def link(self, user_id: str, menu_id: str) -> None:
        await self.api(f"/v2/bot/user/{user_id}/richmenu/{menu_id}", {}, status=200)


def picture(size: tuple[int, int] = (1200, 600)) -> bytes:
    """Draw a plain picture, of a small rich menu's size unless told."""
    out = io.BytesIO()
    Image.new("RGB", size, "#dbe8d5").save(out, "PNG")
    return out.getvalue()


class Phone:
    """One person's phone on the page, by what its owner sees and does."""

    def __init__(self, page: Page, name: str, user_id: str = "") -> None:
        self.page = page
        self.user_id = user_id
        self.screen = page.get_by_role("region", name=f"{name}のスマホ")
        self.talk = self.screen.get_by_role("log")
        self.input = self.screen.get_by_role("textbox", name="メッセージを入力")
        self.quick_replies = self.screen.get_by_role("group", name="クイックリプライ")

    def button(self, name: str) -> Locator:
        return self.screen.get_by_role("button", name=name, exact=True)

    async def say(self, words: str) -> None:
        await self.input.fill(words)
        await self.input.press("Enter")
