"""Channel access tokens: four kinds, their lives, caps and ends."""

from typing import Any

from bot.emulator import VirtualClock
from tests.emulator.rsa import assertion, jwk
from tests.emulator.support import SECRET, TOKEN, Json, Line

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CHANNEL = "1000000001"


async def form(line: Line, path: str, **fields: str) -> tuple[int, Json]:
    async with line.http.post(line.base_url + path, data=fields) as response:
        text = await response.text()
        return response.status, (await response.json() if text else {})


async def key(line: Line) -> str:
    kid: str = (await line.control("/assertion-keys", {"jwk": jwk()}))["kid"]
    return kid


async def by_jwt(line: Line, path: str, kid: str, **claims: Any) -> tuple[int, Json]:
    now = line.emulator.clock.seconds()
    return await form(
        line,
        path,
        grant_type="client_credentials",
        client_assertion_type=ASSERTION,
        client_assertion=assertion(kid, CHANNEL, now, **claims),
    )


async def by_secret(line: Line, path: str, secret: str = SECRET) -> tuple[int, Json]:
    credentials = {"client_id": CHANNEL, "client_secret": secret}
    return await form(line, path, grant_type="client_credentials", **credentials)


async def accepted(line: Line, token: str) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    return (await line.get("/v2/bot/info", headers=headers))[0] == 200


async def test_a_signed_assertion_gets_a_token_of_its_wished_life(
    line: Line, clock: VirtualClock
) -> None:
    kid = await key(line)
    status, answer = await by_jwt(line, "/oauth2/v2.1/token", kid, token_exp=100)
    assert status == 200
    assert (answer["expires_in"], answer["token_type"]) == (100, "Bearer")
    assert answer["key_id"] == kid
    assert await accepted(line, answer["access_token"])
    clock.advance(100)
    assert not await accepted(line, answer["access_token"])


async def test_the_thirty_first_signed_token_is_refused(line: Line) -> None:
    kid = await key(line)
    for _ in range(30):
        assert (await by_jwt(line, "/oauth2/v2.1/token", kid))[0] == 200
    status, answer = await by_jwt(line, "/oauth2/v2.1/token", kid)
    message = "The maximum number of access tokens has already been issued"
    assert (status, answer) == (400, {"message": message})


async def test_assertions_are_checked_against_the_registered_key(line: Line) -> None:
    kid, path = await key(line), "/oauth2/v2.1/token"
    status, answer = await by_jwt(line, path, "unknown")
    assert status == 404
    assert answer == {"message": "Cannot find channel key that satisfies the conditions"}
    _, answer = await by_jwt(line, path, kid, iss="other")
    assert answer["error_description"] == "iss and clientId of key do not match"
    _, answer = await by_jwt(line, path, kid, exp=int(line.emulator.clock.seconds()) + 1801)
    assert answer == {"error": "invalid_client", "error_description": "Invalid exp"}


async def test_key_ids_of_living_tokens_are_listed(line: Line) -> None:
    kid = await key(line)
    await by_jwt(line, "/oauth2/v2.1/token", kid)
    query = {
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion(kid, CHANNEL, line.emulator.clock.seconds()),
    }
    assert await line.get("/oauth2/v2.1/tokens/kid", params=query) == (200, {"kids": [kid]})


async def test_a_stateless_token_lives_fifteen_minutes_and_cannot_be_revoked(
    line: Line, clock: VirtualClock
) -> None:
    status, answer = await by_secret(line, "/oauth2/v3/token")
    assert (status, answer["expires_in"]) == (200, 900)
    token = answer["access_token"]
    await form(line, "/v2/oauth/revoke", access_token=token)
    assert await accepted(line, token)
    clock.advance(900)
    assert not await accepted(line, token)
    kid = await key(line)
    assert (await by_jwt(line, "/oauth2/v3/token", kid))[0] == 200


async def test_wrong_credentials_are_told_apart(line: Line) -> None:
    status, answer = await by_secret(line, "/oauth2/v3/token", "wrong")
    assert status == 400
    assert answer == {"error": "invalid_client", "error_description": "invalid client_secret"}
    _, answer = await form(line, "/oauth2/v3/token", grant_type="password")
    expected = {"error": "invalid_request", "error_description": "Invalid 'client_credentials'."}
    assert answer == expected


async def test_the_oldest_of_thirty_one_short_lived_tokens_is_revoked_in_silence(
    line: Line,
) -> None:
    path = "/v2/oauth/accessToken"
    tokens = [(await by_secret(line, path))[1]["access_token"] for _ in range(31)]
    assert not await accepted(line, tokens[0])
    assert await accepted(line, tokens[1])


async def test_a_revoked_token_is_refused_and_revoking_twice_is_fine(line: Line) -> None:
    _, answer = await by_secret(line, "/v2/oauth/accessToken")
    for _ in range(2):
        token = answer["access_token"]
        assert await form(line, "/v2/oauth/revoke", access_token=token) == (200, {})
    assert not await accepted(line, answer["access_token"])
    assert await accepted(line, TOKEN)


async def test_verifying_tells_whose_token_it_is(line: Line, clock: VirtualClock) -> None:
    _, answer = await by_secret(line, "/v2/oauth/accessToken")
    token = answer["access_token"]
    clock.advance(10)
    _, verified = await form(line, "/v2/oauth/verify", access_token=token)
    assert verified["client_id"] == CHANNEL
    assert verified["expires_in"] == 2_592_000 - 10
    status, answer = await form(line, "/v2/oauth/verify", access_token="nonsense")
    assert (status, answer["error_description"]) == (400, "access_token invalid")
    _, answer = await form(line, "/v2/oauth/verify", access_token="no token")
    assert answer["error_description"] == "access_token in invalid format"
    _, answer = await by_secret(line, "/oauth2/v3/token")
    path = f"/oauth2/v2.1/verify?access_token={answer['access_token']}"
    assert (await line.get(path))[1]["client_id"] == CHANNEL
    clock.advance(901)
    _, answer = await line.get(path)
    expected = {"error": "invalid_request", "error_description": "The access token expired"}
    assert answer == expected
    _, answer = await line.get("/oauth2/v2.1/verify?access_token=nonsense")
    assert answer["error_description"] == "The access token not JWS"
