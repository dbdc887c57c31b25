"""Where a friend can stand in a survey, and what leads from where to where; no I/O.

``ARCHITECTURE.md`` draws ``TRANSITIONS``; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from bot.surveys.base import Answers, SurveyError


class AlreadyDoneError(SurveyError):
    """The survey has been answered to its end."""


class OldQuestionError(SurveyError):
    """The tap belongs to a question that is not being asked now: ask the current one again."""


class OldVersionError(SurveyError):
    """The tap belongs to another version of the survey than the one being answered."""


class NotOptionalError(SurveyError):
    """The question cannot be skipped."""


class TooFewError(SurveyError):
    """*Decide* came before enough choices were picked."""


class TooManyError(SurveyError):
    """One more choice than may be picked."""


@unique
class State(StrEnum):
    """How far a friend is with one survey."""

    #: A question waits for its answer.
    ASKING = "asking"
    #: Every answer is there and shown once more, to be changed or handed in.
    REVIEWING = "reviewing"
    #: The friend said *later*; any tap on the same question, or ``start``, goes on.
    PAUSED = "paused"
    #: The friend said *stop*, or did not agree to terms; ``start`` goes on.
    STOPPED = "stopped"
    #: Every question has an answer; one may be asked again to change it.
    DONE = "done"


@unique
class Tap(StrEnum):
    """What a friend can do."""

    START = "start"
    ANSWER = "answer"
    SKIP = "skip"
    PICK = "pick"
    BACK = "back"
    LATER = "later"
    STOP = "stop"
    CHANGE = "change"
    FINISH = "finish"
    #: Take back the message that was an answer.
    UNSEND = "unsend"


_ON: Final = frozenset({State.ASKING, State.REVIEWING, State.DONE})


def _transitions() -> Mapping[tuple[State | None, Tap], frozenset[State]]:
    def to(*states: State) -> frozenset[State]:
        return frozenset(states)

    table: dict[tuple[State | None, Tap], frozenset[State]] = {
        (None, Tap.START): to(State.ASKING),
        (State.ASKING, Tap.PICK): to(State.ASKING),
        (State.ASKING, Tap.ANSWER): _ON | {State.STOPPED},
    }
    for state in (State.ASKING, State.PAUSED, State.STOPPED):
        table |= {
            (state, Tap.START): _ON,
            (state, Tap.ANSWER): _ON | {State.STOPPED},
            (state, Tap.SKIP): _ON,
            (state, Tap.PICK): to(State.ASKING),
            (state, Tap.BACK): to(State.ASKING),
            (state, Tap.CHANGE): to(State.ASKING),
            (state, Tap.FINISH): to(State.DONE),
            (state, Tap.LATER): to(State.PAUSED),
            (state, Tap.STOP): to(State.STOPPED),
        }
    del table[State.ASKING, Tap.FINISH]
    table |= {(state, Tap.UNSEND): to(state) for state in State}
    table |= {
        (State.REVIEWING, Tap.UNSEND): to(State.ASKING),
        (State.REVIEWING, Tap.START): _ON,
        (State.REVIEWING, Tap.CHANGE): to(State.ASKING),
        (State.REVIEWING, Tap.FINISH): to(State.DONE),
        (State.REVIEWING, Tap.LATER): to(State.PAUSED),
        (State.REVIEWING, Tap.STOP): to(State.STOPPED),
        (State.DONE, Tap.START): to(State.ASKING, State.DONE),
    }
    return table | {(State.DONE, tap): to(State.DONE) for tap in Tap if tap in _CHANGES}


#: What a friend can do while an answer is changed after the end.
_CHANGES: Final = frozenset(
    {Tap.ANSWER, Tap.SKIP, Tap.PICK, Tap.BACK, Tap.LATER, Tap.STOP, Tap.CHANGE}
)

#: Where each tap may lead; ``None`` is before the first start. What is absent is refused.
TRANSITIONS: Final[Mapping[tuple[State | None, Tap], frozenset[State]]] = MappingProxyType(
    _transitions()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one friend is with one survey."""

    survey: str
    #: Of the definition that the answers belong to.
    version: int
    state: State
    #: The key of the question being asked; ``None`` when all are answered.
    question: str | None
    #: By question, in the order they were first given; ``None``: skipped.
    answers: Answers = field(default_factory=dict)
    #: Choices picked so far for the question being asked, where several may be chosen.
    picked: frozenset[str] = frozenset()
    #: While an answer is changed after the end: what was handed in, to go back to.
    handed_in: Answers | None = None

    @property
    def is_changing(self) -> bool:
        """Whether an answer is being changed after the end."""
        return self.state is State.DONE and self.question is not None

    @property
    def answers_handed_in(self) -> Answers:
        """What was handed in, also while an answer is changed after the end."""
        return self.answers if self.handed_in is None else self.handed_in

    @property
    def is_over(self) -> bool:
        """Whether nothing is asked any more."""
        return self.state is State.DONE and self.question is None
