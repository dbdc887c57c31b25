"""A reply is called sent only when LINE took it, however late we read the webhook."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import hypothesis.strategies as st
from hypothesis import given

from bot.line.answers import Answer, Outcome
from bot.line.messages import text
from bot.outbox.model import Call, State, messages
from bot.outbox.policy import Route, needs_proof, route, verdict, without_sending
from tests.support import NOON

DONE = Answer(Outcome.DONE, 200, "r", b"{}")
INVALID = Answer(Outcome.REFUSED, 400, "r", b'{"message":"Invalid reply token"}')
UNKNOWN = Answer(Outcome.UNKNOWN, 500, "r")
MINUTE = timedelta(seconds=60)

seconds = st.sampled_from([0, 0, 0, 1, 5, 20, 40, 61, 120]).map(lambda n: timedelta(seconds=n))
#: Before an attempt time passes; then it works, is lost on the way there or on the way back, or
#: the process that holds the call dies before it.
attempts = st.lists(
    st.tuples(seconds, st.sampled_from(["works", "lost", "answer lost", "dies"])), max_size=6
)


@dataclass
class Line:
    """LINE, for one token."""

    lives_until: datetime
    took: bool = False

    def reply(self, now: datetime) -> Answer:
        if self.took or now > self.lives_until:
            return INVALID
        self.took = True
        return DONE


def fresh(received: datetime) -> Call:
    call = messages("U1", [text("hi")], why="event:1", now=received, reply_token="t")
    call = replace(call, state=State.SENDING)
    return call.with_token("t", received + MINUTE)


@given(waited=seconds, late=seconds, tries=attempts)
def test_what_is_called_sent_was_taken(
    waited: timedelta, late: timedelta, tries: list[tuple[timedelta, str]]
) -> None:
    """LINE sends the webhook some time after the event, and we read it some time after that."""
    left = NOON + waited
    now = left + late
    line, call, surely = Line(left + MINUTE), fresh(now), NOON + MINUTE
    for passes, fate in [*tries, (timedelta(), "works")]:
        now += passes
        if fate == "dies":
            call = replace(call, doubtful=True)  # whoever takes it over cannot know
            continue
        if call.state is not State.SENDING or (way := route(call, now)) is not Route.REPLY:
            break
        answer = UNKNOWN if fate == "lost" else line.reply(now)
        answer = UNKNOWN if fate == "answer lost" else answer
        until = surely if needs_proof(call, way, answer) else None
        call = verdict(call, way, answer, now, surely_until=until).call
    else:
        if call.state is State.SENDING:
            call = without_sending(call, Route.HOLD).call
    assert call.state is not State.SENT or line.took
    if not line.took:
        assert call.state in {State.SENDING, State.UNCERTAIN, State.HELD}


def test_a_doubt_is_lifted_while_the_token_surely_lived() -> None:
    call = replace(fresh(NOON), doubtful=True)
    before, after = NOON + timedelta(seconds=50), NOON + timedelta(seconds=58)
    until = NOON + MINUTE
    assert verdict(call, Route.REPLY, INVALID, before, surely_until=until).call.state is State.SENT
    asked = verdict(call, Route.REPLY, INVALID, after, surely_until=until).call.state
    assert asked is State.UNCERTAIN
    assert verdict(call, Route.REPLY, INVALID, before).call.state is State.UNCERTAIN
