"""Which of LINE's endpoints a call goes to: one name for rate limits and for metrics.

    "POST", "/v2/bot/user/U4af4…/richmenu/richmenu-88c0…"
        -> "POST /v2/bot/user/{userId}/richmenu/{richMenuId}"

LINE counts calls by method and path template, and a name of a metric must not hold an id.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from bot.line import limits

#: Paths with an id in them, and the constant paths that could be taken for one of those.
TEMPLATES: Final = (
    "/v2/bot/audienceGroup/list",
    "/v2/bot/audienceGroup/shared/list",
    "/v2/bot/audienceGroup/upload",
    "/v2/bot/audienceGroup/click",
    "/v2/bot/audienceGroup/imp",
    "/v2/bot/audienceGroup/{audienceGroupId}",
    "/v2/bot/audienceGroup/{audienceGroupId}/updateDescription",
    "/v2/bot/audienceGroup/shared/{audienceGroupId}",
    "/v2/bot/coupon/{couponId}",
    "/v2/bot/coupon/{couponId}/close",
    "/v2/bot/group/{groupId}/leave",
    "/v2/bot/group/{groupId}/member/{userId}",
    "/v2/bot/group/{groupId}/members/count",
    "/v2/bot/group/{groupId}/members/ids",
    "/v2/bot/group/{groupId}/summary",
    "/v2/bot/insight/richmenu/{richMenuId}/daily",
    "/v2/bot/insight/richmenu/{richMenuId}/summary",
    "/v2/bot/membership/list",
    "/v2/bot/membership/subscription/{userId}",
    "/v2/bot/membership/{membershipId}/users/ids",
    "/v2/bot/message/{messageId}/content",
    "/v2/bot/message/{messageId}/content/preview",
    "/v2/bot/message/{messageId}/content/transcoding",
    "/v2/bot/profile/{userId}",
    "/v2/bot/richmenu/alias/list",
    "/v2/bot/richmenu/alias/{richMenuAliasId}",
    "/v2/bot/richmenu/bulk/link",
    "/v2/bot/richmenu/bulk/unlink",
    "/v2/bot/richmenu/list",
    "/v2/bot/richmenu/progress/batch",
    "/v2/bot/richmenu/validate",
    "/v2/bot/richmenu/validate/batch",
    "/v2/bot/richmenu/alias",
    "/v2/bot/richmenu/batch",
    "/v2/bot/richmenu/{richMenuId}",
    "/v2/bot/richmenu/{richMenuId}/content",
    "/v2/bot/room/{roomId}/leave",
    "/v2/bot/room/{roomId}/member/{userId}",
    "/v2/bot/room/{roomId}/members/count",
    "/v2/bot/room/{roomId}/members/ids",
    "/v2/bot/user/all/richmenu",
    "/v2/bot/user/all/richmenu/{richMenuId}",
    "/v2/bot/user/{userId}/linkToken",
    "/v2/bot/user/{userId}/richmenu",
    "/v2/bot/user/{userId}/richmenu/{richMenuId}",
)

_LEAF: Final = ""
_ANY: Final = "{}"


def _tree() -> dict[str, Any]:
    root: dict[str, Any] = {}
    for template in TEMPLATES:
        node = root
        for segment in template.split("/")[1:]:
            node = node.setdefault(_ANY if segment.startswith("{") else segment, {})
        node[_LEAF] = template
    return root


_TREE: Final = _tree()


@lru_cache(maxsize=1024)
def endpoint_of(method: str, path: str) -> str:
    """Name the endpoint of a call; a path that is no template names itself."""
    bare = path.partition("?")[0]
    return f"{method} {next(_matches(_TREE, bare.split('/')[1:]), bare)}"


def _matches(node: dict[str, Any], segments: list[str]) -> Iterator[str]:
    """Walk down the tree, constant segments before ids."""
    if not segments:
        if _LEAF in node:
            yield node[_LEAF]
        return
    for key in (segments[0], _ANY):
        if key and key in node:
            yield from _matches(node[key], segments[1:])


def limit_of(endpoint: str) -> limits.Limit:
    """Return how often LINE lets one channel call an endpoint."""
    if "/v2/bot/audienceGroup" in endpoint:
        return limits.AUDIENCE_RATE
    return limits.RATES.get(endpoint, limits.DEFAULT_RATE)


def path(template: str, *ids: str) -> str:
    """Fill the ids of a path in order, escaped: ``path("/v2/bot/profile/{}", user_id)``."""
    return template.format(*(quote(value, safe="") for value in ids))
