"""LINE's official Python SDK works against the emulator, and what they exchange conforms.

Each method is called once so that it works and once so that it fails. Beside the project, LINE's
OpenAPI files say what requests and answers look like; the same calls are then held against them.
"""

import contextlib
import importlib
import inspect
import typing
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import openapi
from tests.emulator.rsa import jwk
from tests.emulator.sdk import APIS, LEFT_OUT
from tests.emulator.sdk.cast import Cast
from tests.emulator.support import SECRET, TOKEN, Bot, Json, Line, picture, text

LOGIN = {"client_id": "1000000002", "client_secret": "demo-login-channel-secret"}
BEARER = {"Authorization": f"Bearer {TOKEN}"}
CASES = [method for _, cases in APIS.values() for method in cases]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The SDK warns about its own past."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


async def request_id(line: Line, path: str, body: Json) -> str:
    async with line.http.post(line.base_url + path, json=body, headers=BEARER) as response:
        assert response.ok, await response.text()
        return response.headers["x-line-request-id"]


async def login_token(line: Line) -> str:
    form = {"grant_type": "client_credentials", **LOGIN}
    async with line.http.post(f"{line.base_url}/oauth2/v3/token", data=form) as response:
        token: str = (await response.json())["access_token"]
        return token


@pytest.fixture
async def cast(line: Line, bot: Bot, tmp_path: Path) -> Cast:
    """One of everything."""
    await line.control("/behaviour", {"narrowcastLiftsMinimum": True})
    mei = await line.friend("Mei")
    await mei.says("Hello")
    image = (await mei.sends({"type": "image"}))["messageId"]
    audio = (await mei.sends({"type": "audio"}))["messageId"]
    groups = [
        (await line.control("/groups", {"kind": kind, "memberIds": [mei.user_id]}))["groupId"]
        for kind in ("group", "room")
    ]
    menu, bare = await line.menu(), await line.menu(image=False)
    await line.post("/v2/bot/richmenu/alias", {"richMenuAliasId": "tab", "richMenuId": menu})
    await line.post(f"/v2/bot/user/all/richmenu/{menu}")
    await line.post(f"/v2/bot/user/{mei.user_id}/richmenu/{menu}")
    plan = (await line.control("/memberships", {}))["membershipId"]
    joined = {"type": "joined", "membershipId": plan}
    await line.control(f"/users/{mei.user_id}/membership", joined)
    coupon = {
        "title": "Summer",
        "acquisitionCondition": {"type": "normal"},
        "maxUseCountPerTicket": 1,
        "startTimestamp": int(line.emulator.clock.seconds()),
        "endTimestamp": int(line.emulator.clock.seconds()) + 86400,
        "timezone": "ASIA_TOKYO",
        "visibility": "PUBLIC",
    }
    audience = {"description": "A", "audiences": [{"id": mei.user_id}]}
    token = await login_token(line)
    view = {"view": {"type": "full", "url": "https://shop.example/"}}
    liff = await line.post("/liff/v1/apps", view, headers={"Authorization": f"Bearer {token}"})
    await line.emulator.settle()
    hello = {"messages": [text("Hello")]}
    (tmp_path / "ids.txt").write_text(f"{mei.user_id}\n")
    (tmp_path / "wrong.txt").write_text("mei\n")
    return Cast(
        mei=mei.user_id,
        group=groups[0],
        room=groups[1],
        menu=menu,
        bare_menu=bare,
        coupon=(await line.post("/v2/bot/coupon", coupon))[1]["couponId"],
        plan=plan,
        audience=(await line.post("/v2/bot/audienceGroup/upload", audience))[1]["audienceGroupId"],
        shared=(await line.control("/audiences", {"shared": True}))["audienceGroupId"],
        broadcast=await request_id(line, "/v2/bot/message/broadcast", hello),
        narrowcast=await request_id(line, "/v2/bot/message/narrowcast", hello),
        batch=await request_id(
            line, "/v2/bot/richmenu/batch", {"operations": [{"type": "unlink", "from": bare}]}
        ),
        reply_token=bot.last("follow")["replyToken"],
        read_token=bot.last("message")["message"]["markAsReadToken"],
        image=image,
        audio=audio,
        liff=liff[1]["liffId"],
        login_token=token,
        kid=(await line.control("/assertion-keys", {"jwk": jwk()}))["kid"],
        now=line.emulator.clock.seconds(),
        ids_file=str(tmp_path / "ids.txt"),
        wrong_file=str(tmp_path / "wrong.txt"),
    )


@contextlib.asynccontextmanager
async def client(line: Line, api: str, token: str) -> AsyncIterator[Any]:
    sdk = importlib.import_module(f"linebot.v3.{APIS[api][0]}")
    configuration = sdk.Configuration(host=line.base_url, access_token=token)
    async with sdk.AsyncApiClient(configuration) as connection:
        yield getattr(sdk, api)(connection)


def modelled(method: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """Turn JSON bodies into the models that a method wants."""
    hints = typing.get_type_hints(inspect.unwrap(method))
    return {
        key: _model(hints[key]).from_dict(value) if key.endswith("_request") else value
        for key, value in arguments.items()
    }


def _model(hint: Any) -> Any:
    choices = [choice for choice in typing.get_args(hint) if choice is not type(None)]
    return choices[0] if choices else hint


def token_for(api: str, cast: Cast) -> str:
    return cast.login_token if api == "AsyncLiff" else TOKEN


#: Calls that leave later ones without what they are about.
LAST = ("delete", "leave", "cancel", "close", "revoke", "unlink", "set_webhook")


async def call_all(line: Line, cast: Cast, api: str) -> None:
    """Call every method of an API so that it fails as it should, and so that it works."""
    log = line.emulator.platform.requests
    async with client(line, api, token_for(api, cast)) as sdk, client(line, api, "wrong") as other:
        for name in sorted(APIS[api][1], key=lambda name: name.startswith(LAST)):
            good, bad, status = APIS[api][1][name]
            assert await fails(sdk if bad else other, name, (bad or good)(cast)) == status, name
            method = getattr(sdk, name)
            await method(**modelled(method, good(cast)))
            assert log.since(0)[-1].status in {200, 202}, name


async def fails(sdk: Any, name: str, arguments: dict[str, Any]) -> int:
    """Return the status that the SDK reports; 0 when it reports none."""
    method = getattr(sdk, name)
    try:
        await method(**modelled(method, arguments))
    except Exception as error:  # noqa: BLE001 - each SDK package has its own class
        return getattr(error, "status", 0)
    return 0


@pytest.mark.parametrize("api", APIS)
async def test_every_method_of_the_sdk_works_and_fails_as_at_line(
    line: Line, cast: Cast, api: str
) -> None:
    await call_all(line, cast, api)


async def test_the_sdk_uploads_a_menu_picture(line: Line, cast: Cast) -> None:
    async with client(line, "AsyncMessagingApiBlob", TOKEN) as sdk:
        headers = {"Content-Type": "image/png"}
        arguments = {"rich_menu_id": cast.bare_menu, "body": picture(), "_headers": headers}
        await sdk.set_rich_menu_image(**arguments)
        with pytest.raises(Exception, match="already been uploaded"):
            await sdk.set_rich_menu_image(**arguments)


def test_every_method_of_the_sdk_has_a_case_or_a_reason() -> None:
    missing = []
    for api, (module, cases) in APIS.items():
        sdk = getattr(importlib.import_module(f"linebot.v3.{module}"), api)
        methods = {
            name
            for name, _ in inspect.getmembers(sdk, inspect.isfunction)
            if not name.startswith("_") and not name.endswith("_with_http_info")
        }
        missing += sorted(methods - set(cases) - set(LEFT_OUT))
    assert missing == []


# --- conformance --------------------------------------------------------------------------


@openapi.needs_openapi
@pytest.mark.parametrize("api", APIS)
async def test_requests_and_answers_conform_to_lines_schemas(
    line: Line, cast: Cast, api: str
) -> None:
    await call_all(line, cast, api)
    for call in line.emulator.platform.requests.since(0):
        found = openapi.find(call.method, call.path.partition("?")[0])
        if found is not None:
            assert violations(*found, call.wire()) == [], f"{call.method} {call.path}"


def violations(name: str, operation: Json, call: Json) -> list[str]:
    """Hold one exchange against its operation; refused requests may break the request schema."""
    problems = []
    schema = openapi.json_schema(operation.get("requestBody", {}))
    accepted = call["status"] in {200, 202}
    if schema and accepted and call["body"] is not None:
        problems += openapi.violations(name, schema, call["body"])
    answer = operation["responses"].get(str(call["status"]))
    if accepted and operation["operationId"] not in DIFFERENT_STATUS:
        assert answer is not None, f"the schema knows no status {call['status']}"
    schema = openapi.json_schema(answer or {})
    if schema and call["response"] is not None:
        problems += openapi.violations(name, schema, call["response"])
    elif not accepted and call["response"] is not None:
        assert {"message"} <= set(call["response"]) or {"error"} <= set(call["response"])
    return problems


#: LINE's guide says 202 where its schema says 200; the emulator follows the guide.
DIFFERENT_STATUS = {"deleteAudienceGroup"}

#: Operations of LINE's files that no case drives, and why.
NOT_DRIVEN = {
    "pushMessagesByPhone": "phone number push needs a contract with LINE",
    "getPNPMessageStatistics": "phone number push needs a contract with LINE",
    "addUserIdsToAudience": "the SDK cannot send it; test_narrowcasts does",
    "setRichMenuImage": "takes bytes; driven by the upload of every menu in the cast",
}


@openapi.needs_openapi
def test_every_operation_of_lines_files_is_driven_or_explained() -> None:
    driven = {_camel(name) for name in CASES}
    assert {op for op in openapi.operations() if op not in driven | set(NOT_DRIVEN)} == set()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    joined = first + "".join(part.capitalize() for part in rest)
    for ours, theirs in (("ByJwt", "ByJWT"), ("addLiff", "addLIFF"), ("AllLiff", "AllLIFF")):
        joined = joined.replace(ours, theirs)
    return joined.replace("updateLiff", "updateLIFF").replace("deleteLiff", "deleteLIFF")


@openapi.needs_openapi
async def test_webhooks_conform_to_lines_schemas(line: Line, bot: Bot, cast: Cast) -> None:
    mei = f"/users/{cast.mei}"
    for kind in ("sticker", "video", "audio", "file", "location"):
        await line.control(f"{mei}/messages", {"type": kind})
    said = await line.control(f"{mei}/messages", {"type": "text", "text": "よし🤨"})
    await line.control(f"{mei}/unsend", {"messageId": said["messageId"]})
    await line.control(f"{mei}/postback", {"data": "d", "params": {"date": "2026-01-01"}})
    await line.control(f"{mei}/beacon", {})
    await line.control(f"{mei}/videoPlayComplete", {"trackingId": "t"})
    await line.control(f"{mei}/unfollow")
    members = {"userIds": [cast.mei]}
    await line.control(f"/groups/{cast.group}/leave", members)
    await line.control(f"/groups/{cast.group}/join", members)
    await line.control(f"/groups/{cast.group}/remove-bot")
    await line.emulator.settle()
    schema = {"$ref": "#/components/schemas/CallbackRequest"}
    kinds = set()
    for body in bot.bodies:
        kinds |= {event["type"] for event in body["events"]}
        assert openapi.violations("webhook", schema, body) == []
    assert kinds == {
        "beacon",
        "follow",
        "join",
        "leave",
        "memberJoined",
        "memberLeft",
        "membership",
        "message",
        "postback",
        "unfollow",
        "unsend",
        "videoPlayComplete",
    }


def test_the_signature_is_what_the_sdk_checks() -> None:
    from linebot.v3.webhook import SignatureValidator

    from bot.emulator.webhooks.signature import sign

    validator = SignatureValidator(SECRET)
    assert validator.validate('{"events":[]}', sign(SECRET, b'{"events":[]}'))
