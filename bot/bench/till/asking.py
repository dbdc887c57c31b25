"""A till or a phone that asks until it is answered, with the same key each time.

cut connection, 503, 429, "in progress" -> again; anything else is the answer
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import orjson

from bot.bench.path.webhooks import DESTINATION, PATH, SECRET, Mint
from bot.bench.till.processes import Running
from bot.line.signature import sign
from bot.postbacks import ClaimCoupon

_PAUSE_SECONDS: Final = 0.2
_LONGEST_PAUSE: Final = 2.0
_AGAIN: Final = frozenset({"away", "too_fast", "in_progress", "conflict"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a till was told in the end."""

    till: int
    status: int
    body: Mapping[str, Any]
    tries: int
    #: Whether the answer had been given before, to a try whose connection was cut.
    is_again: bool

    @property
    def code(self) -> str:
        """What went wrong."""
        return str(self.body.get("code", ""))


@dataclass(slots=True)
class Asking:
    """Asks a bot, and counts the answers."""

    bot: Running
    #: Of all rounds: an event that resembles an older one is taken for it.
    mint: Mint
    answered: int = 0
    cut: int = 0

    async def call(
        self, till: int, path: str, body: Mapping[str, Any], *, key: str, once: str
    ) -> Answer:
        """Send a write until it is answered."""
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": once}
        pause, tries = _PAUSE_SECONDS, 0
        while True:
            url = self.bot.urls[(till + tries) % len(self.bot.urls)]
            tries += 1
            try:
                async with self.bot.http.post(
                    f"{url}/api/v1{path}", json=body, headers=headers
                ) as response:
                    said = orjson.loads(await response.read())
                    status, is_again = response.status, "Idempotent-Replayed" in response.headers
            except (aiohttp.ClientError, OSError, TimeoutError, orjson.JSONDecodeError):
                self.cut += 1
            else:
                if said.get("code") not in _AGAIN:
                    self.answered += 1
                    return Answer(till, status, said, tries, is_again)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    async def tap(self, friend: int, campaign: str) -> None:
        """Deliver a friend's tap until it is taken, as LINE does."""
        event = self.mint.tap(friend, ClaimCoupon(campaign=campaign).encode())
        body = orjson.dumps({"destination": DESTINATION, "events": [event.body]})
        headers = {"x-line-signature": sign(SECRET, body), "Content-Type": "application/json"}
        pause, tries = _PAUSE_SECONDS, 0
        while True:
            url = self.bot.urls[(friend + tries) % len(self.bot.urls)]
            tries += 1
            try:
                async with self.bot.http.post(url + PATH, data=body, headers=headers) as response:
                    if response.ok:
                        self.answered += 1
                        return
            except (aiohttp.ClientError, OSError, TimeoutError):
                self.cut += 1
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
