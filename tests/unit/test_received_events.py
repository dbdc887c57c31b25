"""Any JSON that LINE could ever send is queued, or refused with one error, and never crashes."""

from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from bot.inbox.model import MalformedEventError, Received, decode, encode, receive
from bot.line.limits import REPLY_TOKEN_MAX_SECONDS
from bot.store import arrival
from bot.store.types import to_ms
from tests.support import NOON

words = st.text(max_size=20) | st.sampled_from(["\0", "\ud83e", "U" + "a" * 32, ""])
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
part = values | st.fixed_dictionaries({}, optional={"id": words, "messageId": words})
events = st.fixed_dictionaries(
    {"type": words | values},
    optional={
        "webhookEventId": words | values,
        "timestamp": st.integers() | values,
        "source": values | st.fixed_dictionaries({"type": words, "userId": words | values}),
        "mode": words,
        "replyToken": words | values,
        "deliveryContext": values | st.fixed_dictionaries({"isRedelivery": values}),
        "message": part,
        "unsend": part,
    },
)


@given(event=events | values)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_event_is_read_or_refused(event: Any) -> None:
    try:
        received = receive(event, now=NOON)
    except MalformedEventError:
        assert not isinstance(event, dict) or not isinstance(event.get("type"), str)
        return
    for stored in (received.webhook_event_id, received.lane, received.kind, received.message_id):
        assert stored is None or "\0" not in stored.encode().decode()
    assert received.lane
    assert received.webhook_event_id
    assert 0 <= to_ms(received.occurred_at) < 2**63
    assert decode(received.payload) == event
    if received.reply_until is not None:
        assert received.reply_token
        assert received.reply_until <= NOON + timedelta(seconds=60)
        assert received.reply_until <= received.occurred_at + timedelta(
            seconds=REPLY_TOKEN_MAX_SECONDS
        )


@given(value=values)
def test_what_was_written_is_read_again(value: Any) -> None:
    assert decode(encode(value)) == value


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("depth", [200, 300, 800])
def test_a_deep_event_is_read_or_refused(depth: int) -> None:
    try:
        received = receive({"type": "message", "more": nested(depth)}, now=NOON)
    except MalformedEventError:
        return
    assert decode(received.payload)["type"] == "message"


def _received(**fields: Any) -> Received:
    return receive({"type": "message", **fields}, now=NOON)


def test_an_event_without_an_id_is_known_by_what_it_says() -> None:
    one = _received(message={"text": "a"}, deliveryContext={"isRedelivery": False})
    same = _received(message={"text": "a"}, deliveryContext={"isRedelivery": True})
    other = _received(message={"text": "b"})
    assert one.webhook_event_id == same.webhook_event_id != other.webhook_event_id


@pytest.mark.parametrize(
    ("source", "lane"),
    [
        ({"type": "user", "userId": "U1"}, "U1"),
        ({"type": "group", "groupId": "C1", "userId": "U1"}, "U1"),
        ({"type": "group", "groupId": "C1"}, "C1"),
        ({"type": "room", "roomId": "R1"}, "R1"),
        ({"type": "user"}, "event:e"),
        (None, "event:e"),
    ],
)
def test_a_lane_is_a_person_a_group_or_the_event(source: Any, lane: str) -> None:
    assert _received(source=source, webhookEventId="e").lane == lane


@pytest.mark.parametrize("token", ["", "0" * 32, "f" * 32, "\0", "\ud83e", "あ", 7, None])
def test_a_token_that_line_did_not_make_is_none(token: object) -> None:
    assert _received(replyToken=token, timestamp=to_ms(NOON)).reply_until is None


def test_in_standby_there_is_no_token() -> None:
    assert _received(replyToken="t", mode="standby", timestamp=to_ms(NOON)).reply_until is None


def test_arrival_numbers_grow_and_fit_the_database() -> None:
    numbers = [arrival.number() for _ in range(10_000)]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 0
    assert numbers[-1] < 2**63
    assert arrival.floor(seconds_ago=60) < numbers[0]
