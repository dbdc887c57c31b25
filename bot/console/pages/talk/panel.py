"""The customer beside a talk: what is known of them and what they have, edited where it stands."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.access import Routes
from bot.console.live import names
from bot.console.onward import see_other
from bot.console.pages.talk import belongings, looking, wording
from bot.console.pages.talk.belongings import Belongings
from bot.console.pages.talk.looking import Talking
from bot.console.rendering import is_part, language_of, render
from bot.console.visitor import actor_of, clock_of, member_of
from bot.conversations.reading import TalkChange, changes_of
from bot.people.definition import Attribute, Language, UnfitError, UnknownAttributeError
from bot.people.model import PeopleError, Person
from bot.people.repository import PEOPLE
from bot.people.tags import Tag
from bot.staff.audit import audit_in
from bot.staff.rights import Right
from bot.store.batch import Query
from bot.store.types import from_ms
from bot.store.unit import Unit

routes: Final = Routes()
_LONGEST: Final = 5_000
_NOTES: Final = Query(
    "SELECT id, author, text, at FROM talk_messages WHERE friend_id = :friend_id "
    "AND kind = 'note' ORDER BY id DESC LIMIT 10"
)
_HISTORY: Final = 12
_Deed: TypeAlias = Callable[[Unit, Talking], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Known:
    """One attribute, as it is shown and edited."""

    key: str
    label: str
    shown: str
    written: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something staff wrote for each other."""

    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows."""

    followed_at: datetime | None
    #: Its title; "-": none, hidden.
    menu: str
    tags: Sequence[tuple[str, str]]
    #: Tags they do not have yet.
    more_tags: Sequence[tuple[str, str]]
    attributes: Sequence[Known]
    has: Belongings
    notes: Sequence[Note]
    history: Sequence[TalkChange]


async def read_panel(
    request: web.Request,
    connection: AsyncConnection,
    talking: Talking,
    *,
    wrong: Known | None = None,
) -> Panel:
    """Read it."""
    unit = Unit(connection)
    person, language = await _person(unit, talking), _language(request)
    vocabulary = request.config_dict[keys.PEOPLE].vocabulary
    tags = [(tag.key, _said(tag, language)) for tag in vocabulary.tags.values()]
    notes = await _NOTES.rows(connection, friend_id=talking.friend_id)
    return Panel(
        followed_at=None if talking.followed_ms is None else from_ms(talking.followed_ms),
        menu=_title(request, talking.menu or ""),
        tags=[each for each in tags if each[0] in person.tags],
        more_tags=[each for each in tags if each[0] not in person.tags],
        attributes=[
            wrong
            if wrong is not None and wrong.key == attribute.key
            else _known(attribute, person, language)
            for attribute in vocabulary.attributes.values()
        ],
        has=await belongings.read(request, unit, talking),
        notes=[Note(row[1], row[2] or "", from_ms(row[3])) for row in notes],
        history=(await changes_of(connection, talking.friend_id, limit=_HISTORY))[::-1],
    )


def _title(request: web.Request, menu: str) -> str:
    """Return how colleagues call a menu; one that is defined no more, by its key."""
    defined = request.config_dict[keys.LIBRARY].contents.menus.get(menu)
    return menu if defined is None else defined.title or menu


@routes.get(r"/talk/panel/{friend_id:\d{1,19}}", access=Right.TALK_READ)
async def show(request: web.Request) -> web.Response:
    """Show the panel again."""
    return await _shown(request)


@routes.post(r"/talk/tag/{friend_id:\d{1,19}}", access=Right.PEOPLE_EDIT)
async def tag(request: web.Request) -> web.Response:
    """Put a tag on the customer."""
    return await _tag(request, adds=True)


@routes.post(r"/talk/untag/{friend_id:\d{1,19}}", access=Right.PEOPLE_EDIT)
async def untag(request: web.Request) -> web.Response:
    """Take a tag off the customer."""
    return await _tag(request, adds=False)


@routes.post(r"/talk/attribute/{friend_id:\d{1,19}}", access=Right.PEOPLE_EDIT)
async def attribute(request: web.Request) -> web.Response:
    """Write down what the customer told; an empty value: it is no longer known."""
    given = await request.post()
    key, written = str(given.get("key", "")), str(given.get("value", ""))[:_LONGEST].strip()
    people, language = request.config_dict[keys.PEOPLE], _language(request)
    try:
        wanted: Attribute = people.vocabulary.attributes[key]
    except UnknownAttributeError:
        raise web.HTTPNotFound from None
    try:
        value = wanted.parse(written) if written else None
    except UnfitError as error:
        reason = error.reason.say(language)
        wrong = Known(key, wanted.label.say(language), "", written, problem=reason)
        return await _shown(request, wrong=wrong)

    async def learn(unit: Unit, talking: Talking) -> None:
        await people.learn(
            unit,
            talking.person_id,
            {key: value},
            source=_source(request),
            now=clock_of(request)(),
        )

    return await _edit(request, learn, "people.attribute", {"attribute": key})


async def _tag(request: web.Request, *, adds: bool) -> web.Response:
    given = await request.post()
    key, people = str(given.get("tag", "")), request.config_dict[keys.PEOPLE]
    if adds and key not in people.vocabulary.tags:
        raise web.HTTPNotFound

    async def change(unit: Unit, talking: Talking) -> None:
        act = people.tag if adds else people.untag
        await act(
            unit,
            talking.person_id,
            key,
            reason="talk",
            source=_source(request),
            now=clock_of(request)(),
        )

    return await _edit(request, change, "people.tag" if adds else "people.untag", {"tag": key})


async def _edit(
    request: web.Request, deed: _Deed, action: str, details: dict[str, Any]
) -> web.Response:
    friend_id = looking.friend_id_of(request)
    try:
        async with request.config_dict[resources.USE_CASE]() as unit:
            talking = await looking.find(unit, friend_id, member_of(request))
            await deed(unit, talking)
            audit_in(
                unit,
                actor_of(request),
                action,
                f"person:{talking.person_id}",
                now=clock_of(request)(),
                shop_key=talking.shop_key,
                details=details,
            )
    except PeopleError:
        raise web.HTTPBadRequest from None
    if not is_part(request):
        return see_other(f"/console/talk/{friend_id}")
    return await _shown(request)


async def _shown(request: web.Request, *, wrong: Known | None = None) -> web.Response:
    async with request.config_dict[resources.ENGINE].connect() as connection:
        friend_id, member = looking.friend_id_of(request), member_of(request)
        talking = await looking.find(Unit(connection), friend_id, member)
        return render(
            request,
            "talk/panel.html",
            status=422 if wrong is not None else 200,
            talking=talking,
            friend_id=friend_id,
            names=await names(connection),
            words=wording,
            panel=await read_panel(request, connection, talking, wrong=wrong),
        )


async def _person(unit: Unit, talking: Talking) -> Person:
    person = await unit.get(PEOPLE, talking.person_id)
    if person is None:
        raise web.HTTPNotFound
    return person


def _known(attribute: Attribute, person: Person, language: Language) -> Known:
    value = person.attributes.get(attribute.key)
    shown = "" if value is None else attribute.show(value, language)
    return Known(attribute.key, attribute.label.say(language), shown, shown)


def _said(tag: Tag, language: Language) -> str:
    return tag.label.say(language)


def _language(request: web.Request) -> Language:
    return "en" if language_of(request) == "en" else "ja"


def _source(request: web.Request) -> str:
    return f"staff:{member_of(request).staff_id}"
