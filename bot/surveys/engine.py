"""What comes next in a survey: a pure state machine, without clock, storage or words.

    a tap + Progress -> the next Progress, or a rule error that leaves everything as it was

An answer once given is never lost: only another answer to the same question replaces it.
The question being asked is the first without an answer, or an earlier one that *back* led to.
``ARCHITECTURE.md`` draws ``TRANSITIONS``; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from bot.surveys.definition import DateOutOfRangeError, NotAChoiceError, Survey, SurveyError

__all__ = [
    "TRANSITIONS",
    "AlreadyDoneError",
    "DateOutOfRangeError",
    "NotAChoiceError",
    "OldQuestionError",
    "OldVersionError",
    "Progress",
    "State",
    "SurveyError",
    "Tap",
    "answer",
    "back",
    "later",
    "start",
]


class AlreadyDoneError(SurveyError):
    """The survey has been answered to its end."""


class OldQuestionError(SurveyError):
    """The tap belongs to a question that is not being asked now: ask the current one again."""


class OldVersionError(SurveyError):
    """The tap, or the progress, belongs to an earlier version of the survey: ``start`` again."""


@unique
class State(StrEnum):
    """How far a friend is with one survey."""

    #: A question waits for its answer.
    ASKING = "asking"
    #: The friend said *later*; an answer to the same question, or ``start``, goes on.
    PAUSED = "paused"
    #: Every question has an answer.
    DONE = "done"


@unique
class Tap(StrEnum):
    """What a friend can do."""

    START = "start"
    ANSWER = "answer"
    BACK = "back"
    LATER = "later"


#: Where each tap may lead; ``None`` is before the first start. What is absent is refused.
TRANSITIONS: Final[Mapping[tuple[State | None, Tap], frozenset[State]]] = MappingProxyType(
    {
        (None, Tap.START): frozenset({State.ASKING}),
        (State.ASKING, Tap.START): frozenset({State.ASKING, State.DONE}),
        (State.ASKING, Tap.ANSWER): frozenset({State.ASKING, State.DONE}),
        (State.ASKING, Tap.BACK): frozenset({State.ASKING}),
        (State.ASKING, Tap.LATER): frozenset({State.PAUSED}),
        (State.PAUSED, Tap.START): frozenset({State.ASKING, State.DONE}),
        (State.PAUSED, Tap.ANSWER): frozenset({State.ASKING, State.DONE}),
        (State.PAUSED, Tap.BACK): frozenset({State.ASKING}),
        (State.PAUSED, Tap.LATER): frozenset({State.PAUSED}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one friend is with one survey."""

    survey: str
    #: Of the definition that the answers belong to.
    version: int
    state: State
    #: The key of the question being asked; ``None`` when done.
    question: str | None
    #: By question; in the order they were first given.
    answers: Mapping[str, str] = field(default_factory=dict)


def start(survey: Survey, progress: Progress | None = None) -> Progress:
    """Begin, go on, or ask the current question again.

    A progress of another version keeps the answers that still fit and goes on with the rest; with
    nothing left to ask it is done at once.

    Raises:
        AlreadyDoneError: also when done in an earlier version: nobody is asked twice.
    """
    if progress is None:
        return _asking(survey, {}, survey.questions[0].key)
    _allow(progress, Tap.START)
    if progress.version == survey.version:
        return replace(progress, state=State.ASKING)
    kept = {key: value for key, value in progress.answers.items() if _fits(survey, key, value)}
    return _asking(survey, kept, _unanswered(survey, kept))


def answer(
    survey: Survey, progress: Progress, *, version: int, question: str, value: str
) -> Progress:
    """Take an answer and move to the next question without one.

    Args:
        survey: the definition now.
        progress: where the friend stands.
        version: of the survey when the button was sent.
        question: that the button belongs to.
        value: of a choice, or a day as ``YYYY-MM-DD``.

    Raises:
        AlreadyDoneError: every question has its answer.
        OldVersionError: the button or the progress is of another version.
        OldQuestionError: another question is being asked; a second tap ends here.
        NotAChoiceError: the question does not offer the value.
        DateOutOfRangeError: the day lies outside the question's range.
    """
    _allow(progress, Tap.ANSWER)
    _current(survey, progress, version, question)
    survey.question(question).check(value)
    answers = {**progress.answers, question: value}
    return _asking(survey, answers, _unanswered(survey, answers))


def back(survey: Survey, progress: Progress, *, version: int, question: str) -> Progress:
    """Ask the question before this one again; before the first there is only the first.

    Raises:
        AlreadyDoneError: every question has its answer.
        OldVersionError: the button or the progress is of another version.
        OldQuestionError: another question is being asked; a second tap ends here.
    """
    _allow(progress, Tap.BACK)
    _current(survey, progress, version, question)
    before = max(survey.position(question) - 1, 0)
    return replace(progress, state=State.ASKING, question=survey.questions[before].key)


def later(progress: Progress) -> Progress:
    """Stop asking and keep everything; whoever wants to stop may, from any version's button.

    Raises:
        AlreadyDoneError: there is nothing left to ask.
    """
    _allow(progress, Tap.LATER)
    return replace(progress, state=State.PAUSED)


def _allow(progress: Progress, tap: Tap) -> None:
    if (progress.state, tap) not in TRANSITIONS:
        raise AlreadyDoneError(f"{progress.survey}: {tap} after the end")


def _current(survey: Survey, progress: Progress, version: int, question: str) -> None:
    if not version == progress.version == survey.version:
        raise OldVersionError(
            f"{survey.key}: tap of version {version}, progress {progress.version}, "
            f"survey {survey.version}"
        )
    if question != progress.question:
        raise OldQuestionError(f"{survey.key}: {question} tapped, {progress.question} is asked")


def _fits(survey: Survey, question: str, value: str) -> bool:
    try:
        survey.question(question).check(value)
    except (KeyError, NotAChoiceError, DateOutOfRangeError):
        return False
    return True


def _unanswered(survey: Survey, answers: Mapping[str, str]) -> str | None:
    return next((item.key for item in survey.questions if item.key not in answers), None)


def _asking(survey: Survey, answers: Mapping[str, str], question: str | None) -> Progress:
    return Progress(
        survey=survey.key,
        version=survey.version,
        state=State.DONE if question is None else State.ASKING,
        question=question,
        answers=answers,
    )
