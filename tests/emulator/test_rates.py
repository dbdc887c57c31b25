"""The rate limits of LINE's table, operation by operation."""

from bot.emulator.limits import Rate
from bot.emulator.routes import API

HOUR, MINUTE = 3600, 60
#: What the table names; everything else is 2,000 a second.
TABLE = {
    Rate(3, HOUR): {"POST /v2/bot/richmenu/batch"},
    Rate(60, HOUR): {
        "POST /v2/bot/message/narrowcast",
        "POST /v2/bot/message/broadcast",
        "POST /v2/bot/channel/webhook/test",
        "GET /v2/bot/insight/message/delivery",
        "GET /v2/bot/insight/followers",
        "GET /v2/bot/insight/demographic",
        "GET /v2/bot/insight/message/event",
        "GET /v2/bot/insight/message/event/aggregation",
        "GET /v2/bot/insight/richmenu/{richMenuId}/summary",
        "GET /v2/bot/insight/richmenu/{richMenuId}/daily",
    },
    Rate(100, HOUR): {
        "POST /v2/bot/richmenu",
        "DELETE /v2/bot/richmenu/{richMenuId}",
        "DELETE /v2/bot/richmenu/alias/{richMenuAliasId}",
        "GET /v2/bot/richmenu/progress/batch",
    },
    Rate(1000, MINUTE): {
        "GET /v2/bot/channel/webhook/endpoint",
        "PUT /v2/bot/channel/webhook/endpoint",
    },
    Rate(10, 1): {"GET /v2/bot/richmenu/list"},
    Rate(100, 1): {"POST /v2/bot/chat/loading/start"},
    Rate(200, 1): {
        "POST /v2/bot/message/multicast",
        "POST /v2/bot/coupon",
        "GET /v2/bot/coupon",
        "GET /v2/bot/coupon/{couponId}",
        "PUT /v2/bot/coupon/{couponId}/close",
        "GET /v2/bot/membership/list",
        "GET /v2/bot/membership/subscription/{userId}",
        "GET /v2/bot/membership/{membershipId}/users/ids",
    },
    Rate(370, 1): {"POST /v2/oauth/accessToken"},
}
ALL = {operation.name: operation for operations in API for operation in operations.table}


def test_every_operation_has_the_rate_of_the_table() -> None:
    named = {name: rate for rate, names in TABLE.items() for name in names}
    named |= {name: Rate(60, MINUTE) for name in ALL if "/audienceGroup" in name}
    assert set(named) <= set(ALL)
    wrong = {
        name: operation.rate
        for name, operation in ALL.items()
        if operation.rate != named.get(name, Rate(2000, 1))
    }
    assert wrong == {}


def test_retry_keys_are_taken_by_the_four_sends_to_others() -> None:
    taking = {name.rpartition("/")[2] for name, operation in ALL.items() if operation.retry_key}
    assert taking == {"push", "multicast", "narrowcast", "broadcast"}


def test_files_are_served_from_the_data_host() -> None:
    data = {name for name, operation in ALL.items() if operation.host == "data"}
    assert data == {
        "GET /v2/bot/message/{messageId}/content",
        "GET /v2/bot/message/{messageId}/content/preview",
        "GET /v2/bot/message/{messageId}/content/transcoding",
        "GET /v2/bot/richmenu/{richMenuId}/content",
        "POST /v2/bot/richmenu/{richMenuId}/content",
        "POST /v2/bot/audienceGroup/upload/byFile",
        "PUT /v2/bot/audienceGroup/upload/byFile",
    }
