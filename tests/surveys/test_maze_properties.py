"""Whatever a friend does to a survey with branches, several choices, terms and a summary."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import hypothesis.strategies as st
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.surveys import engine
from bot.surveys.definition import ConsentQuestion, Survey
from bot.surveys.engine import TRANSITIONS, Progress, State, SurveyError, Tap
from tests.surveys.everything import written

Move: TypeAlias = tuple[Tap, Callable[[Progress], Progress]]

MAZE: Final[Survey] = written("""\
key: maze
version: 1
title: 迷路
done: {title: ありがとう, text: おしまいです。}
review: true
editable: true
questions:
  - key: bread
    kind: choices
    label: パン
    text: どれ？
    most: 2
    choices: [{value: loaf, label: 四角}, {value: roll, label: 長い}, {value: bun, label: まる}]
  - key: slice
    kind: choice
    label: 厚さ
    text: 厚さ？
    when: {question: bread, is: loaf}
    choices: [{value: thin, label: 薄い}, {value: thick, label: 厚い}]
  - {key: many, kind: number, label: 個数, text: いくつ？, optional: true, maximum: 9}
  - key: why
    kind: text
    label: 理由
    text: なぜ？
    when: [{question: many, at_least: 3}, {question: bread, none_of: [bun]}]
  - key: deep
    kind: text
    label: もっと
    text: もっと？
    when: {question: why, answered: true}
    optional: true
  - {key: news, kind: consent, label: 同意, text: いい？, terms: これ, terms_version: "1"}
""")
KEYS: Final = [question.key for question in MAZE.questions]
VALUES: Final = ["loaf", "loaf,roll", "bun", "thin", "3", "12", "because", "agree", "decline", ""]
#: None: skipped.
RIGHT: Final[dict[str, list[str | None]]] = {
    "bread": ["loaf", "roll", "loaf,roll", "roll,bun", "bun"],
    "slice": ["thin", "thick"],
    "many": ["1", "3", "9", None],
    "why": ["because"],
    "deep": ["so", None],
    "news": ["agree", "agree", "agree", "decline"],
}

keys = st.sampled_from([*KEYS, "gone"])
values = st.sampled_from(VALUES)
versions = st.sampled_from([1, 1, 1, 1, 2])


def answer(version: int, question: str, value: str) -> Move:
    def move(p: Progress) -> Progress:
        return engine.answer(MAZE, p, version=version, question=question, value=value)

    return Tap.ANSWER, move


def pick(version: int, question: str, value: str, on: bool) -> Move:  # noqa: FBT001 - drawn
    def move(p: Progress) -> Progress:
        return engine.pick(MAZE, p, version=version, question=question, value=value, on=on)

    return Tap.PICK, move


def of_question(tap: Tap, move: Callable[..., Progress]) -> Callable[[int, str], Move]:
    return lambda version, question: (
        tap,
        lambda p: move(MAZE, p, version=version, question=question),
    )


def moves() -> st.SearchStrategy[Move]:
    return st.one_of(
        st.just((Tap.START, lambda p: engine.start(MAZE, p))),
        st.just((Tap.LATER, engine.later)),
        st.just((Tap.STOP, engine.stop)),
        st.builds(answer, versions, keys, values),
        st.builds(pick, versions, keys, values, st.booleans()),
        st.builds(of_question(Tap.ANSWER, engine.decide), versions, keys),
        st.builds(of_question(Tap.SKIP, engine.skip), versions, keys),
        st.builds(of_question(Tap.BACK, engine.back), versions, keys),
        st.builds(of_question(Tap.CHANGE, engine.change), versions, keys),
        versions.map(lambda v: (Tap.FINISH, lambda p: engine.finish(MAZE, p, version=v))),
    )


def tried(move: Move, progress: Progress) -> Progress:
    """What the service does: a refused tap leaves the progress as it was."""
    try:
        return move[1](progress)
    except SurveyError:
        return progress


@settings(max_examples=150)
@given(st.lists(moves(), max_size=30))
def test_a_tap_delivered_twice_changes_nothing_the_second_time(taps: Sequence[Move]) -> None:
    progress = engine.start(MAZE)
    for move in taps:
        progress = tried(move, progress)
        assert tried(move, progress) == progress


class Wanderer(RuleBasedStateMachine):
    """A friend with every bubble of the survey still on the screen."""

    @initialize()
    def begin(self) -> None:
        self.progress = engine.start(MAZE)

    @rule(move=moves())
    def any_tap(self, move: Move) -> None:
        self.go(move)

    @rule(number=st.integers(0, 19), several=st.booleans())
    @precondition(lambda self: self.progress.question is not None)
    def answer_what_is_asked(self, number: int, several: bool) -> None:  # noqa: FBT001 - drawn
        question = str(self.progress.question)
        value = RIGHT[question][number % len(RIGHT[question])]
        if value is None:
            self.go(of_question(Tap.SKIP, engine.skip)(1, question))
        elif question == "bread" and several:
            picked = self.progress.picked
            for one in picked - set(value.split(",")):
                self.go(pick(1, question, one, on=False))
            for one in value.split(","):
                self.go(pick(1, question, one, on=True))
            self.go(of_question(Tap.ANSWER, engine.decide)(1, question))
        else:
            self.go(answer(1, question, value))
        if question in self.progress.answers:
            assert self.progress.answers[question] == value

    @rule()
    @precondition(lambda self: self.progress.state is State.REVIEWING)
    def hand_in(self) -> None:
        self.go((Tap.FINISH, lambda p: engine.finish(MAZE, p, version=1)))

    @rule(number=st.integers(0, 5))
    @precondition(lambda self: self.progress.state in {State.REVIEWING, State.DONE})
    def change_something(self, number: int) -> None:
        given = list(self.progress.answers)
        self.go(of_question(Tap.CHANGE, engine.change)(1, given[number % len(given)]))

    def go(self, move: Move) -> None:
        before = self.progress
        self.progress = after = tried(move, before)
        if before == after:
            return
        assert after.state in TRANSITIONS[before.state, move[0]]
        possible = MAZE.route(after.answers).possible
        lost = before.answers.keys() - after.answers.keys()
        is_refusal = after.state is State.STOPPED or declines(before)
        is_taken_back = before.handed_in == after.answers
        assert is_refusal or is_taken_back or not lost & set(possible)

    @invariant()
    def every_answer_is_one_of_its_question(self) -> None:
        for key, value in self.progress.answers.items():
            question = MAZE.question(key)
            if value is None:
                assert question.optional
            else:
                question.check(value)

    @invariant()
    def no_answer_stands_to_a_question_that_is_ruled_out(self) -> None:
        if not declines(self.progress):
            assert self.progress.answers.keys() <= set(MAZE.route(self.progress.answers).possible)

    @invariant()
    def what_is_asked_leads_on_and_nothing_before_it_is_open(self) -> None:
        asked, question = MAZE.route(self.progress.answers).asked, self.progress.question
        if question is not None:
            assert question in asked
            before = asked[: asked.index(question)]
            is_new = question not in self.progress.answers
            assert not is_new or all(key in self.progress.answers for key in before)

    @invariant()
    def the_end_is_reached_with_everything_answered(self) -> None:
        progress = self.progress
        if progress.state in {State.REVIEWING, State.DONE} and progress.question is None:
            assert progress.answers.keys() == set(MAZE.route(progress.answers).asked)
        if progress.state in {State.ASKING, State.PAUSED} and progress.question is None:
            assert progress.state is State.PAUSED
        if progress.state is State.REVIEWING:
            assert progress.question is None
            assert not declines(progress)


def declines(progress: Progress) -> bool:
    return any(
        isinstance(question, ConsentQuestion) and question.ends(progress.answers.get(question.key))
        for question in MAZE.questions
    )


TestWanderer = Wanderer.TestCase
TestWanderer.settings = settings(max_examples=100, stateful_step_count=25)
