"""Our calls beside those of LINE's own SDK: the same call must look the same to LINE."""

import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from types import ModuleType
from typing import Any

import orjson
import pytest

from bot.line.account import Account
from bot.line.client import Answer, LineClient, Outcome
from bot.line.messages import flex, postback, quick_reply, text
from bot.line.richmenus import RichMenus
from bot.postbacks import ShowHelp
from tests.line.support import Call, Recorder

FRIEND = "U4af4980629f55b1b5b1b5b1b5b1b5b1b"
MENU_ID = "richmenu-88c05ef6921ae53f8b58a25f3a65faf7"
KEY = "123e4567-e89b-12d3-a456-426614174000"
MENU = {
    "size": {"width": 2500, "height": 1686},
    "selected": True,
    "name": "guest",
    "chatBarText": "メニュー",
    "areas": [
        {
            "bounds": {"x": 0, "y": 0, "width": 2500, "height": 1686},
            "action": {"type": "postback", "label": "ヘルプ", "data": "action=help.show"},
        }
    ],
}
BUBBLE = {
    "type": "bubble",
    "body": {
        "type": "box",
        "layout": "vertical",
        "contents": [{"type": "text", "text": "会員証", "weight": "bold"}],
    },
}
MESSAGES = [
    text("こんにちは", quick_reply=quick_reply(postback("ヘルプ", ShowHelp()))),
    flex("会員証", BUBBLE),
]
Pair = tuple[Call, Call]
Ask = Callable[[Callable[[], Awaitable[Any]], Awaitable[Answer]], Awaitable[Pair]]


@pytest.fixture(scope="session")
def sdk() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDK still loads its own deprecated half
        from linebot.v3 import messaging
    module: ModuleType = messaging
    return module


@pytest.fixture
async def theirs(sdk: ModuleType, line: Recorder) -> AsyncIterator[Any]:
    configuration = sdk.Configuration(access_token="token-1", host=line.base)
    async with sdk.AsyncApiClient(configuration) as client:
        yield client


@pytest.fixture
def both(line: Recorder) -> Ask:
    """Make a call with the SDK and with ours, and return what LINE saw of each."""

    async def ask(sdk_call: Callable[[], Awaitable[Any]], our_call: Awaitable[Answer]) -> Pair:
        try:
            await sdk_call()
        except ValueError:
            # The SDK found our one answer too plain for this call; LINE has seen the call.
            assert len(line.calls) == 1
        assert (await our_call).outcome is Outcome.DONE
        theirs, ours = line.calls
        return theirs, ours

    return ask


def assert_alike(pair: Pair) -> None:
    theirs, ours = pair
    assert (ours.method, ours.path) == (theirs.method, theirs.path)
    for header in ("Authorization", "X-Line-Retry-Key"):
        assert ours.headers.get(header) == theirs.headers.get(header)
    if theirs.data:
        assert ours.headers["Content-Type"] == theirs.headers["Content-Type"]


def assert_same_json(pair: Pair, **added: Any) -> None:
    """Compare bodies; ``added`` are defaults that the SDK writes out and we leave to LINE."""
    assert_alike(pair)
    theirs, ours = pair
    sent: Any = ours.body
    assert theirs.body == sent | added


#: The path, the SDK's method and request, and what is in it beside the messages.
SENDING: list[tuple[str, str, str, dict[str, Any], str | None]] = [
    ("reply", "reply_message", "ReplyMessageRequest", {"replyToken": "nHuyWiB7yP5Zw52"}, None),
    ("push", "push_message", "PushMessageRequest", {"to": FRIEND}, KEY),
    ("multicast", "multicast", "MulticastRequest", {"to": [FRIEND]}, KEY),
    ("broadcast", "broadcast", "BroadcastRequest", {}, KEY),
]


@pytest.mark.parametrize(("kind", "method", "request_name", "fields", "key"), SENDING)
async def test_sending_is_alike(
    *,
    kind: str,
    method: str,
    request_name: str,
    fields: dict[str, Any],
    key: str | None,
    sdk: ModuleType,
    theirs: Any,
    client: LineClient,
    both: Ask,
) -> None:
    api = sdk.AsyncMessagingApi(theirs)
    body = fields | {"messages": MESSAGES}
    request = getattr(sdk, request_name).from_dict(body)
    keyed = {} if key is None else {"x_line_retry_key": key}
    pair = await both(
        lambda: getattr(api, method)(request, **keyed),
        client.send(f"/v2/bot/message/{kind}", orjson.dumps(body), retry_key=key),
    )
    assert_same_json(pair, notificationDisabled=False)


async def test_making_a_menu_is_alike(
    sdk: ModuleType, theirs: Any, client: LineClient, both: Ask
) -> None:
    api = sdk.AsyncMessagingApi(theirs)
    request = sdk.RichMenuRequest.from_dict(MENU)
    assert_same_json(
        await both(lambda: api.create_rich_menu(request), RichMenus(client).create(MENU))
    )


async def test_uploading_a_picture_is_alike(
    sdk: ModuleType, theirs: Any, client: LineClient, both: Ask
) -> None:
    api = sdk.AsyncMessagingApiBlob(theirs)
    pair = await both(
        lambda: api.set_rich_menu_image(
            MENU_ID, body=b"\x89PNG", _headers={"Content-Type": "image/png"}
        ),
        RichMenus(client).upload(MENU_ID, b"\x89PNG", "image/png"),
    )
    assert_alike(pair)
    assert pair[0].data == pair[1].data == b"\x89PNG"


async def test_moving_many_friends_is_alike(
    sdk: ModuleType, theirs: Any, client: LineClient, both: Ask
) -> None:
    api = sdk.AsyncMessagingApi(theirs)
    request = sdk.RichMenuBulkLinkRequest(richMenuId=MENU_ID, userIds=[FRIEND])
    assert_same_json(
        await both(
            lambda: api.link_rich_menu_id_to_users(request),
            RichMenus(client).link_many(MENU_ID, [FRIEND]),
        )
    )


#: The SDK's method and arguments, and ours.
PLAIN: list[tuple[str, tuple[Any, ...], Callable[[LineClient], Awaitable[Answer]]]] = [
    ("link_rich_menu_id_to_user", (FRIEND, MENU_ID), lambda c: RichMenus(c).link(FRIEND, MENU_ID)),
    ("unlink_rich_menu_id_from_user", (FRIEND,), lambda c: RichMenus(c).unlink(FRIEND)),
    ("get_rich_menu_id_of_user", (FRIEND,), lambda c: RichMenus(c).linked(FRIEND)),
    ("set_default_rich_menu", (MENU_ID,), lambda c: RichMenus(c).set_default(MENU_ID)),
    ("get_default_rich_menu_id", (), lambda c: RichMenus(c).default()),
    ("cancel_default_rich_menu", (), lambda c: RichMenus(c).clear_default()),
    ("get_rich_menu_list", (), lambda c: RichMenus(c).list()),
    ("get_rich_menu", (MENU_ID,), lambda c: RichMenus(c).get(MENU_ID)),
    ("delete_rich_menu", (MENU_ID,), lambda c: RichMenus(c).delete(MENU_ID)),
    ("delete_rich_menu_alias", ("tab-1",), lambda c: RichMenus(c).delete_alias("tab-1")),
    ("get_rich_menu_alias_list", (), lambda c: RichMenus(c).aliases()),
    ("get_rich_menu_batch_progress", ("r 1",), lambda c: RichMenus(c).batch_progress("r 1")),
    ("get_profile", (FRIEND,), lambda c: Account(c).profile(FRIEND)),
    ("get_bot_info", (), lambda c: Account(c).info()),
    ("get_message_quota", (), lambda c: Account(c).quota()),
    ("get_message_quota_consumption", (), lambda c: Account(c).consumption()),
    ("get_webhook_endpoint", (), lambda c: Account(c).webhook()),
    (
        "get_number_of_sent_push_messages",
        ("20261122",),
        lambda c: Account(c).delivered("push", date(2026, 11, 22)),
    ),
    ("issue_link_token", (FRIEND,), lambda c: Account(c).link_token(FRIEND)),
]
#: The SDK's method and request, its fields, and ours.
WRITTEN: list[
    tuple[str, str, dict[str, Any], tuple[Any, ...], Callable[[LineClient], Awaitable[Answer]]]
] = [
    (
        "create_rich_menu_alias",
        "CreateRichMenuAliasRequest",
        {"richMenuAliasId": "tab-1", "richMenuId": MENU_ID},
        (),
        lambda c: RichMenus(c).create_alias("tab-1", MENU_ID),
    ),
    (
        "update_rich_menu_alias",
        "UpdateRichMenuAliasRequest",
        {"richMenuId": MENU_ID},
        ("tab-1",),
        lambda c: RichMenus(c).update_alias("tab-1", MENU_ID),
    ),
    (
        "unlink_rich_menu_id_from_users",
        "RichMenuBulkUnlinkRequest",
        {"userIds": [FRIEND]},
        (),
        lambda c: RichMenus(c).unlink_many([FRIEND]),
    ),
    (
        "rich_menu_batch",
        "RichMenuBatchRequest",
        {"operations": [{"type": "unlinkAll"}], "resumeRequestKey": "k1"},
        (),
        lambda c: RichMenus(c).batch([{"type": "unlinkAll"}], resume_key="k1"),
    ),
    (
        "validate_rich_menu_object",
        "RichMenuRequest",
        MENU,
        (),
        lambda c: RichMenus(c).validate(MENU),
    ),
    (
        "set_webhook_endpoint",
        "SetWebhookEndpointRequest",
        {"endpoint": "https://shop.example/line/webhook"},
        (),
        lambda c: Account(c).set_webhook("https://shop.example/line/webhook"),
    ),
    (
        "test_webhook_endpoint",
        "TestWebhookEndpointRequest",
        {"endpoint": "https://shop.example/line/webhook"},
        (),
        lambda c: Account(c).test_webhook("https://shop.example/line/webhook"),
    ),
    (
        "show_loading_animation",
        "ShowLoadingAnimationRequest",
        {"chatId": FRIEND, "loadingSeconds": 20},
        (),
        lambda c: Account(c).show_loading(FRIEND, seconds=20),
    ),
    (
        "mark_messages_as_read_by_token",
        "MarkMessagesAsReadByTokenRequest",
        {"markAsReadToken": "token"},
        (),
        lambda c: Account(c).mark_as_read("token"),
    ),
    (
        "validate_push",
        "ValidateMessageRequest",
        {"messages": MESSAGES},
        (),
        lambda c: Account(c).validate("push", MESSAGES),
    ),
]


@pytest.mark.parametrize(("method", "arguments", "ours"), PLAIN, ids=[row[0] for row in PLAIN])
async def test_a_call_without_a_body_is_alike(
    *,
    method: str,
    arguments: tuple[Any, ...],
    ours: Callable[[LineClient], Awaitable[Answer]],
    sdk: ModuleType,
    theirs: Any,
    client: LineClient,
    both: Ask,
) -> None:
    api = sdk.AsyncMessagingApi(theirs)
    pair = await both(lambda: getattr(api, method)(*arguments), ours(client))
    assert_alike(pair)
    assert pair[0].data == pair[1].data == b""


@pytest.mark.parametrize(
    ("method", "request_name", "fields", "before", "ours"),
    WRITTEN,
    ids=[row[0] for row in WRITTEN],
)
async def test_a_call_with_a_body_is_alike(
    *,
    method: str,
    request_name: str,
    fields: dict[str, Any],
    before: tuple[Any, ...],
    ours: Callable[[LineClient], Awaitable[Answer]],
    sdk: ModuleType,
    theirs: Any,
    client: LineClient,
    both: Ask,
) -> None:
    api = sdk.AsyncMessagingApi(theirs)
    request = getattr(sdk, request_name).from_dict(fields)
    assert_same_json(await both(lambda: getattr(api, method)(*before, request), ours(client)))


@pytest.mark.parametrize("method", ["get_message_content", "get_message_content_preview"])
async def test_fetching_what_a_friend_sent_is_alike(
    method: str, sdk: ModuleType, theirs: Any, client: LineClient, both: Ask
) -> None:
    api = sdk.AsyncMessagingApiBlob(theirs)
    account = Account(client)
    ours = account.preview("100") if method.endswith("preview") else account.content("100")
    assert_alike(await both(lambda: getattr(api, method)("100"), ours))


async def test_the_next_page_of_followers_is_asked_for_by_its_token(
    client: LineClient, line: Recorder
) -> None:
    await Account(client).followers()
    await Account(client).followers(start="a+b=")
    assert [call.path for call in line.calls] == [
        "/v2/bot/followers/ids?limit=1000",
        "/v2/bot/followers/ids?limit=1000&start=a%2Bb%3D",
    ]


async def test_a_menus_picture_comes_back_as_bytes(client: LineClient, line: Recorder) -> None:
    answer = await RichMenus(client).download(MENU_ID)
    assert answer.raw
    assert line.calls[0].path == f"/v2/bot/richmenu/{MENU_ID}/content"
