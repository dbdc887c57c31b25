"""Talks with the emulator's friends: pushed to, then held against what was pushed."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from time import perf_counter
from typing import Any, NamedTuple

from aiohttp import ClientSession

from bot.bench.emulator import calls
from bot.bench.path.load import Load
from bot.bench.path.record import HTTP_OK
from bot.bench.path.runs import PATIENCE_SECONDS
from bot.bench.path.webhooks import Delivery


class Talks(NamedTuple):
    """Talks with friends of a running emulator, and what must be on their timelines."""

    port: int
    load: Load
    friends: Sequence[str]
    expected: dict[str, list[str]]
    wrong: list[str]

    async def pushes(self, batches: Sequence[tuple[int, list[calls.Json]]]) -> float:
        """Push as fast as each connection is answered; return how many a second."""
        for friend, messages in batches:
            words = [each.get("text") or each["altText"] for each in messages]
            self.expected[self.friends[friend]] += words
        made = [calls.push(friend, self.friends[friend], each) for friend, each in batches]
        return await _sent(self.load, made, self.wrong)

    async def look(self, friends: Sequence[str]) -> None:
        """Hold timelines against what was pushed."""
        async with ClientSession(f"http://127.0.0.1:{self.port}") as http:
            for friend in friends:
                async with http.get(f"/_emulator/users/{friend}/timeline") as answer:
                    items = (await answer.json())["items"]
                seen = [_words(item["message"]) for item in items]
                if seen != self.expected[friend]:
                    expected = len(self.expected[friend])
                    self.wrong.append(f"{friend} sees {len(seen)} bubbles, not those {expected}")


async def befriended(port: int, load: Load, people: int, wrong: list[str]) -> Talks:
    """Make friends of the account, and return the talks with them."""
    await _sent(load, [calls.newcomer(friend) for friend in range(people)], wrong)
    async with (
        ClientSession(f"http://127.0.0.1:{port}") as http,
        http.get("/_emulator/users") as answer,
    ):
        users = (await answer.json())["users"]
    friends = [user["userId"] for user in users]
    return Talks(port, load, friends, defaultdict(list), wrong)


async def _sent(load: Load, deliveries: Sequence[Delivery], wrong: list[str]) -> float:
    """Send as fast as each connection is answered; return how many a second were accepted."""
    load.acks = []
    began = perf_counter()
    for delivery in deliveries:
        load.send(delivery)
    seen, since = -1, began
    while (now := len(load.acks)) < len(deliveries) and perf_counter() - since < PATIENCE_SECONDS:
        if now != seen:
            seen, since = now, perf_counter()
        await asyncio.sleep(0.002)
    taken = [ack for ack in load.acks if ack.status == HTTP_OK]
    if len(taken) < len(deliveries):
        wrong.append(f"{len(deliveries) - len(taken)} of {len(deliveries)} calls not accepted")
    ended = max((ack.answered for ack in taken), default=perf_counter())
    return len(taken) / (ended - began)


def _words(message: dict[str, Any]) -> str:
    return str(message.get("text") or message["altText"])
