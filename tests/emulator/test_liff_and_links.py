"""LIFF apps open with tokens; accounts are linked once, by the right person."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.emulator import VirtualClock
from bot.emulator.rules import jws, p256
from tests.emulator.support import Bot, Json, Line, text

LOGIN, SECRET = "1000000002", "demo-login-channel-secret"


async def login_channel_token(line: Line) -> dict[str, str]:
    form = {"grant_type": "client_credentials", "client_id": LOGIN, "client_secret": SECRET}
    async with line.http.post(f"{line.base_url}/oauth2/v3/token", data=form) as response:
        token = (await response.json())["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def app(line: Line, **more: Any) -> tuple[str, dict[str, str]]:
    bearer = await login_channel_token(line)
    view = {"type": "full", "url": "https://shop.example/card?v=2"}
    body = {"view": view, "scope": ["openid", "profile"], **more}
    status, answer = await line.post("/liff/v1/apps", body, headers=bearer)
    assert status == 200, answer
    return answer["liffId"], bearer


async def test_liff_apps_are_added_listed_changed_and_deleted(line: Line) -> None:
    bearer = await login_channel_token(line)
    assert await line.get("/liff/v1/apps", headers=bearer) == (404, {"message": "Not found"})
    liff_id, _ = await app(line)
    change = {"view": {"type": "tall"}, "description": "Card"}
    path = f"/liff/v1/apps/{liff_id}"
    assert (await line.call("PUT", path, change, headers=bearer))[0] == 200
    _, answer = await line.get("/liff/v1/apps", headers=bearer)
    assert answer["apps"][0]["view"] == {"type": "tall", "url": "https://shop.example/card?v=2"}
    assert answer["apps"][0]["description"] == "Card"
    assert (await line.call("DELETE", path, headers=bearer))[0] == 200
    assert (await line.call("DELETE", path, headers=bearer))[0] == 404


async def test_liff_apps_are_the_login_channels_alone(line: Line) -> None:
    assert (await line.get("/liff/v1/apps"))[0] == 401


async def test_a_liff_page_must_be_https_without_fragment(line: Line) -> None:
    bearer = await login_channel_token(line)
    for url in ("http://shop.example/", "https://shop.example/#top"):
        body = {"view": {"type": "full", "url": url}}
        status, answer = await line.post("/liff/v1/apps", body, headers=bearer)
        assert (status, answer["details"][0]["property"]) == (400, "view.url")


async def test_a_tapped_liff_link_leads_to_the_app_with_the_users_tokens(line: Line) -> None:
    liff_id, _ = await app(line)
    mei = await line.friend("Mei")
    action = {"type": "uri", "label": "Card", "uri": f"https://liff.line.me/{liff_id}/show?x=1"}
    template = {"type": "buttons", "text": "Card", "actions": [action]}
    message = {"type": "template", "altText": "Card", "template": template}
    await line.post("/v2/bot/message/push", {"to": mei.user_id, "messages": [message]})
    opened = urlsplit((await mei.taps("Card"))["opens"])
    assert opened.netloc == "127.0.0.1:8000"
    assert (opened.path, opened.query) == ("/card/show", "v=2&x=1")
    fragment = dict(parse_qsl(opened.fragment))
    form = {"id_token": fragment["id_token"], "client_id": LOGIN}
    async with line.http.post(f"{line.base_url}/oauth2/v2.1/verify", data=form) as response:
        assert (await response.json())["sub"] == mei.user_id
    headers = {"Authorization": f"Bearer {fragment['access_token']}"}
    assert (await line.get("/v2/profile", headers=headers))[1]["userId"] == mei.user_id


async def test_liffs_id_tokens_are_signed_with_the_published_key(line: Line) -> None:
    liff_id, _ = await app(line)
    mei = await line.friend()
    url = f"{line.base_url}/{liff_id}?emulatedUser={mei.user_id}"
    async with line.http.get(url, allow_redirects=False) as response:
        assert response.status == 302
        fragment = dict(parse_qsl(urlsplit(response.headers["Location"]).fragment))
    header, _, signed, signature = jws.read(fragment["id_token"])
    _, certs = await line.get("/oauth2/v2.1/certs")
    key: Json = certs["keys"][0]
    assert (header["alg"], header["kid"]) == ("ES256", key["kid"])
    point = (int.from_bytes(jws.unb64(key["x"])), int.from_bytes(jws.unb64(key["y"])))
    assert p256.verify(point, signed, signature)
    assert not p256.verify(point, signed + b".", signature)


async def test_an_unknown_liff_id_is_not_found(line: Line) -> None:
    async with line.http.get(f"{line.base_url}/1000000002-00000000") as response:
        assert response.status == 404


async def link_url(line: Line, user_id: str, nonce: str = "n" * 22) -> str:
    status, answer = await line.post(f"/v2/bot/user/{user_id}/linkToken")
    assert status == 200
    query = urlencode({"linkToken": answer["linkToken"], "nonce": nonce})
    return f"https://access.line.me/dialog/bot/accountLink?{query}"


async def test_linking_tells_the_bot_the_nonce_and_gives_a_reply_token(
    line: Line, bot: Bot
) -> None:
    mei = await line.friend()
    url = await link_url(line, mei.user_id)
    answer = await line.control(f"/users/{mei.user_id}/accountLink", {"url": url})
    assert answer == {"result": "ok"}
    await mei.settle()
    event = bot.last("accountLink")
    assert event["link"] == {"result": "ok", "nonce": "n" * 22}
    assert event["source"]["userId"] == mei.user_id
    body = {"replyToken": event["replyToken"], "messages": [text("Linked")]}
    assert (await line.post("/v2/bot/message/reply", body))[0] == 200


async def test_another_persons_link_fails_without_a_name(line: Line, bot: Bot) -> None:
    mei, ken = await line.friend("Mei"), await line.friend("Ken")
    url = await link_url(line, mei.user_id)
    answer = await line.control(f"/users/{ken.user_id}/accountLink", {"url": url})
    assert answer == {"result": "failed"}
    await mei.settle()
    event = bot.last("accountLink")
    assert event["link"]["result"] == "failed"
    assert "source" not in event
    assert "replyToken" not in event


async def test_a_used_old_or_ill_formed_link_tells_the_bot_nothing(
    line: Line, bot: Bot, clock: VirtualClock
) -> None:
    mei = await line.friend()
    used = await link_url(line, mei.user_id)
    path = f"/users/{mei.user_id}/accountLink"
    await line.control(path, {"url": used})
    short = await link_url(line, mei.user_id, nonce="short")
    old = await link_url(line, mei.user_id)
    assert await line.control(path, {"url": used}) == {"result": "error"}
    assert await line.control(path, {"url": short}) == {"result": "error"}
    clock.advance(601)
    assert await line.control(path, {"url": old}) == {"result": "error"}
    await mei.settle()
    assert [event["type"] for event in bot.events] == ["follow", "accountLink"]


async def test_the_link_page_works_in_a_browser(line: Line, bot: Bot) -> None:
    mei = await line.friend()
    query = urlsplit(await link_url(line, mei.user_id)).query
    async with line.http.get(f"{line.base_url}/dialog/bot/accountLink?{query}") as response:
        assert (response.status, response.content_type) == (200, "text/html")
    await mei.settle()
    assert bot.last("accountLink")["link"]["result"] == "ok"


async def test_opening_a_page_as_a_user_lets_the_login_page_know_them(line: Line) -> None:
    mei = await line.friend()
    url = f"{line.base_url}/_emulator/users/{mei.user_id}/open?url=https://shop.example/x"
    async with line.http.get(url, allow_redirects=False) as response:
        assert response.headers["Location"] == "http://127.0.0.1:8000/x"
        assert response.cookies["emulated_user"].value == mei.user_id
