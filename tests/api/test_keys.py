"""Keys of the API: what opens, how far, and until when."""

from datetime import timedelta

import pytest

from bot.integrations import keys
from bot.integrations.keys import Scope
from bot.resources import ENGINE
from bot.staff.model import COMMAND_LINE
from tests.api.support import Till, a_till, open_shops
from tests.support import NOON, Shop


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_a_key_says_what_it_may(shop: Shop) -> None:
    await open_shops(shop, "ginza")
    till = await a_till(shop, Scope.POINTS_READ, shops=["ginza"])
    said = await till.get("/me")
    assert said.status == 200
    assert said.body["scopes"] == ["points:read"]
    assert said.body["shops"] == ["ginza"]
    assert said.body["now"] == "2026-04-01T03:00:00Z"
    assert int(said.headers["RateLimit-Remaining"]) == int(said.headers["RateLimit-Limit"]) - 1


async def test_nothing_opens_without_a_key_that_is_ours(shop: Shop, till: Till) -> None:
    async with shop.http.get(f"{shop.bot_url}/api/v1/me") as response:
        assert response.status == 401
        assert (await response.json(content_type=None))["code"] == "no_key"
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    other = Till(till.http, till.url, till.key[:-1] + ("A" if till.key[-1] != "A" else "B"))
    assert (await other.get("/me")).code == "unknown_key"


async def test_an_expired_key_opens_nothing_and_says_since_when(shop: Shop) -> None:
    till = await a_till(shop, expires_at=NOON + timedelta(days=1))
    assert (await till.get("/me")).status == 200
    await shop.advance(24 * 3600)
    said = await till.get("/me")
    assert said.status == 401
    assert said.code == "expired_key"
    assert "2026-04-02 03:00" in said.body["detail"]


async def test_a_revoked_key_opens_nothing_at_once(shop: Shop, till: Till) -> None:
    assert (await till.get("/me")).status == 200
    prefix = till.key.split("_")[1]
    async with shop.app[ENGINE].begin() as connection:
        assert await keys.revoke(connection, prefix, by=COMMAND_LINE, now=NOON)
        assert not await keys.revoke(connection, prefix, by=COMMAND_LINE, now=NOON)
    assert (await till.get("/me")).code == "revoked_key"
    assert await shop.sql("SELECT action, subject FROM audit_log ORDER BY id") == [
        ("api_key.add", f"api_key:{prefix}"),
        ("api_key.revoke", f"api_key:{prefix}"),
    ]


async def test_the_database_does_not_know_the_key(shop: Shop, till: Till) -> None:
    stored = str(await shop.sql("SELECT * FROM api_keys"))
    assert till.key not in stored
    assert till.key.split("_", 2)[2] not in stored
    await till.get("/me")
    assert (await shop.sql("SELECT last_used_at FROM api_keys"))[0][0] is not None


async def test_a_key_without_the_scope_is_told_which(shop: Shop) -> None:
    till = await a_till(shop, Scope.POINTS_READ)
    said = await till.post("/members", {})
    assert said.status == 403
    assert said.code == "scope_missing"
    assert "members:write" in said.body["detail"]


@pytest.mark.parametrize("path", ["/nothing", "/members/123", "/members/2000000000000x"])
async def test_what_is_not_there_is_a_problem_too(till: Till, path: str) -> None:
    said = await till.get(path)
    assert (said.status, said.code) == (404, "not_found")


async def test_a_method_that_is_not_offered_names_those_that_are(till: Till) -> None:
    said = await till.call("DELETE", "/me")
    assert said.code == "method_not_allowed"
    assert "GET" in said.headers["Allow"]


async def test_the_page_and_the_document_open_without_a_key(shop: Shop) -> None:
    async with shop.http.get(f"{shop.bot_url}/api/v1/openapi.json") as response:
        assert response.status == 200
        assert "/members/{number}" in (await response.json())["paths"]
    async with shop.http.get(f"{shop.bot_url}/api/v1/") as response:
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert "try.js" in await response.text()
    async with shop.http.get(f"{shop.bot_url}/api/v1/try/try.js") as response:
        assert response.content_type == "text/javascript"
    async with shop.http.get(f"{shop.bot_url}/api/v1/problems") as response:
        assert (await response.json())["no_key"]["status"] == 401
