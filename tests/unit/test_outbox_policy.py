"""Free before paid, and never twice: whatever LINE answers, in whatever order."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import given

from bot.line.answers import Answer, Outcome
from bot.line.messages import text
from bot.outbox.model import Call, Kind, State, Via, messages, request
from bot.outbox.policy import (
    KEY_LIFE,
    TOKEN_MARGIN,
    Route,
    backoff,
    route,
    token_lives,
    verdict,
    without_sending,
)
from tests.support import NOON

TOKEN_REFUSED = Answer(Outcome.REFUSED, 400, "r", b'{"message":"Invalid reply token"}')
WORDS_REFUSED = Answer(Outcome.REFUSED, 400, "r", b'{"message":"x","details":[{"message":"y"}]}')
OTHERS = [
    Answer(Outcome.DONE, 200, "r", b"{}"),
    Answer(Outcome.DUPLICATE, 409, "r", b"{}"),
    Answer(Outcome.RATE_LIMITED, 429, "r"),
    Answer(Outcome.MONTH_LIMITED, 429, "r"),
    Answer(Outcome.UNAUTHORIZED, 401, "r"),
    Answer(Outcome.UNREACHABLE),
    Answer(Outcome.UNKNOWN, 500, "r"),
    Answer(Outcome.UNKNOWN),
    Answer(Outcome.REFUSED, 403, "r"),
    TOKEN_REFUSED,
    WORDS_REFUSED,
]
ENDS = {State.SENT, State.UNCERTAIN, State.FAILED, State.EXPIRED, State.HELD}


@dataclass
class Story:
    """One call, taken along until nothing more happens to it by itself."""

    call: Call
    now: timedelta = timedelta()
    #: Every attempt: the way, whether the token was alive, and what LINE said.
    tries: list[tuple[Route, Answer]] = field(default_factory=list)

    def step(self, answer: Answer) -> None:
        if self.call.state is State.PARKED:
            self.now = max(self.now, self.call.due_at - NOON)
            self.call = replace(self.call, state=State.SENDING)
        way = route(self.call, NOON + self.now)
        if way in {Route.HOLD, Route.EXPIRE, Route.ASK}:
            self.call = without_sending(self.call, way).call
            return
        if way is Route.PUSH and self.call.via is None:
            self.call = replace(self.call, via=Via.PUSH, pushed_at=NOON + self.now)
        self.tries.append((way, answer))
        until = NOON + timedelta(seconds=60)
        judged = verdict(self.call, way, answer, NOON + self.now, surely_until=until)
        self.call = judged.call
        self.now += timedelta(seconds=judged.wait)

    @property
    def is_over(self) -> bool:
        return self.call.state in ENDS


def fresh(*, pays: bool, token: bool) -> Call:
    call = messages("U1", [text("hi")], why="test", now=NOON, pays=pays)
    call = replace(call, state=State.SENDING)
    return call.with_token("token", NOON + timedelta(seconds=60)) if token else call


steps = st.lists(
    st.tuples(st.sampled_from(OTHERS), st.sampled_from([0, 0, 0, 1, 30, 61, 3_600, 90_000])),
    max_size=25,
)


@given(pays=st.booleans(), token=st.booleans(), steps=steps)
def test_whatever_line_answers_nothing_is_said_twice(
    *, pays: bool, token: bool, steps: list[tuple[Answer, int]]
) -> None:
    story = Story(fresh(pays=pays, token=token))
    for answer, passes in steps:
        if story.is_over:
            break
        story.now += timedelta(seconds=passes)
        story.step(answer)
    ways = [way for way, _ in story.tries]
    doubtful_replies = [
        way for way, answer in story.tries
        if way is Route.REPLY and answer.outcome is Outcome.UNKNOWN
    ]  # fmt: skip
    if doubtful_replies:
        assert Route.PUSH not in ways
    if Route.PUSH in ways:
        assert pays
        assert Route.REPLY not in ways[ways.index(Route.PUSH) :]
    if Route.REPLY in ways:
        assert token
    accepted = [o for _, a in story.tries if (o := a.outcome) in (Outcome.DONE, Outcome.DUPLICATE)]
    assert len(accepted) <= 1
    if accepted:
        assert story.call.state is State.SENT


@given(pays=st.booleans(), token=st.booleans(), steps=steps, last=st.sampled_from(OTHERS))
def test_every_call_comes_to_an_end(
    *, pays: bool, token: bool, steps: list[tuple[Answer, int]], last: Answer
) -> None:
    """Even when LINE says the same for ever."""
    story = Story(fresh(pays=pays, token=token))
    for answer, _ in steps:
        if not story.is_over:
            story.step(answer)
    for _ in range(1_000):
        if story.is_over:
            break
        story.step(last)
    assert story.is_over


@given(steps=steps)
def test_a_call_that_is_no_message_ends_too_and_is_never_a_push(
    steps: list[tuple[Answer, int]],
) -> None:
    call = request("U1", Kind.MENU, {"menu": "guest"}, why="test", now=NOON)
    story = Story(replace(call, state=State.SENDING))
    for answer, passes in steps:
        if not story.is_over:
            story.now += timedelta(seconds=passes)
            story.step(answer)
    for _ in range(1_000):
        if not story.is_over:
            story.now += timedelta(hours=1)  # a menu is owed for two weeks
            story.step(OTHERS[6])
    assert story.is_over
    assert {way for way, _ in story.tries} <= {Route.REQUEST}
    assert story.call.state is not State.UNCERTAIN


def test_a_token_is_spared_in_its_last_moments() -> None:
    call, until = fresh(pays=True, token=True), NOON + timedelta(seconds=60)
    just_before = until - TOKEN_MARGIN - timedelta(milliseconds=1)
    assert (token_lives(call, just_before), route(call, just_before)) == (True, Route.REPLY)
    assert route(call, until - TOKEN_MARGIN) is Route.PUSH


def test_a_push_is_repeated_while_line_remembers_its_key() -> None:
    call = replace(fresh(pays=True, token=False), via=Via.PUSH, pushed_at=NOON, doubtful=True)
    assert route(call, NOON + KEY_LIFE - timedelta(seconds=1)) is Route.PUSH
    assert route(call, NOON + KEY_LIFE) is Route.ASK


def test_a_used_token_means_delivered_only_after_a_doubt() -> None:
    call = fresh(pays=False, token=True)
    assert verdict(call, Route.REPLY, TOKEN_REFUSED, NOON).call.state is State.SENDING
    doubtful, until = replace(call, doubtful=True), NOON + timedelta(seconds=60)
    told = verdict(doubtful, Route.REPLY, TOKEN_REFUSED, NOON, surely_until=until)
    assert told.call.state is State.SENT
    assert verdict(doubtful, Route.REPLY, WORDS_REFUSED, NOON).call.state is State.FAILED


def test_a_push_in_doubt_is_failed_only_by_a_fault_in_its_words() -> None:
    call = replace(fresh(pays=True, token=False), via=Via.PUSH, pushed_at=NOON, doubtful=True)
    forbidden = Answer(Outcome.REFUSED, 403, "r")
    assert verdict(call, Route.PUSH, forbidden, NOON).call.state is State.UNCERTAIN
    assert verdict(call, Route.PUSH, WORDS_REFUSED, NOON).call.state is State.FAILED


@given(st.integers(min_value=1, max_value=500))
def test_waits_grow_and_have_an_end(attempts: int) -> None:
    assert 0 < backoff(attempts) <= backoff(attempts + 1) <= 300
