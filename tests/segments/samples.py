"""An account with a field of every kind, and friends of every sort."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.bilingual import Bilingual
from bot.people.definition import ATTRIBUTE, Definitions
from bot.people.tags import Tag, Tags
from bot.people.vocabulary import Vocabulary
from bot.segments import model
from bot.segments.facts import Facts
from bot.segments.fields import catalogue
from bot.store import batch
from bot.store.tables.friends import friends, people
from bot.store.tables.membership import member_cards, members
from bot.store.tables.surveys import survey_progress
from bot.surveys.engine import Progress, State
from tests.surveys.samples import survey

TODAY: Final = date(2026, 4, 1)
NOON: Final = datetime(2026, 4, 1, 3, tzinfo=UTC)

TEA: Final = survey()


def _names(ja: str, en: str) -> dict[str, str]:
    return {"ja": ja, "en": en}


def _choices(**labels: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"value": value, "label": _names(*label)} for value, label in labels.items()]


ATTRIBUTES: Final = Definitions(
    ATTRIBUTE.validate_python(attribute)
    for attribute in (
        {"key": "name", "kind": "text", "label": _names("お名前", "Name")},
        {"key": "birth_date", "kind": "date", "label": _names("生年月日", "Date of birth")},
        {
            "key": "sex",
            "kind": "choice",
            "label": _names("性別", "Sex"),
            "choices": _choices(female=("女性", "Female"), male=("男性", "Male")),
        },
        {
            "key": "likes",
            "kind": "multi_choice",
            "label": _names("お好きなもの", "Likes"),
            "choices": _choices(
                loaf=("食パン", "Loaves"), cake=("焼き菓子", "Cakes"), tea=("紅茶", "Tea")
            ),
        },
        {
            "key": "spent",
            "kind": "number",
            "label": _names("お買上げ", "Spent"),
            "unit": _names("円", " yen"),
        },
        {"key": "letters", "kind": "boolean", "label": _names("お手紙", "Letters")},
        {"key": "prefecture", "kind": "prefecture", "label": _names("都道府県", "Prefecture")},
    )
)
TAGS: Final = Tags(
    Tag(key=key, label=Bilingual(ja=ja, en=en), colour="#A5462A")
    for key, ja, en in (("regular", "常連さん", "Regular"), ("vip", "特別", "VIP"))
)
CATALOGUE: Final = catalogue(
    Vocabulary(ATTRIBUTES, TAGS),
    surveys={TEA.key: TEA},
    menus={"guest": Bilingual.same("ゲスト"), "member": Bilingual.same("会員")},
    default_menu="guest",
)


def rule(values: Any) -> model.Rule:
    """A rule of this account."""
    return model.read(values, CATALOGUE)


def condition(field: str, op: str, value: Any = None) -> model.Rule:
    """A rule of one condition."""
    return rule({"field": field, "op": op} | ({} if value is None else {"value": value}))


def facts(**more: Any) -> Facts:
    """A friend of whom nothing else is known."""
    known: dict[str, Any] = {
        "attributes": {},
        "tags": (),
        "state": "friend",
        "followed_at": NOON,
        "menu": None,
        "surveys": {},
        "is_member": False,
        "is_linked": False,
    }
    return Facts(**(known | more))


def progress(state: str, question: str | None = None, **answers: str) -> Mapping[str, Progress]:
    """How far a friend is with the one survey."""
    at = Progress(
        survey=TEA.key, version=1, state=State(state), question=question, answers=answers
    )
    return {TEA.key: at}


async def keep(
    connection: AsyncConnection, everybody: Sequence[Facts], *, first: int = 1, only: str = "all"
) -> None:
    """Store friends, or of them what stands in one table; ids are places, from ``first`` on."""
    rows = list(enumerate(everybody, first))
    stored: dict[Table, list[dict[str, Any]]] = {
        people: [_person(*row) for row in rows],
        friends: [_friend(*row) for row in rows],
        members: [_member(number) for number, one in rows if one.is_member],
        member_cards: [card for number, one in rows for card in _cards(number, one)],
        survey_progress: [_progress(n, at) for n, one in rows for at in one.surveys.values()],
    }
    for table, values in stored.items():
        if only in {"all", table.name}:
            await batch.insert(connection, table, values)


def _member(number: int) -> dict[str, Any]:
    return {"person_id": -number, "number": str(number), "joined_at": NOON}


def _cards(number: int, one: Facts) -> list[dict[str, Any]]:
    """Return a web shop's number, and a member's plastic card, which links nobody."""
    more = {"person_id": -number, "number": str(number), "how": "api", "linked_at": NOON}
    systems = {"webshop": one.is_linked, "card": one.is_member}
    return [more | {"system": system} for system, is_there in systems.items() if is_there]


def _person(number: int, one: Facts) -> dict[str, Any]:
    return {
        "id": -number,
        "attributes": dict(one.attributes),
        "tags": list(one.tags),
        "created_at": NOON,
        "version": 1,
    }


def _friend(number: int, one: Facts) -> dict[str, Any]:
    return {
        "id": number,
        "user_id": f"U{number:032x}",
        "person_id": -number,
        "state": one.state,
        "followed_at": one.followed_at,
        "menu": one.menu,
        "version": 1,
    }


def _progress(number: int, at: Progress) -> dict[str, Any]:
    return {
        "friend_id": number,
        "survey": at.survey,
        "survey_version": at.version,
        "state": at.state.value,
        "question": at.question,
        "answers": dict(at.answers),
        "updated_at": NOON,
        "version": 1,
    }
