"""What is known of a friend, in words, and who said so.

Person + attribute_changes + survey_progress -> Known, Answered
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.bilingual import Language
from bot.people.history import AttributeChange, provenance
from bot.people.model import Person
from bot.people.vocabulary import Vocabulary
from bot.store.batch import Query, document
from bot.store.types import from_ms
from bot.surveys.definition import Survey

_ANSWERS: Final = Query(
    "SELECT survey, answers, done_at FROM survey_progress WHERE friend_id = :friend_id "
    "ORDER BY survey"
)


@dataclass(frozen=True, slots=True)
class Known:
    """One attribute that has a value."""

    label: str
    shown: str
    #: Who said so; None: it stood there before changes were noted.
    change: AttributeChange | None


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
    said = await provenance(connection, person.person_id)
    return [
        Known(
            attribute.label.say(language),
            attribute.show(person.attributes[key], language),
            said.get(key),
        )
        for key, attribute in vocabulary.attributes.items()
        if person.attributes.get(key) is not None
    ]


async def answered(
    connection: AsyncConnection, definitions: Mapping[str, Survey], friend_id: int
) -> list[Answered]:
    """List the surveys a friend began, with the answers so far."""
    found = []
    for key, answers, done_at in await _ANSWERS.rows(connection, friend_id=friend_id):
        survey = definitions.get(key)
        asked = {} if survey is None else {q.key: q.text for q in survey.questions}
        said = [
            (asked.get(name, name), _plain(value)) for name, value in document(answers).items()
        ]
        title = key if survey is None else survey.title
        found.append(Answered(title, said, None if done_at is None else from_ms(done_at)))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(_plain(each) for each in value)
    if isinstance(value, dict):
        return "、".join(_plain(each) for each in value.values() if each not in (None, "", []))
    return str(value)
