"""A person holding a phone, for tests of any bot: a small client of the control API.

phone = await Phone.new("http://127.0.0.1:8100", http, name="Mei")
await phone.follow()
await phone.says("Hello")
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession
from yarl import URL

Json = dict[str, Any]


class PhoneError(Exception):
    """The phone cannot do that now; the emulator's answer says why."""

    def __init__(self, status: int, answer: Json) -> None:
        super().__init__(f"{status}: {answer}")
        self.status = status
        self.answer = answer


class Phone:
    """One LINE user."""

    def __init__(self, base_url: str | URL, http: ClientSession, user_id: str) -> None:
        self._emulator = URL(base_url) / "_emulator"
        self._me = self._emulator / "users" / user_id
        self._http = http
        self.user_id = user_id

    @classmethod
    async def new(
        cls,
        base_url: str | URL,
        http: ClientSession,
        *,
        name: str | None = None,
        language: str = "ja",
    ) -> "Phone":
        """Make a LINE user who does not know the account yet."""
        order = {"displayName": name, "language": language}
        async with http.post(URL(base_url) / "_emulator/users", json=order) as response:
            user = await response.json()
        return cls(base_url, http, user["userId"])

    async def follow(self) -> Json:
        """Add the account as a friend, or unblock it."""
        return await self._act("follow")

    async def unfollow(self) -> Json:
        """Block the account."""
        return await self._act("unfollow")

    async def says(self, text: str) -> Json:
        """Send a text."""
        return await self.sends({"type": "text", "text": text})

    async def sends(self, message: Mapping[str, Any]) -> Json:
        """Send any message, such as ``{"type": "sticker"}`` or ``{"type": "image"}``."""
        return await self._act("messages", message)

    async def unsends(self, message_id: str) -> Json:
        """Take a message back."""
        return await self._act("unsend", {"messageId": message_id})

    async def taps(
        self,
        label: str | None = None,
        *,
        index: int | None = None,
        message_id: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Json:
        """Tap a quick reply button or an action of a message, whichever is on the screen.

        Args:
            label: what the button says; quick reply buttons are looked at first.
            index: its place among the actions of a message, from 0.
            message_id: the message; the last one with actions when None.
            params: what is picked, such as ``{"date": "2026-12-24"}``.

        Returns:
            The action, its effect and the ids of what it caused.

        Raises:
            PhoneError: 409, there is no such button on the screen.
        """
        order: Json = {"params": dict(params)} if params else {}
        order |= {"label": label} if label is not None else {"index": index}
        if index is None and message_id is None:
            try:
                return await self._act("tap", {"target": "quickreply", **order})
            except PhoneError as error:
                if error.status != 409 or label is None:  # noqa: PLR2004 - not on the screen
                    raise
        return await self._act("tap", {"target": "message", "messageId": message_id, **order})

    async def taps_quick_reply(
        self, which: str | int, *, params: Mapping[str, Any] | None = None
    ) -> Json:
        """Tap a quick reply button by label or index."""
        return await self._tap("quickreply", which, params)

    async def buttons(self, target: str = "quickreply") -> list[str | None]:
        """Return the labels to tap now: of ``quickreply``, ``richmenu`` or ``message``."""
        answer = await self._read(self._me / "buttons")
        return [button["label"] for button in answer[target]] if answer else []

    async def taps_menu(
        self, which: str | int, *, params: Mapping[str, Any] | None = None
    ) -> Json:
        """Tap an area of the rich menu by label or index."""
        return await self._tap("richmenu", which, params)

    async def _tap(self, target: str, which: str | int, params: Mapping[str, Any] | None) -> Json:
        key = "label" if isinstance(which, str) else "index"
        return await self._act("tap", {"target": target, key: which, "params": params})

    async def postback(self, data: str, params: Mapping[str, Any] | None = None) -> Json:
        """Send a raw postback, such as from an old bubble."""
        return await self._act("postback", {"data": data, "params": params})

    async def timeline(self) -> list[Json]:
        """Return the whole talk, oldest first."""
        answer = await self._read(self._me / "timeline")
        items: list[Json] = answer["items"] if answer else []
        return items

    async def sees(self) -> list[Json]:
        """Return the messages received from the account, oldest first."""
        return [item["message"] for item in await self.timeline() if item["direction"] == "out"]

    async def sees_next(self, seen: int, *, timeout_seconds: float = 5.0) -> list[Json]:
        """Wait until more than ``seen`` messages were received, and return the new ones."""
        async with asyncio.timeout(timeout_seconds):
            while len(messages := await self.sees()) <= seen:  # noqa: ASYNC110 - over HTTP
                await asyncio.sleep(0.01)
        return messages[seen:]

    async def menu(self) -> Json | None:
        """Return the rich menu shown now."""
        return await self._read(self._me / "richmenu")

    async def settle(self, timeout_seconds: float = 10.0) -> None:
        """Wait until no webhook is pending or in flight.

        Raises:
            PhoneError: 408, that takes longer.
        """
        await self._post(self._emulator / "settle", {"timeoutSeconds": timeout_seconds})

    async def _act(self, what: str, order: Mapping[str, Any] | None = None) -> Json:
        return await self._post(self._me / what, order or {})

    async def _post(self, url: URL, order: Mapping[str, Any]) -> Json:
        async with self._http.post(url, json=order) as response:
            answer: Json = await response.json()
            if not response.ok:
                raise PhoneError(response.status, answer)
            return answer

    async def _read(self, url: URL) -> Json | None:
        async with self._http.get(url) as response:
            answer: Json = await response.json()
            return answer if response.ok else None
