"""The states of a conversation, whatever happens in whatever order."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversations.model import (
    TRANSITIONS,
    CannotError,
    Change,
    Conversation,
    State,
)
from tests.support import NOON

CHANGES = st.lists(st.sampled_from(Change), max_size=12)


def new() -> Conversation:
    return Conversation(friend_id=1, last_at=NOON, last_id=1)


@given(CHANGES)
@settings(max_examples=200, deadline=None)
def test_whatever_happens_a_conversation_makes_sense(changes: list[Change]) -> None:
    talk = new()
    for minute, change in enumerate(changes):
        at = NOON + timedelta(minutes=minute)
        before = talk
        try:
            talk = talk.changed(
                change, at=at, staff_id=7, shop_key="shibuya", until=at + timedelta(hours=1)
                if change is Change.SNOOZED else None,
            )  # fmt: skip
        except CannotError:
            assert (before.state, change) not in TRANSITIONS
            continue
        assert talk.state is TRANSITIONS[before.state, change]
        assert (talk.snoozed_until is not None) == (talk.state is State.SNOOZED)
        if talk.state is State.DONE:  # nothing waits for staff who no longer have the talk
            assert talk.staff_id is None
            assert talk.waiting_since is None
            assert talk.closed_at == at
        else:
            assert talk.closed_at is None
            assert talk.opened_at is not None
        if change is Change.ANSWERED:
            assert talk.waiting_since is None
            assert talk.staff_id is not None
        if change in {Change.ASKED, Change.WROTE, Change.WOKE}:
            assert talk.waiting_since is not None


@pytest.mark.parametrize("change", [Change.SNOOZED, Change.CLOSED, Change.ASSIGNED, Change.WROTE])
def test_what_the_bot_has_staff_cannot_put_off_or_close(change: Change) -> None:
    with pytest.raises(CannotError):
        new().changed(change, at=NOON)


def test_who_waits_longest_comes_first_and_who_does_not_wait_last() -> None:
    asked = new().changed(Change.ASKED, at=NOON)
    later = new().changed(Change.ASKED, at=NOON + timedelta(minutes=1))
    answered = asked.changed(Change.ANSWERED, at=NOON + timedelta(minutes=2), staff_id=7)
    assert sorted([answered, later, asked], key=lambda talk: talk.queue_key) == [
        asked,
        later,
        answered,
    ]


def test_a_second_word_does_not_shorten_the_wait() -> None:
    asked = new().changed(Change.ASKED, at=NOON)
    heard = asked.heard(5, at=NOON + timedelta(minutes=9), waits=True)
    assert heard.waiting_since == NOON
    assert heard.is_unread


def test_an_answer_leaves_the_talk_with_whom_it_was_given_to() -> None:
    asked = new().changed(Change.ASKED, at=NOON).changed(Change.ASSIGNED, at=NOON, staff_id=3)
    assert asked.changed(Change.ANSWERED, at=NOON, staff_id=7).staff_id == 3
