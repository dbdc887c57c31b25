"""The pages of friends: the list, and one friend with all that is known and why."""

import re
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.live import names
from bot.console.navigation import Entry
from bot.console.pages.friends.known import Answered, answered, known, namer
from bot.console.pages.friends.listing import PAGE, Chosen, list_friends
from bot.console.pages.menus.looking import look, reader_of
from bot.console.rendering import render
from bot.console.visitor import actor_of, clock_of, member_of
from bot.friends.repository import FRIENDS
from bot.membership.repository import MEMBERS
from bot.menus.explaining import explain
from bot.menus.model import HIDDEN
from bot.people.history import origin, tag_history
from bot.people.repository import PEOPLE
from bot.staff.audit import audit
from bot.staff.rights import Right
from bot.store.tables.conversations import conversations
from bot.store.tables.friends import friends, profiles
from bot.store.unit import Unit
from richmenus import repository as rich_menus

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("友だち"),
    path="/console/friends",
    icon="people",
    right=Right.PEOPLE_READ,
    position=20,
)
_LONGEST: Final = 60


@routes.get("/friends", access=Right.PEOPLE_READ)
async def list_page(request: web.Request) -> web.Response:
    """List friends, the newest first."""
    app, language = request.config_dict, reader_of(request)
    segments, tags = app[keys.SEGMENTS], app[keys.PEOPLE].vocabulary.tags
    asked = {name: request.query.get(name, "") for name in ("q", "tag", "segment")}
    below = request.query.get("below", "")
    chosen = Chosen(
        words=asked["q"].strip()[:_LONGEST],
        tag=asked["tag"] if asked["tag"] in tags else "",
        segment=asked["segment"] if asked["segment"] in segments.keys else "",
        below=int(below) if re.fullmatch(r"[0-9]{1,18}", below) else None,
    )
    async with app[resources.ENGINE].connect() as connection:
        found = await list_friends(
            connection, segments, chosen, scope=member_of(request).scope, now=clock_of(request)()
        )
        titles = (await look(request, connection)).titles
    return render(
        request,
        "friends/list.html",
        friends=found[:PAGE],
        has_more=len(found) > PAGE,
        asked=asked,
        chosen=chosen,
        tags={key: tag.label.say(language) for key, tag in tags.items()},
        segments={key: segments[key].name for key in segments.keys},
        default=app[keys.MENUS].chooser.rules.default,
        titles=titles,
        hidden=HIDDEN,
    )


@routes.get("/friends/{friend_id:[0-9]{1,18}}", access=Right.PEOPLE_READ)
async def show(request: web.Request) -> web.Response:
    """Show one friend: what is known and from where, and the menu they see and why."""
    app, now, language = request.config_dict, clock_of(request)(), reader_of(request)
    async with app[resources.ENGINE].begin() as connection:
        row = await _found(request, connection)
        unit = Unit(connection)
        friend = await unit.get(FRIENDS, row.user_id)
        person = await unit.get(PEOPLE, row.person_id)
        member = await unit.get(MEMBERS, row.person_id)
        if friend is None or person is None:
            raise web.HTTPNotFound
        why = await explain(
            connection, app[keys.MENUS].chooser, row.user_id, now=now, language=language
        )
        vocabulary = app[keys.PEOPLE].vocabulary
        subject = f"person:{row.person_id}"
        await audit(
            connection, actor_of(request), "people.open", subject, now=now, shop_key=row.shop_key
        )
        tag_changes = {
            change.tag: change
            for change in reversed(await tag_history(connection, row.person_id))
            if change.added
        }
        return render(
            request,
            "friends/show.html",
            row=row,
            friend=friend,
            member=member,
            attributes=await known(connection, person, vocabulary, language),
            tags=[
                (tag.label.say(language), tag_changes.get(key))
                for key, tag in vocabulary.tags.items()
                if key in person.tags
            ],
            surveys=await _surveys(request, connection, friend.friend_id),
            why=why,
            place=next((n for n, one in enumerate(why.rules, 1) if one.decides), 0) if why else 0,
            version=await rich_menus.shown(connection, why.shown) if why is not None else None,
            titles=(await look(request, connection)).titles,
            hidden=HIDDEN,
            names=await names(connection),
            source_of=origin,
            who=await namer(connection, app[keys.SURVEYS].definitions),
        )


async def _surveys(
    request: web.Request, connection: AsyncConnection, friend_id: int
) -> list[Answered]:
    if not member_of(request).may(Right.SURVEYS_READ):
        return []
    definitions = request.config_dict[keys.SURVEYS].definitions
    skipped = request.config_dict[keys.ACCOUNT].survey.skipped
    return await answered(connection, definitions, friend_id, skipped=skipped)


@dataclass(frozen=True, slots=True)
class _Row:
    friend_id: int
    user_id: str
    person_id: int
    name: str | None
    #: Of the talk; None: staff were never needed, or the talk belongs to no shop.
    shop_key: str | None
    has_talk: bool


async def _found(request: web.Request, connection: AsyncConnection) -> _Row:
    """Return the friend of an address, as far as the reader may see them.

    Raises:
        HTTPNotFound: there is none, or the talk belongs to another shop.
    """
    number = int(request.match_info["friend_id"])
    query = (
        sa.select(
            friends.c.id,
            friends.c.user_id,
            friends.c.person_id,
            profiles.c.display_name,
            conversations.c.shop_key,
            conversations.c.friend_id.is_not(None),
        )
        .select_from(
            friends.outerjoin(profiles, profiles.c.user_id == friends.c.user_id).outerjoin(
                conversations, conversations.c.friend_id == friends.c.id
            )
        )
        .where(friends.c.id == number)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None or not member_of(request).scope.sees(row.shop_key):
        raise web.HTTPNotFound
    return _Row(*row)
