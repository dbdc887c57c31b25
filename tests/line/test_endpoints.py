"""Names of endpoints: what rate limits and metrics count by."""

import pytest

from bot.line import limits
from bot.line.endpoints import endpoint_of, limit_of, path

FRIEND = "U4af4980629f55b1b5b1b5b1b5b1b5b1b"


@pytest.mark.parametrize(
    ("method", "called", "endpoint"),
    [
        ("POST", "/v2/bot/message/push", "POST /v2/bot/message/push"),
        ("GET", f"/v2/bot/profile/{FRIEND}", "GET /v2/bot/profile/{userId}"),
        ("GET", "/v2/bot/richmenu/list", "GET /v2/bot/richmenu/list"),
        ("DELETE", "/v2/bot/richmenu/richmenu-1", "DELETE /v2/bot/richmenu/{richMenuId}"),
        ("POST", "/v2/bot/richmenu/alias", "POST /v2/bot/richmenu/alias"),
        ("GET", "/v2/bot/richmenu/alias/list", "GET /v2/bot/richmenu/alias/list"),
        ("GET", "/v2/bot/richmenu/alias/tab", "GET /v2/bot/richmenu/alias/{richMenuAliasId}"),
        ("GET", "/v2/bot/user/all/richmenu", "GET /v2/bot/user/all/richmenu"),
        ("GET", f"/v2/bot/user/{FRIEND}/richmenu", "GET /v2/bot/user/{userId}/richmenu"),
        (
            "POST",
            f"/v2/bot/user/{FRIEND}/richmenu/richmenu-1",
            "POST /v2/bot/user/{userId}/richmenu/{richMenuId}",
        ),
        (
            "GET",
            "/v2/bot/richmenu/progress/batch?requestId=1",
            "GET /v2/bot/richmenu/progress/batch",
        ),
    ],
)
def test_ids_are_no_part_of_an_endpoint(method: str, called: str, endpoint: str) -> None:
    assert endpoint_of(method, called) == endpoint


def test_every_limit_in_the_table_is_found_by_a_real_path() -> None:
    for endpoint, limit in limits.RATES.items():
        method, template = endpoint.split(" ")
        called = template.replace("{", "x").replace("}", "")
        assert endpoint_of(method, called) == endpoint
        assert limit_of(endpoint) == limit


def test_what_no_table_names_has_the_common_limit() -> None:
    assert limit_of("POST /v2/bot/message/reply") == (2000, 1)


def test_every_audience_endpoint_is_slow() -> None:
    assert limit_of(endpoint_of("GET", "/v2/bot/audienceGroup/4389303728991")) == (60, 60)


def test_ids_are_escaped_in_paths() -> None:
    assert path("/v2/bot/profile/{}", "U/../x y") == "/v2/bot/profile/U%2F..%2Fx%20y"
