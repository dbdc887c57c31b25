"""Rotating codes: good for a moment, for one account, as they were made."""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from bot.membership.codes import (
    CodeError,
    Codes,
    ForeignCodeError,
    ForgedCodeError,
    Kind,
    NotACodeError,
    Read,
    StaleCodeError,
    member_number,
)
from tests.support import NOON

CODES = Codes("a secret")
NUMBER = "2000000000008"
COUPON = "1234567897"
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("kind", "handle"),
    [(Kind.MEMBER, NUMBER), (Kind.COUPON, COUPON), (Kind.VISIT, "ginza"), (Kind.VISIT, "銀座")],
)
def test_a_code_says_what_it_stands_for(kind: Kind, handle: str) -> None:
    code = CODES.make(kind, handle, now=NOON)
    assert CODES.read(code.payload, now=NOON) == Read(kind, handle)
    assert CODES.read(f" {code.payload.lower()}\n", now=NOON) == Read(kind, handle)
    if code.typed:
        assert CODES.read(code.typed, now=NOON) == Read(kind, handle)
    assert NOON < code.changes_at <= NOON + 30 * SECOND


@given(skew=st.integers(-20, 20), seconds=st.integers(0, 59))
@settings(max_examples=50)
def test_clocks_may_differ_by_twenty_seconds(skew: int, seconds: int) -> None:
    here = NOON + seconds * SECOND
    code = CODES.make(Kind.COUPON, COUPON, now=here)
    for shown in (code.payload, code.typed):
        assert CODES.read(shown, now=here + skew * SECOND).handle == COUPON


def test_a_screenshot_is_known_as_one() -> None:
    code = CODES.make(Kind.COUPON, COUPON, now=NOON)
    for later in (60 * SECOND, timedelta(days=30)):
        with pytest.raises(StaleCodeError) as stale:
            CODES.read(code.payload, now=NOON + later)
        assert stale.value.shown_at == NOON
        with pytest.raises(ForgedCodeError):
            CODES.read(code.typed, now=NOON + later)


def test_a_code_of_another_account_is_known_as_one() -> None:
    other = Codes("another secret").make(Kind.MEMBER, NUMBER, now=NOON)
    with pytest.raises(ForeignCodeError):
        CODES.read(other.payload, now=NOON)
    with pytest.raises(ForgedCodeError):
        CODES.read(other.typed, now=NOON)


@given(place=st.integers(min_value=0), sign=st.sampled_from("0129AEKMZ."))
def test_no_sign_of_a_code_can_be_changed(place: int, sign: str) -> None:
    good = CODES.make(Kind.MEMBER, NUMBER, now=NOON).payload
    place %= len(good)
    changed = good[:place] + sign + good[place + 1 :]
    if changed != good:
        with pytest.raises(CodeError):
            CODES.read(changed, now=NOON)


@given(st.text(max_size=60))
def test_nothing_made_up_is_a_code(made_up: str) -> None:
    with pytest.raises(CodeError):
        CODES.read(made_up, now=NOON)


def test_a_coupon_is_no_member() -> None:
    assert member_number(Read(Kind.MEMBER, NUMBER)).digits == NUMBER
    for read in (Read(Kind.COUPON, COUPON), Read(Kind.MEMBER, "2000000000001")):
        with pytest.raises(NotACodeError):
            member_number(read)
