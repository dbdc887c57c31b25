"""Webhooks out: told once each, signed, tried again, and never to where they must not go."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.api.guard import ForbiddenAddressError, Guard
from bot.app import SENDER
from bot.integrations import keys
from bot.integrations.addresses import Allowed
from bot.integrations.deliveries import BACKOFF, TRIED_FOR, Delivery
from bot.integrations.endpoints import signature
from bot.integrations.keys import Scope
from bot.resources import ENGINE
from bot.staff.model import COMMAND_LINE
from tests.api.support import Till, a_till
from tests.conftest import OpenShop
from tests.support import NOON, Shop

NEAR = {"webhook_networks": (ip_network("127.0.0.0/8"),)}


@dataclass(slots=True)
class Receiver:
    """Another system that is told of things."""

    url: str = ""
    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})

    def events(self) -> list[dict[str, object]]:
        return [json.loads(body) for _, body in self.heard]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/enishi", receiver.hear)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/enishi"))
        yield receiver


@asynccontextmanager
async def near(open_shop: OpenShop) -> AsyncIterator[tuple[Shop, Till]]:
    async with open_shop(settings_more=NEAR) as shop:
        yield shop, await a_till(shop)


async def until(shop: Shop, is_so: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Let the sender look until something is so."""
    async with asyncio.timeout(10):
        while True:
            found = is_so()
            if found if isinstance(found, bool) else await found:
                return
            await shop.app[SENDER].look()
            await asyncio.sleep(0.01)


async def endpoint(till: Till, receiver: Receiver, *events: str) -> tuple[str, str]:
    """Have a receiver told; return the endpoint's id and secret."""
    body = {"url": receiver.url, "events": list(events or ("member.joined", "points.changed"))}
    said = await till.post("/webhooks", body)
    assert said.status == 201, said.body
    return said.body["endpoint"]["id"], said.body["secret"]


async def states(shop: Shop) -> list[tuple[object, ...]]:
    return await shop.sql("SELECT state, attempts, status FROM webhook_deliveries ORDER BY id")


async def test_what_happens_is_told_once_and_signed(
    open_shop: OpenShop, receiver: Receiver
) -> None:
    async with near(open_shop) as (shop, till):
        _, secret = await endpoint(till, receiver)
        number = await till.join()
        await till.post(f"/members/{number}/points/earn", {"points": 5, "reason": "ご来店"})
        await until(shop, lambda: len(receiver.heard) == 2)
        await shop.app[SENDER].look()
        joined, changed = sorted(receiver.events(), key=lambda each: str(each["type"]))
        assert (joined["type"], joined["member"]) == ("member.joined", number)
        assert changed["data"]["points"] == 5  # type: ignore[index]
        for headers, body in receiver.heard:
            at, mac = (part.partition("=")[2] for part in headers["Enishi-Signature"].split(","))
            assert int(at) == int(NOON.timestamp())
            right = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
            assert mac == right.hexdigest()
            assert headers["Enishi-Event-Id"] == json.loads(body)["id"]

        async def delivered() -> bool:
            return await states(shop) == [("delivered", 1, 200)] * 2

        await until(shop, delivered)
        assert len(receiver.heard) == 2


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_relays_at_once_tell_nothing_twice(
    open_shop: OpenShop, receiver: Receiver
) -> None:
    async with near(open_shop) as (shop, till):
        await endpoint(till, receiver, "member.joined")
        await asyncio.gather(*(till.join() for _ in range(6)))
        await asyncio.gather(*(shop.app[SENDER].look() for _ in range(4)))
        await until(shop, lambda: len(receiver.heard) >= 6)
        events = receiver.events()
        assert len({str(each["id"]) for each in events}) == len(events) == 6


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_trouble_is_tried_again_for_a_day_then_listed_as_dead(
    open_shop: OpenShop, receiver: Receiver
) -> None:
    async with near(open_shop) as (shop, till):
        endpoint_id, _ = await endpoint(till, receiver, "member.joined")
        receiver.status = 500
        await till.join()
        path = f"/webhooks/{endpoint_id}/deliveries"
        for _ in range(40):
            dead = (await till.get(path, state="dead")).body["deliveries"]
            if dead:
                break
            heard = len(receiver.heard)
            await until(shop, lambda heard=heard: len(receiver.heard) > heard)
            await settled(shop)
            await shop.advance(14_400)
        assert dead[0]["status"] == 500
        assert "500" in dead[0]["error"]
        assert dead[0]["attempts"] == len(receiver.heard) > 5
        receiver.status = 204
        again = await till.post(f"{path}/again", {"delivery": dead[0]["id"]})
        assert again.status == 200

        async def delivered() -> bool:
            return (await states(shop))[0][0] == "delivered"

        await until(shop, delivered)
        twice = await till.post(f"{path}/again", {"delivery": dead[0]["id"]})
        assert twice.code == "not_found"


async def settled(shop: Shop) -> None:
    """Wait until what came of every attempt was written down."""
    async with asyncio.timeout(10):
        await asyncio.gather(*shop.app[SENDER]._tasks.values())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_redirects_are_not_followed_and_gone_means_gone(
    open_shop: OpenShop, receiver: Receiver
) -> None:
    async with near(open_shop) as (shop, till):
        endpoint_id, _ = await endpoint(till, receiver, "member.joined")
        receiver.status = 302
        await till.post(f"/webhooks/{endpoint_id}/trial")
        await until(shop, lambda: len(receiver.heard) == 1)
        await settled(shop)
        assert await states(shop) == [("waiting", 1, 302)]
        receiver.status = 410
        await shop.advance(11)

        async def stopped() -> bool:
            shown = (await till.get("/webhooks")).body["endpoints"][0]
            return not shown["is_active"] and "410" in shown["stopped_why"]

        await until(shop, stopped)
        receiver.status = 200
        assert (await till.post(f"/webhooks/{endpoint_id}/resume")).body["is_active"]
        await shop.advance(61)
        await until(shop, lambda: len(receiver.heard) == 3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_revoked_key_hears_nothing_more(open_shop: OpenShop, receiver: Receiver) -> None:
    async with near(open_shop) as (shop, till):
        _, _ = await endpoint(till, receiver, "member.joined")
        other = await a_till(shop)
        async with shop.app[ENGINE].begin() as connection:
            prefix = till.key.split("_")[1]
            assert await keys.revoke(connection, prefix, by=COMMAND_LINE, now=NOON)
        await other.join()
        await shop.app[SENDER].look()
        assert await states(shop) == []
        assert (await other.get("/webhooks")).body["endpoints"] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_key_hears_only_what_it_may_read_and_only_at_public_addresses(
    shop: Shop,
) -> None:
    till = await a_till(shop, Scope.WEBHOOKS, Scope.POINTS_READ)
    joined = {"url": "https://shop.example/enishi", "events": ["member.joined"]}
    assert (await till.post("/webhooks", joined)).code == "scope_missing"
    good = {**joined, "events": ["points.changed"]}
    assert (await till.post("/webhooks", good)).status == 201
    for url in (
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.0.0.1./",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://224.0.0.1/",
        "https://localhost/",
        "https://printer.local/",
        "https://user@shop.example/",
        "https://shop.example:99999/",
        "ftp://shop.example/",
        "javascript:alert(1)",
        "https://",
    ):
        said = await till.post("/webhooks", {**good, "url": url})
        assert (said.status, said.code) == (422, "unfit"), url
        assert said.body["errors"][0]["field"] == "url"


async def test_a_name_that_leads_inside_is_not_followed() -> None:
    guard = Guard(Allowed())
    with pytest.raises(ForbiddenAddressError):
        await guard.resolve("localhost", 443)
    await guard.close()


def test_the_receiver_of_the_manual_tells_ours_from_forged_and_old_ones() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    program = page.partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(program, names)  # noqa: S102 - of our own page
    is_ours: Callable[[str, str, bytes], bool] = names["is_ours"]
    now, body = int(time.time()), b'{"type": "points.changed"}'
    header = signature("whsec_one", at=now, body=body)
    assert is_ours("whsec_one", header, body)
    last = "0" if header[-1] != "0" else "1"
    for secret, said, sent in (
        ("whsec_two", header, body),
        ("whsec_one", header, body + b" "),
        ("whsec_one", header[:-1] + last, body),
        ("whsec_one", header.replace(f"t={now}", f"t={now + 1}"), body),
        ("whsec_one", signature("whsec_one", at=now - 301, body=body), body),
    ):
        assert not is_ours(secret, said, sent)


@given(attempts=st.integers(1, 30), seconds=st.integers(0, 2 * 86_400))
def test_waits_grow_and_end_within_a_day(attempts: int, seconds: int) -> None:
    delivery = Delivery(
        delivery_id=1,
        endpoint_id=1,
        event_id=1,
        kind="member.joined",
        body=b"",
        state="waiting",
        attempts=attempts,
        due_at=NOON,
        created_at=NOON,
        settled_at=None,
        status=None,
        error=None,
    )
    now = NOON + timedelta(seconds=seconds)
    due_at = delivery.next_at(now)
    assert list(BACKOFF) == sorted(BACKOFF)
    if due_at is None:
        assert now + BACKOFF[-1] > NOON + TRIED_FOR
    else:
        assert now < due_at <= NOON + TRIED_FOR
