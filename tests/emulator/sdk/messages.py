"""Sending, counting, profiles, files and webhooks."""

import uuid

from tests.emulator.sdk.cast import NOBODY, UNAUTHORIZED, Case
from tests.emulator.support import text


def _day(case: str) -> Case:
    return (lambda _: {"var_date": "20261121"}, lambda _: {"var_date": case}, 400)


HELLO = [text("Hello")]
TOO_LONG = [text("x" * 5001)]
MESSAGES: dict[str, Case] = {
    "broadcast": (
        lambda _: {"broadcast_request": {"messages": HELLO}},
        lambda _: {"broadcast_request": {"messages": TOO_LONG}},
        400,
    ),
    "get_aggregation_unit_name_list": (
        lambda _: {"limit": "10"},
        lambda _: {"start": "nonsense"},
        400,
    ),
    "get_aggregation_unit_usage": (lambda _: {}, None, UNAUTHORIZED),
    "get_bot_info": (lambda _: {}, None, UNAUTHORIZED),
    "get_followers": (lambda _: {"limit": 10}, lambda _: {"start": "nonsense"}, 400),
    "get_message_quota": (lambda _: {}, None, UNAUTHORIZED),
    "get_message_quota_consumption": (lambda _: {}, None, UNAUTHORIZED),
    "get_narrowcast_progress": (
        lambda c: {"request_id": c.narrowcast},
        lambda _: {"request_id": str(uuid.UUID(int=0))},
        404,
    ),
    "get_number_of_sent_broadcast_messages": _day("tomorrow"),
    "get_number_of_sent_multicast_messages": _day("2026-1-1"),
    "get_number_of_sent_push_messages": _day("20261399"),
    "get_number_of_sent_reply_messages": _day(""),
    "get_profile": (lambda c: {"user_id": c.mei}, lambda _: {"user_id": NOBODY}, 404),
    "get_webhook_endpoint": (lambda _: {}, None, UNAUTHORIZED),
    "issue_link_token": (
        lambda c: {"user_id": c.mei},
        lambda _: {"user_id": "mei"},
        400,
    ),
    "mark_messages_as_read": (
        lambda c: {"mark_messages_as_read_request": {"chat": {"userId": c.mei}}},
        lambda _: {"mark_messages_as_read_request": {"chat": {"userId": "mei"}}},
        400,
    ),
    "mark_messages_as_read_by_token": (
        lambda c: {"mark_messages_as_read_by_token_request": {"markAsReadToken": c.read_token}},
        lambda _: {"mark_messages_as_read_by_token_request": {"markAsReadToken": "none"}},
        400,
    ),
    "multicast": (
        lambda c: {"multicast_request": {"to": [c.mei], "messages": HELLO}},
        lambda _: {"multicast_request": {"to": ["mei"], "messages": HELLO}},
        400,
    ),
    "narrowcast": (
        lambda c: {
            "narrowcast_request": {
                "messages": HELLO,
                "recipient": {"type": "audience", "audienceGroupId": c.audience},
                "limit": {"max": 10, "upToRemainingQuota": True},
            }
        },
        lambda _: {
            "narrowcast_request": {
                "messages": HELLO,
                "recipient": {"type": "audience", "audienceGroupId": 1},
            }
        },
        400,
    ),
    "push_message": (
        lambda c: {
            "push_message_request": {"to": c.mei, "messages": HELLO},
            "x_line_retry_key": str(uuid.uuid4()),
        },
        lambda _: {"push_message_request": {"to": NOBODY, "messages": HELLO}},
        400,
    ),
    "reply_message": (
        lambda c: {"reply_message_request": {"replyToken": c.reply_token, "messages": HELLO}},
        lambda _: {"reply_message_request": {"replyToken": "none", "messages": HELLO}},
        400,
    ),
    "set_webhook_endpoint": (
        lambda _: {"set_webhook_endpoint_request": {"endpoint": "https://shop.example/hook"}},
        lambda _: {"set_webhook_endpoint_request": {"endpoint": "http://shop.example/hook"}},
        400,
    ),
    "show_loading_animation": (
        lambda c: {"show_loading_animation_request": {"chatId": c.mei, "loadingSeconds": 10}},
        lambda c: {"show_loading_animation_request": {"chatId": c.mei, "loadingSeconds": 7}},
        400,
    ),
    "test_webhook_endpoint": (
        lambda _: {},
        lambda _: {"test_webhook_endpoint_request": {"endpoint": "http://shop.example"}},
        400,
    ),
    **{
        f"validate_{kind}": (
            lambda _: {"validate_message_request": {"messages": HELLO}},
            lambda _: {"validate_message_request": {"messages": TOO_LONG}},
            400,
        )
        for kind in ("broadcast", "multicast", "narrowcast", "push", "reply")
    },
}

BLOB: dict[str, Case] = {
    "get_message_content": (
        lambda c: {"message_id": c.image},
        lambda _: {"message_id": "1"},
        404,
    ),
    "get_message_content_preview": (
        lambda c: {"message_id": c.image},
        lambda c: {"message_id": c.audio},
        400,
    ),
    "get_message_content_transcoding_by_message_id": (
        lambda c: {"message_id": c.audio},
        lambda c: {"message_id": c.image},
        400,
    ),
    "get_rich_menu_image": (
        lambda c: {"rich_menu_id": c.menu},
        lambda c: {"rich_menu_id": c.bare_menu},
        404,
    ),
}
