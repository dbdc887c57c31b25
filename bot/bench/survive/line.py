"""The emulated LINE over its control API: what the bench orders and what it reads."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError, ClientSession

from bot.emulator.phone import Phone, PhoneError

Json = dict[str, Any]


class Line:
    """Drives the emulator."""

    def __init__(self, http: ClientSession, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self._http = http

    async def wait_until_up(self) -> None:
        """Return once it answers.

        Raises:
            TimeoutError: it did not start.
        """
        async with asyncio.timeout(30):
            while True:
                try:
                    await self.get("clock")
                except (ClientError, OSError):
                    await asyncio.sleep(0.05)
                else:
                    return

    async def get(self, what: str) -> Json:
        """Read something."""
        async with self._http.get(f"{self.base}/_emulator/{what}") as response:
            answer: Json = await response.json()
            return answer

    async def post(self, what: str, **order: Any) -> Json:
        """Order something.

        Raises:
            PhoneError: the emulator refuses.
        """
        async with self._http.post(f"{self.base}/_emulator/{what}", json=order) as response:
            answer: Json = await response.json()
            if not response.ok:
                raise PhoneError(response.status, answer)
            return answer

    async def fault(self, path: str, kind: str, **more: Any) -> int:
        """Let LINE fail on a path; return the fault's number."""
        return int((await self.post("faults", path=path, kind=kind, **more))["id"])

    async def mend(self, number: int | None = None) -> None:
        """Take one fault away, or all."""
        url = f"{self.base}/_emulator/faults" + ("" if number is None else f"/{number}")
        async with self._http.delete(url):
            return

    async def phone(self, name: str) -> Phone:
        """Give a new person a phone."""
        return await Phone.new(self.base, self._http, name=name)

    async def settle(self, seconds: float) -> bool:
        """Wait until no webhook is under way; False when that takes longer."""
        try:
            await self.post("settle", timeoutSeconds=seconds)
        except PhoneError:
            return False
        return True

    async def deliveries(self) -> list[Mapping[str, Any]]:
        """Return every webhook sent, with its attempts."""
        found: list[Mapping[str, Any]] = (await self.get("webhooks"))["deliveries"]
        return found
