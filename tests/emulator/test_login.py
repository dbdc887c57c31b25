"""LINE Login: asking, agreeing, exchanging, and checking who it was."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from bot.emulator import VirtualClock
from bot.emulator.phone import Phone
from tests.emulator.support import Json, Line

LOGIN = "1000000002"
SECRET = "demo-login-channel-secret"
BACK = "https://shop.example/callback"
ASK = {
    "response_type": "code",
    "client_id": LOGIN,
    "redirect_uri": BACK,
    "state": "s1",
    "scope": "profile openid email",
    "nonce": "n1",
}
VERIFIER = "v" * 43


def url(**changes: str | None) -> str:
    query = {key: value for key, value in {**ASK, **changes}.items() if value is not None}
    return f"https://access.line.me/oauth2/v2.1/authorize?{urlencode(query)}"


async def log_in(line: Line, who: Phone, link: str, **more: Any) -> Json:
    return await line.control(f"/users/{who.user_id}/login", {"url": link, **more})


async def token(line: Line, **fields: str) -> tuple[int, Json]:
    form = {"client_id": LOGIN, "client_secret": SECRET, **fields}
    async with line.http.post(f"{line.base_url}/oauth2/v2.1/token", data=form) as response:
        return response.status, await response.json()


async def exchange(line: Line, code: str, **more: str) -> tuple[int, Json]:
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return await token(line, **{**grant, **more})


async def verify(line: Line, **fields: str) -> tuple[int, Json]:
    async with line.http.post(f"{line.base_url}/oauth2/v2.1/verify", data=fields) as response:
        return response.status, await response.json()


async def test_a_login_ends_with_tokens_that_say_who_it_was(line: Line) -> None:
    mei = await line.friend("Mei")
    await line.control(f"/users/{mei.user_id}", {"email": "mei@shop.example"})
    answer = await log_in(line, mei, url())
    assert answer["state"] == "s1"
    assert answer["redirect"].startswith(BACK)
    assert "friendship_status_changed" not in answer
    status, tokens = await exchange(line, answer["code"])
    assert status == 200
    assert tokens["scope"] == "profile openid"
    assert tokens["expires_in"] == 2_592_000
    _, claims = await verify(line, id_token=tokens["id_token"], client_id=LOGIN, nonce="n1")
    assert (claims["sub"], claims["aud"], claims["name"]) == (mei.user_id, LOGIN, "Mei")
    assert claims["email"] == "mei@shop.example"
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    _, profile = await line.get("/v2/profile", headers=bearer)
    assert profile == {"userId": mei.user_id, "displayName": "Mei"}
    _, info = await line.get("/oauth2/v2.1/userinfo", headers=bearer)
    assert info == {"sub": mei.user_id, "name": "Mei"}
    assert await line.get("/friendship/v1/status", headers=bearer) == (200, {"friendFlag": True})


async def test_a_code_works_once_and_ten_minutes(line: Line, clock: VirtualClock) -> None:
    mei = await line.friend()
    code = (await log_in(line, mei, url()))["code"]
    assert (await exchange(line, code))[0] == 200
    status, answer = await exchange(line, code)
    assert (status, answer["error"]) == (400, "invalid_grant")
    code = (await log_in(line, mei, url()))["code"]
    clock.advance(601)
    assert (await exchange(line, code))[0] == 400


async def test_a_code_needs_its_callback_and_the_channels_secret(line: Line) -> None:
    mei = await line.friend()
    code = (await log_in(line, mei, url()))["code"]
    status, answer = await exchange(line, code, redirect_uri="https://elsewhere.example")
    assert (status, answer["error"]) == (400, "invalid_grant")
    code = (await log_in(line, mei, url()))["code"]
    _, answer = await exchange(line, code, client_secret="wrong")
    assert answer["error"] == "invalid_client"


async def test_pkce_binds_the_code_to_its_verifier(line: Line) -> None:
    mei = await line.friend()
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    ask = url(code_challenge=challenge, code_challenge_method="S256")
    code = (await log_in(line, mei, ask))["code"]
    assert (await exchange(line, code, code_verifier="w" * 43))[0] == 400
    code = (await log_in(line, mei, ask))["code"]
    assert (await exchange(line, code, code_verifier=VERIFIER))[0] == 200
    answer = await log_in(line, mei, url(code_challenge=challenge, code_challenge_method="plain"))
    assert answer["error"] == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "UNSUPPORTED_RESPONSE_TYPE"),
        ({"state": None}, "INVALID_REQUEST"),
        ({"scope": "profile everything"}, "INVALID_SCOPE"),
        ({"scope": "email"}, "INVALID_SCOPE"),
        ({"prompt": "perhaps"}, "INVALID_REQUEST"),
    ],
)
async def test_a_bad_request_is_told_to_the_callback(
    line: Line, change: dict[str, str | None], error: str
) -> None:
    mei = await line.friend()
    assert (await log_in(line, mei, url(**change)))["error"] == error


async def test_a_user_may_say_no(line: Line) -> None:
    mei = await line.friend()
    answer = await log_in(line, mei, url(), allow=False)
    assert (answer["error"], answer["state"]) == ("ACCESS_DENIED", "s1")


async def test_a_callback_that_is_not_registered_is_never_called(line: Line) -> None:
    await line.control("/login-channel", {"redirectUris": ["https://other.example/cb"]})
    query = urlsplit(url()).query
    address = f"{line.base_url}/oauth2/v2.1/authorize?{query}"
    async with line.http.get(address, allow_redirects=False) as response:
        assert response.status == 400
        assert response.content_type == "text/html"


async def test_the_consent_page_leads_back_by_browser(line: Line) -> None:
    mei = await line.friend("Mei")
    address = f"{line.base_url}/oauth2/v2.1/authorize?{urlsplit(url()).query}"
    async with line.http.get(address) as response:
        assert "Mei" in await response.text()
    form = {"userId": mei.user_id, "decision": "allow"}
    async with line.http.post(address, data=form, allow_redirects=False) as response:
        assert response.status == 302
        back = urlsplit(response.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "http://127.0.0.1:8000/callback"
    assert (await exchange(line, dict(parse_qsl(back.query))["code"]))[0] == 200


async def test_adding_the_friend_on_the_way_is_told(line: Line) -> None:
    ken = await line.stranger()
    answer = await log_in(line, ken, url(bot_prompt="normal"), addFriend=True)
    assert answer["friendship_status_changed"] == "true"
    answer = await log_in(line, ken, url(bot_prompt="normal"), addFriend=True)
    assert answer["friendship_status_changed"] == "false"


async def test_no_prompt_needs_a_known_user_who_agreed_before(line: Line) -> None:
    async def silently(who: str = "") -> dict[str, str]:
        query = urlsplit(url(prompt="none")).query
        address = f"{line.base_url}/oauth2/v2.1/authorize?{query}&emulatedUser={who}"
        async with line.http.get(address, allow_redirects=False) as response:
            return dict(parse_qsl(urlsplit(response.headers["Location"]).query))

    mei = await line.friend()
    assert (await silently())["error"] == "LOGIN_REQUIRED"
    assert (await silently(mei.user_id))["error"] == "INTERACTION_REQUIRED"
    await log_in(line, mei, url())
    assert "code" in await silently(mei.user_id)


async def test_refreshing_keeps_the_refresh_token_and_its_ninety_days(
    line: Line, clock: VirtualClock
) -> None:
    mei = await line.friend()
    _, first = await exchange(line, (await log_in(line, mei, url()))["code"])
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    clock.advance(60 * 86400)
    status, second = await token(line, **refresh)
    assert status == 200
    assert second["refresh_token"] == first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    clock.advance(31 * 86400)
    status, answer = await token(line, **refresh)
    assert status == 400
    expected = {"error": "invalid_grant", "error_description": "invalid refresh token"}
    assert answer == expected


async def test_a_revoked_login_is_over(line: Line) -> None:
    mei = await line.friend()
    _, tokens = await exchange(line, (await log_in(line, mei, url()))["code"])
    access = tokens["access_token"]
    form = {"access_token": access, "client_id": LOGIN, "client_secret": SECRET}
    async with line.http.post(f"{line.base_url}/oauth2/v2.1/revoke", data=form) as response:
        assert (response.status, await response.read()) == (200, b"")
    status, answer = await line.get(f"/oauth2/v2.1/verify?access_token={access}")
    assert (status, answer["error_description"]) == (400, "The access token revoked")
    bearer = {"Authorization": f"Bearer {access}"}
    assert (await line.get("/v2/profile", headers=bearer))[0] == 401


async def test_deauthorizing_ends_every_token_of_the_user(line: Line) -> None:
    mei = await line.friend()
    _, tokens = await exchange(line, (await log_in(line, mei, url()))["code"])
    body = {"userAccessToken": tokens["access_token"]}
    headers = {"Authorization": "Bearer channel-access-token-of-tests"}
    address = f"{line.base_url}/user/v1/deauthorize"
    async with line.http.post(address, json=body, headers=headers) as response:
        assert (response.status, await response.read()) == (204, b"")
    assert (await line.post("/user/v1/deauthorize", body))[0] == 400


@pytest.mark.parametrize(
    ("change", "description"),
    [
        ({"id_token": "no.token.here"}, "Invalid IdToken."),
        ({"client_id": "1"}, "Invalid IdToken Audience."),
        ({"nonce": "other"}, "Invalid IdToken Nonce."),
        ({"user_id": "U" + "0" * 32}, "Invalid IdToken Subject Identifier."),
    ],
)
async def test_an_id_token_is_refused_for_what_is_wrong_with_it(
    line: Line, change: dict[str, str], description: str
) -> None:
    mei = await line.friend()
    _, tokens = await exchange(line, (await log_in(line, mei, url()))["code"])
    fields = {"id_token": tokens["id_token"], "client_id": LOGIN, **change}
    status, answer = await verify(line, **fields)
    assert status == 400
    assert answer == {"error": "invalid_request", "error_description": description}


async def test_an_id_token_expires(line: Line, clock: VirtualClock) -> None:
    mei = await line.friend()
    _, tokens = await exchange(line, (await log_in(line, mei, url()))["code"])
    clock.advance(3600)
    _, answer = await verify(line, id_token=tokens["id_token"], client_id=LOGIN)
    assert answer["error_description"] == "IdToken expired."


async def test_a_scope_that_was_not_agreed_to_is_refused(line: Line) -> None:
    mei = await line.friend()
    _, tokens = await exchange(line, (await log_in(line, mei, url(scope="openid")))["code"])
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await line.get("/v2/profile", headers=bearer))[0] == 403
