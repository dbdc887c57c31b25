"""Whatever a friend taps, in whatever order, the survey loses and skips nothing."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import hypothesis.strategies as st
from hypothesis import given
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.surveys import engine
from bot.surveys.engine import TRANSITIONS, Progress, State, SurveyError, Tap
from tests.surveys.samples import survey

Move: TypeAlias = tuple[Tap, Callable[[Progress], Progress]]

TEA: Final = survey()
KEYS: Final = [question.key for question in TEA.questions]
VALUES: Final = ["green", "black", "plum", "nut", "1990-05-12", "2001-01-01", "1890-01-01", ""]

questions = st.sampled_from([*KEYS, "coffee"])
values = st.sampled_from(VALUES)
versions = st.sampled_from([1, 1, 1, 1, 2])


def moves() -> st.SearchStrategy[Move]:
    return st.one_of(
        st.just((Tap.START, lambda p: engine.start(TEA, p))),
        st.just((Tap.LATER, engine.later)),
        st.builds(_answer, versions, questions, values),
        st.builds(_back, versions, questions),
    )


def _answer(version: int, question: str, value: str) -> Move:
    def move(progress: Progress) -> Progress:
        return engine.answer(TEA, progress, version=version, question=question, value=value)

    return Tap.ANSWER, move


def _back(version: int, question: str) -> Move:
    def move(progress: Progress) -> Progress:
        return engine.back(TEA, progress, version=version, question=question)

    return Tap.BACK, move


def tried(move: Move, progress: Progress) -> Progress:
    """What the service does: a refused tap leaves the progress as it was."""
    try:
        return move[1](progress)
    except SurveyError:
        return progress


@given(st.lists(moves(), max_size=40))
def test_a_tap_delivered_twice_changes_nothing_the_second_time(taps: Sequence[Move]) -> None:
    progress = engine.start(TEA)
    for move in taps:
        progress = tried(move, progress)
        assert tried(move, progress) == progress


class Taps(RuleBasedStateMachine):
    """A friend with every bubble of the survey still on the screen."""

    @initialize()
    def begin(self) -> None:
        self.progress = engine.start(TEA)
        self.given: dict[str, str | None] = {}

    @rule(move=moves())
    def any_tap(self, move: Move) -> None:
        before = self.progress
        self.progress = tried(move, before)
        if before != self.progress:
            assert self.progress.state in TRANSITIONS[before.state, move[0]]

    @rule(value=values)
    def answer_what_is_asked(self, value: str) -> None:
        question = self.progress.question
        if question is None:
            return
        before = self.progress
        self.progress = tried(_answer(1, question, value), before)
        if self.progress != before:
            assert self.progress.answers[question] == value

    @invariant()
    def answers_are_never_lost(self) -> None:
        assert self.given.keys() <= self.progress.answers.keys()
        self.given |= self.progress.answers

    @invariant()
    def no_question_is_skipped(self) -> None:
        asked = self.progress.question
        reached = KEYS.index(asked) if asked else len(KEYS)
        assert all(key in self.progress.answers for key in KEYS[:reached])

    @invariant()
    def done_means_all_answered_and_nothing_asked(self) -> None:
        done = self.progress.state is State.DONE
        assert done == (self.progress.question is None)
        assert not done or self.progress.answers.keys() == set(KEYS)


TestTaps = Taps.TestCase
