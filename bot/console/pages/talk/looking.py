"""One talk as its screen needs it: whose it is, how it stands, whether the reader may see it."""

from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.live import Names, names
from bot.console.pages.talk import mentions, timeline, wording
from bot.console.pages.talk.timeline import Timeline
from bot.console.rendering import render_text
from bot.console.visitor import clock_of, member_of
from bot.conversations.answering import ReplyOffer
from bot.conversations.model import Conversation
from bot.conversations.repository import CONVERSATIONS
from bot.files.given import GIVEN
from bot.staff.model import StaffMember
from bot.staff.rights import Right
from bot.store.batch import Query
from bot.store.unit import Unit

_FRIEND: Final = Query(
    "SELECT f.id, f.user_id, f.person_id, f.state, f.followed_at, f.menu, p.display_name, "
    "p.picture_url "
    "FROM friends f LEFT JOIN profiles p ON p.user_id = f.user_id WHERE f.id = :friend_id"
)
#: What the browser offers to be sent. Phones that take pictures as HEIC make JPEG of them for a
#: page that does not ask for HEIC; dropped or pasted, it goes as a file.
GIVEN_NAMES: Final = (
    *("image/jpeg", "image/png", "video/mp4"),
    *(f".{end}" for end in GIVEN if end != "heic"),
)
#: A refreshed screen looks at so many of the newest lines: their states may have changed.
TAIL: Final = 40


@dataclass(frozen=True, slots=True)
class Talking:
    """A friend and their talk, in view of the reader."""

    friend_id: int
    user_id: str
    person_id: int
    is_blocked: bool
    followed_ms: int | None
    menu: str | None
    name: str | None
    picture_url: str | None
    #: None: staff were never needed.
    conversation: Conversation | None

    @property
    def shop_key(self) -> str | None:
        """Where it belongs."""
        return None if self.conversation is None else self.conversation.shop_key


def friend_id_of(request: web.Request) -> int:
    """Return the friend whom an address names."""
    return int(request.match_info["friend_id"])


async def find(unit: Unit, friend_id: int, member: StaffMember) -> Talking:
    """Return a talk the member may see.

    Raises:
        HTTPNotFound: there is no such friend, or another shop has the talk: who asks cannot tell.
    """
    rows = await _FRIEND.rows(unit.connection, friend_id=friend_id)
    if not rows:
        raise web.HTTPNotFound
    conversation = await unit.get(CONVERSATIONS, friend_id)
    shop_key = None if conversation is None else conversation.shop_key
    if not member.scope.sees(shop_key):
        raise web.HTTPNotFound
    found, user_id, person_id, state, followed, menu, name, picture_url = rows[0]
    return Talking(
        found,
        user_id,
        person_id,
        state == "blocked",
        followed,
        menu,
        name,
        picture_url,
        conversation,
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a talk's screen shows besides the frame."""

    talking: Talking
    timeline: Timeline
    offer: ReplyOffer | None
    names: Names


async def draw(
    request: web.Request,
    connection: AsyncConnection,
    talking: Talking,
    *,
    before: int | None = None,
    limit: int | None = None,
) -> Drawn:
    """Read what is said, and how an answer could leave."""
    member = member_of(request)
    offer = None
    if before is None and member.may(Right.TALK_ANSWER):
        unit = Unit(connection)
        offer = await request.config_dict[keys.ANSWERING].offer(
            unit, talking.friend_id, staff=member, now=clock_of(request)()
        )
    shown = await timeline.read(
        connection,
        talking.friend_id,
        before=before,
        **({} if limit is None else {"limit": limit}),
    )
    return Drawn(talking, shown, offer, await names(connection))


async def tail(
    request: web.Request, friend_id: int, *, problem: str = "", code: str = "", status: int = 200
) -> web.Response:
    """Answer a script of the screen: how the talk stands now, and what went wrong, if anything."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        member = member_of(request)
        talking = await find(Unit(connection), friend_id, member)
        drawn = await draw(request, connection, talking, limit=TAIL)
    return web.json_response(
        {
            "id": str(friend_id),
            "head": render_text(request, "talk/head.html", **values(request, drawn)),
            "lines": render_text(request, "talk/lines.html", **values(request, drawn)),
            "newest": str(drawn.timeline.newest),
            "isUnderWay": drawn.timeline.is_under_way,
            "version": 0 if talking.conversation is None else talking.conversation.version,
            "offer": offered(drawn.offer),
            "problem": problem,
            "code": code,
        },
        status=status,
    )


def values(request: web.Request, drawn: Drawn) -> dict[str, Any]:
    """Return what the parts of a talk's screen name and offer."""
    member = member_of(request)
    others = (each for each in drawn.names.staff.items() if each[0] != member.staff_id)
    return {
        "drawn": drawn,
        "talking": drawn.talking,
        "friend_id": drawn.talking.friend_id,
        "colleagues": sorted(others, key=lambda each: each[1]),
        "names": drawn.names,
        "words": wording,
        "given": GIVEN_NAMES,
        "named": mentions.drawn,
        "speaks_as": request.config_dict[keys.TALK_RULES].now.speaks_as,
        "may_answer": member.may(Right.TALK_ANSWER),
        "may_assign": member.may(Right.TALK_ASSIGN),
    }


def offered(offer: ReplyOffer | None) -> dict[str, object] | None:
    """Return what the buttons of an answer need to know."""
    if offer is None:
        return None
    price = offer.allowance.price_yen
    return {
        "freeSeconds": offer.free_seconds,
        "left": offer.allowance.left,
        "price": None if price is None else f"{price:.2f}".rstrip("0").rstrip("."),
        "canPay": offer.can_pay,
        "paidLeftToday": offer.paid_left_today,
        "isBlocked": offer.is_blocked,
        "held": offer.held,
    }
