"""One friend at a time, in memory: a tree becomes one function, compiled once a day.

Tree -> predicate(Facts) -> bool
"""

import operator
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from bot.segments.atoms import (
    NOT_STARTED,
    And,
    Atom,
    Attribute,
    Contains,
    FollowedAt,
    HasAll,
    HasAny,
    Is,
    Known,
    Linked,
    Member,
    Menu,
    No,
    OneOf,
    Or,
    Range,
    Shape,
    Slice,
    Source,
    StartsWith,
    State,
    SurveyAnswer,
    SurveyQuestion,
    SurveyState,
    Tags,
    Test,
    Tree,
)
from bot.segments.facts import Facts
from bot.surveys.engine import Progress

Predicate: TypeAlias = Callable[[Facts], bool]


def predicate(tree: Tree) -> Predicate:
    """Return the function that says whether a friend fits."""
    match tree:
        case And(parts=parts):
            return _every([predicate(part) for part in parts])
        case Or(parts=parts):
            return _some([predicate(part) for part in parts])
        case No(part=part):
            inner = predicate(part)
            return lambda facts: not inner(facts)
        case Atom(source=source, test=test):
            read, holds = reader(source), tester(test)
            return lambda facts: (value := read(facts)) is not None and holds(value)


def _every(parts: list[Predicate]) -> Predicate:
    def holds(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - half the time of all()
            if not part(facts):
                return False
        return True

    return holds


def _some(parts: list[Predicate]) -> Predicate:
    def holds(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - half the time of any()
            if part(facts):
                return True
        return False

    return holds


def reader(source: Source) -> Callable[[Facts], Any]:  # noqa: PLR0911 - one a kind
    """Return what reads a source's value; None: it is missing."""
    match source:
        case Attribute(key=key, shape=shape):
            return _attribute(key, shape)
        case Tags():
            return lambda facts: facts.tags or None
        case State():
            return lambda facts: facts.state
        case Menu(default=default):
            return lambda facts: facts.menu or default
        case FollowedAt():
            return lambda facts: facts.followed_at if facts.is_friend else None
        case Member():
            return lambda facts: facts.is_member
        case Linked():
            return lambda facts: facts.is_linked
        case SurveyState() | SurveyQuestion() | SurveyAnswer():
            return _survey(source)


def _survey(source: SurveyState | SurveyQuestion | SurveyAnswer) -> Callable[[Facts], str | None]:
    survey = source.survey
    missing: str | None = None
    take: Callable[[Progress], str | None]
    match source:
        case SurveyState():
            missing, take = NOT_STARTED, _state
        case SurveyQuestion():
            take = _question
        case SurveyAnswer(question=question):
            take = partial(_answer, question)

    def read(facts: Facts) -> str | None:
        progress = facts.surveys.get(survey)
        return missing if progress is None else take(progress)

    return read


def _state(progress: Progress) -> str:
    return progress.state.value


def _question(progress: Progress) -> str | None:
    return progress.question


def _answer(question: str, progress: Progress) -> str | None:
    return _text(progress.answers.get(question))


def _attribute(key: str, shape: Shape) -> Callable[[Facts], Any]:
    take: Callable[[Any], Any] = {
        Shape.TEXT: _text,
        Shape.NUMBER: _number,
        Shape.FLAG: _flag,
        Shape.SET: _items,
    }[shape]
    return lambda facts: take(facts.attributes.get(key))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return float(value) if type(value) in {int, float} else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _items(value: Any) -> list[Any] | None:
    return value if isinstance(value, list) and value else None


def tester(test: Test) -> Callable[[Any], bool]:  # noqa: PLR0911 - one a kind
    """Return what tests a value that is there."""
    match test:
        case Known():
            return lambda _: True
        case OneOf(values=values):
            return lambda value: value in values
        case Contains(text=text):
            return lambda value: text in value
        case StartsWith(text=text):
            return lambda value: value.startswith(text)
        case Slice(start=start, length=length, values=values):
            return lambda value: value[start : start + length] in values
        case Range() as between:
            return _within(between)
        case HasAny(values=values):
            return lambda value: any(item in values for item in value if isinstance(item, str))
        case HasAll(values=values):
            return lambda value: all(item in value for item in values)
        case Is(value=wanted):
            return lambda value: value is wanted


def _within(between: Range) -> Callable[[Any], bool]:
    low: Any = between.low
    high: Any = between.high
    above = operator.gt if between.over else operator.ge
    below = operator.lt if between.under else operator.le
    if low is None:
        return lambda value: below(value, high)
    if high is None:
        return lambda value: above(value, low)
    return lambda value: above(value, low) and below(value, high)
