"""GET /console/talk: the list of talks, and one of them.

The page is whole without scripts; with them the parts are asked for one at a time.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from bot import keys, resources
from bot.console.access import Routes
from bot.console.live import LIVE, Names, names
from bot.console.onward import see_other
from bot.console.pages.talk import looking, mentions, wording
from bot.console.pages.talk.panel import read_panel
from bot.console.rendering import is_part, render, render_text
from bot.console.visitor import actor_of, clock_of, member_of
from bot.conversations import dealing, finding, lists, search
from bot.conversations.finding import FoundFriend
from bot.conversations.lists import Filter, Key, ListedTalk, View
from bot.conversations.search import Hit
from bot.staff.audit import audit
from bot.staff.rights import Right
from bot.store.types import to_ms
from bot.store.unit import Unit

routes: Final = Routes()
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list is narrowed to, as the address says it."""

    view: View
    shop: str
    tag: str
    unread: bool
    text: str

    @property
    def query(self) -> str:
        """The address' part after the question mark."""
        given = {"view": self.view.value, "shop": self.shop, "tag": self.tag, "q": self.text}
        given["unread"] = "yes" if self.unread else ""
        return urlencode({name: value for name, value in given.items() if value})

    def but(self, **changed: str) -> str:
        """Return the address with something else."""
        given = {"view": self.view.value, "shop": self.shop, "tag": self.tag} | changed
        given.setdefault("unread", "yes" if self.unread else "")
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Listing:
    """The list as it is drawn."""

    rows: list[ListedTalk]
    #: Where the next page begins.
    after: str
    found: list[FoundFriend]
    hits: list[Hit]
    names: Names


def shown_of(request: web.Request) -> Shown:
    """Read an address; what makes no sense in it is left out."""
    asked = request.query
    try:
        view = View(asked.get("view", View.OPEN.value))
    except ValueError:
        view = View.OPEN
    return Shown(
        view=view,
        shop=asked.get("shop", "")[:_LONGEST],
        tag=asked.get("tag", "")[:_LONGEST],
        unread=asked.get("unread") == "yes",
        text=asked.get("q", "").strip()[:_LONGEST],
    )


@routes.get("/talk", access=Right.TALK_READ)
async def inbox(request: web.Request) -> web.Response:
    """Show the list, and how to begin."""
    return await _page(request, None)


@routes.get("/talk/rows", access=Right.TALK_READ)
async def rows(request: web.Request) -> web.Response:
    """Show a page of the list, for a script."""
    shown = shown_of(request)
    listing = await _listing(request, shown, after=_key(request.query.get("after", "")))
    return render(request, "talk/rows.html", **_list_values(shown, listing))


@routes.get(r"/talk/{friend_id:\d{1,19}}", access=Right.TALK_READ)
async def talk(request: web.Request) -> web.Response:
    """Show one talk, beside the list."""
    return await _page(request, looking.friend_id_of(request))


@routes.get(r"/talk/tail/{friend_id:\d{1,19}}", access=Right.TALK_READ)
async def tail(request: web.Request) -> web.Response:
    """Tell how a talk stands now."""
    return await looking.tail(request, looking.friend_id_of(request))


@routes.get(r"/talk/older/{friend_id:\d{1,19}}", access=Right.TALK_READ)
async def older(request: web.Request) -> web.Response:
    """Show what was said before."""
    before = request.query.get("before", "")
    if not before.isdecimal() or len(before) > 19:  # noqa: PLR2004 - digits of 2**63
        raise web.HTTPBadRequest
    async with request.config_dict[resources.ENGINE].connect() as connection:
        friend_id = looking.friend_id_of(request)
        talking = await looking.find(Unit(connection), friend_id, member_of(request))
        drawn = await looking.draw(request, connection, talking, before=int(before))
    return render(request, "talk/lines.html", **looking.values(request, drawn))


async def _page(request: web.Request, friend_id: int | None) -> web.Response:
    shown, now, member = shown_of(request), clock_of(request)(), member_of(request)
    drawn = panel = None
    to_mention: list[str] = []
    async with request.config_dict[resources.ENGINE].begin() as connection:
        if friend_id is not None:
            talking = await looking.find(Unit(connection), friend_id, member)
            drawn = await looking.draw(request, connection, talking)
            panel = await read_panel(request, connection, talking)
            known = await mentions.can_be(connection, talking.shop_key, but=member.staff_id)
            to_mention = sorted(each.name for each in known)
            await audit(
                connection,
                actor_of(request),
                "talk.open",
                f"friend:{friend_id}",
                now=now,
                shop_key=talking.shop_key,
            )
        cursor = await lists.cursor_now(connection)
        if not is_part(request):
            counts = await request.config_dict[LIVE].tally(connection)
            is_absent = await dealing.is_absent(connection, member.staff_id)
    talk_values = None
    if drawn is not None:
        beside = {"panel": panel, "to_mention": to_mention}
        talk_values = looking.values(request, drawn) | beside
    if is_part(request) and drawn is not None and talk_values is not None:
        offer = looking.offered(drawn.offer)
        return render(request, "talk/talk.html", offer=offer, shown=shown, **talk_values)
    if is_part(request):
        return see_other("/console/talk")
    listing = await _listing(request, shown)
    talk_html = ""
    if drawn is not None and talk_values is not None:
        offer = looking.offered(drawn.offer)
        talk_html = render_text(request, "talk/talk.html", offer=offer, shown=shown, **talk_values)
    return render(
        request,
        "talk/screen.html",
        cursor=cursor,
        now_ms=to_ms(now),
        counts=counts.counts(scope=member.scope, me=member.staff_id, shop_key=shown.shop or None),
        views=list(View),
        deals=request.config_dict[keys.TALK_RULES].now.deals and member.may(Right.TALK_ANSWER),
        is_absent=is_absent,
        places={key: name for key, name in listing.names.shops.items() if member.scope.sees(key)},
        open_id=friend_id,
        talk_html=talk_html,
        **_list_values(shown, listing),
    )


async def _listing(request: web.Request, shown: Shown, *, after: Key | None = None) -> Listing:
    member = member_of(request)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        called = await names(connection)
        if shown.text:
            found = await finding.find_friends(connection, shown.text, scope=member.scope)
            hits = await search.search_messages(connection, shown.text, scope=member.scope)
            wanted = {each.friend_id for each in found} | {hit.friend_id for hit in hits}
            rows = await lists.talks_of(connection, sorted(wanted), scope=member.scope)
            return Listing(rows, "", found, hits, called)
        chosen = Filter(shown.view, shown.shop or None, shown.tag or None, shown.unread)
        rows = await lists.list_talks(
            connection, chosen, scope=member.scope, me=member.staff_id, after=after
        )
    more = f"{rows[-1].key[0]}.{rows[-1].key[1]}" if len(rows) == lists.PAGE else ""
    return Listing(rows, more, [], [], called)


def _list_values(shown: Shown, listing: Listing) -> dict[str, Any]:
    by_id = {row.friend_id: row for row in listing.rows}
    return {
        "shown": shown,
        "listing": listing,
        "by_id": by_id,
        "names": listing.names,
        "words": wording,
    }


def _key(text: str) -> Key | None:
    number, _, friend_id = text.partition(".")
    fits = number.isdecimal() and friend_id.isdecimal() and len(text) <= 40  # noqa: PLR2004
    return (int(number), int(friend_id)) if fits else None
