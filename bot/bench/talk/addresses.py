"""Which addresses of the console are asked: every page it serves, as the route table names them.

TOPICS -> GET routes -> addresses as they stand + EXAMPLES of those with ids + MORE questions
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.console.access import Access, Open
from bot.console.app import PATH, TOPICS

#: A friend whose talk is long, one of many with a member's card, and a word said in many talks.
LONG_TALK: Final = 1
_MEMBER: Final = 4_712
_ONE_DAY: Final = "from=2026-01-01&to=2026-01-01"

#: Of each route that wants to know what, addresses that exist among what ``furniture`` makes.
EXAMPLES: Final[Mapping[str, Sequence[str]]] = {
    r"/talk/{friend_id:\d{1,19}}": (f"/talk/{LONG_TALK}", f"/talk/{_MEMBER}"),
    r"/talk/tail/{friend_id:\d{1,19}}": (f"/talk/tail/{LONG_TALK}",),
    r"/talk/older/{friend_id:\d{1,19}}": (f"/talk/older/{LONG_TALK}?before={2**62}",),
    r"/talk/panel/{friend_id:\d{1,19}}": (f"/talk/panel/{_MEMBER}",),
    r"/talk/canned/{friend_id:\d{1,19}}": (f"/talk/canned/{_MEMBER}",),
    r"/talk/replies/{reply_id:\d{1,19}}": ("/talk/replies/1",),
    r"/notices/test/{event_id:\d{1,19}}": ("/notices/test/1?way=browser",),
    "/friends/{friend_id:[0-9]{1,18}}": (f"/friends/{_MEMBER}",),
    "/menus/of/{key}": ("/menus/of/member",),
    "/doubles/compare": ("/doubles/compare?keep={first}&drop={second}",),
    "/trouble/all": ("/trouble/all?reason=late&act=let-be",),
    "/till/outcome": ("/till/outcome?key=bench-1234&person=1&until=1",),
    "/staff/{staff_id:[0-9]+}": ("/staff/17",),
    "/shops/{key}": ("/shops/shop-3",),
    "/settings/api/keys/{prefix}": ("/settings/api/keys/prefix-1",),
    r"/settings/api/webhooks/{endpoint_id:\d{1,18}}": ("/settings/api/webhooks/1",),
}

#: What a page can be asked beside its bare address.
MORE: Final = (
    *(
        f"/talk?view={view}"
        for view in ("mine", "unassigned", "all", "in_progress", "snoozed", "done")
    ),
    *("/talk?view=all&unread=yes", "/talk?view=all&tag=regular", "/talk?view=all&tag=vip"),
    *("/talk?view=all&shop=shop-3", "/talk/rows?view=all", "/talk?q=財布", "/talk?q=友だち47"),
    *("/talk?q=佐藤", "/talk?q=4711", "/talk?q=宇宙飛行士"),
    *("/friends?q=友だち47", "/friends?q=佐藤", "/friends?tag=regular", "/friends?tag=vip"),
    *("/friends?below=50000", "/friends?segment=members"),
    *(
        "/talk/report/spoken?{days}",
        "/talk/report?{days}",
        "/talk/report?{days}&shop=shop-3",
        "/talk/report/figures?{days}",
        "/talk/report.csv?{days}",
    ),
    "/talk/wall?shop=shop-3",
    *("/audit?who=17", "/audit?action=talk.open", "/audit?action=staff.", "/audit?text=friend:47"),
    *("/audit?text=friend:99999999", "/audit?text=198.51.100."),
    *("/audit?text=192.0.2.7", f"/audit?{_ONE_DAY}", "/audit?action=nobody.did"),
    *("/trouble?reason=gone", "/trouble?reason=unknown"),
    *("/notices/sent?state=failed", "/notices/sent?state=dropped"),
    *("/coupons?days=30", "/coupons?days=all"),
    *("/doubles?by=phone", "/doubles?by=email"),
    "/settings/api/webhooks/1?state=dead",
)

#: Routes that are no pages, and why nobody waits for them as for one.
UNASKED: Final[Mapping[str, str]] = {
    "/static/{version}/{name:.+}": "browsers keep it",
    "/welcome/{token}": "needs a token that only its holder knows",
    "/sign-in/code": "stands between two steps of signing in",
    "/talk/live": "a stream that stays open",
    r"/talk/files/{message_id:\d{1,19}}": "a file",
    r"/talk/thumbnails/{message_id:\d{1,19}}": "a file",
    r"/talk/faces/{friend_id:\d{1,19}}": "a picture that lies at LINE",
    r"/talk/stickers/{sticker_id:\d{1,12}}": "a picture that lies at LINE",
    "/menus/of/{key}/pictures/{fingerprint}": "a picture",
    "/menus/plan": "asks LINE",
    "/trouble/line": "asks LINE",
    "/menus/drift": "asks LINE",
    "/_components": "of the demo alone",
}

#: Parts that read every message or answer of their days, or every friend; they are put in place
#: once the page is there, which does not wait for them.
UNHURRIED: Final = frozenset({"/talk/report/spoken", "/talk/report/figures", "/menus/who"})


def routes() -> Iterator[tuple[str, Access]]:
    """Return the GET routes of the console."""
    for topic in TOPICS:
        for route in topic.routes.routes:
            if route.method == "GET":
                yield route.path, route.access


def addresses(*, days: str, first: str, second: str) -> list[str]:
    """Return what somebody asks who is signed in.

    Args:
        days: of a long report, as its address says them.
        first: the number of a member.
        second: that of another one.
    """
    asked: list[str] = []
    for path, access in routes():
        if path not in UNASKED and access is not Open.PUBLIC:
            asked += EXAMPLES.get(path, (path,))
    filled = (one.format(days=days, first=first, second=second) for one in (*asked, *MORE))
    return [f"{PATH}{one}" for one in dict.fromkeys(filled)]


def open_addresses() -> list[str]:
    """Return what is asked by somebody who is not signed in."""
    is_open = (path for path, access in routes() if access is Open.PUBLIC)
    return [f"{PATH}{path}" for path in is_open if path not in UNASKED]
