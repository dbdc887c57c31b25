"""What is known of a friend, in words, and who said so.

Person + attribute_changes + survey_progress -> Known, Answered
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.bilingual import Language
from bot.people.definition import Attribute
from bot.people.history import AttributeChange, Origin, history
from bot.people.model import Person
from bot.people.vocabulary import Vocabulary
from bot.store.batch import Query, document
from bot.store.types import from_ms
from bot.surveys.definition import Survey

_ANSWERS: Final = Query(
    "SELECT survey, answers, done_at FROM survey_progress WHERE friend_id = :friend_id "
    "ORDER BY survey"
)
_STAFF: Final = Query("SELECT id, name FROM staff")


@dataclass(frozen=True, slots=True)
class Known:
    """One attribute that has a value."""

    label: str
    shown: str
    #: Who said so; None: it stood there before changes were noted.
    change: AttributeChange | None
    #: What was known before, newest first, in words, and who said so; empty: taken back.
    earlier: Sequence[tuple[str, AttributeChange]] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """One survey that the friend began."""

    title: str
    #: Questions and what was answered.
    answers: Sequence[tuple[str, str]]
    #: None: not to its end yet.
    done_at: datetime | None


async def known(
    connection: AsyncConnection, person: Person, vocabulary: Vocabulary, language: Language
) -> list[Known]:
    """List the attributes that have a value, in the order they are defined."""
    changes: dict[str, list[AttributeChange]] = {}
    for change in await history(connection, person.person_id):
        changes.setdefault(change.name, []).append(change)
    return [
        _known(attribute, person.attributes[key], changes.get(key, []), language)
        for key, attribute in vocabulary.attributes.items()
        if person.attributes.get(key) is not None
    ]


def _known(
    attribute: Attribute, value: Any, changes: Sequence[AttributeChange], language: Language
) -> Known:
    def shown(value: Any) -> str:
        return "" if value is None else attribute.show(value, language)

    earlier = [(shown(change.value), change) for change in changes[1:]]
    latest = changes[0] if changes else None
    return Known(attribute.label.say(language), shown(value), latest, earlier)


async def namer(
    connection: AsyncConnection, definitions: Mapping[str, Survey]
) -> Callable[[str], str]:
    """Return what names whom a source speaks of: a colleague, a survey, a file, an API key."""
    staff = {str(row[0]): str(row[1]) for row in await _STAFF.rows(connection)}

    def name(source: str) -> str:
        kind, _, rest = source.partition(":")
        match kind:
            case Origin.STAFF:
                return staff.get(rest, "")
            case Origin.SURVEY:
                survey = definitions.get(rest.partition(":")[0])
                return "" if survey is None else survey.title
            case Origin.IMPORT:
                return rest.rpartition(":")[0]
            case Origin.API:
                return rest
            case _:
                return ""

    return name


async def answered(
    connection: AsyncConnection,
    definitions: Mapping[str, Survey],
    friend_id: int,
    *,
    skipped: str,
) -> list[Answered]:
    """List the surveys a friend began, with the answers so far, as the friend reads them."""
    found = []
    for key, answers, done_at in await _ANSWERS.rows(connection, friend_id=friend_id):
        survey = definitions.get(key)
        given = document(answers)
        said = (
            [(name, value or skipped) for name, value in given.items()]
            if survey is None
            else survey.in_words(given, skipped=skipped)
        )
        title = key if survey is None else survey.title
        found.append(Answered(title, said, None if done_at is None else from_ms(done_at)))
    return found
