"""Member numbers: what is one, and that they run out of order but never twice."""

import itertools

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.membership.number import (
    CAPACITY,
    CheckDigitError,
    MemberNumber,
    NotDigitsError,
    NotInStoreError,
    Numbering,
    check_digit,
)

NUMBERING = Numbering(b"a secret of the shop")
sequences = st.integers(min_value=0, max_value=CAPACITY - 1)


def test_the_check_digit_is_that_of_a_number_known_to_be_right() -> None:
    assert check_digit("490123456789") == "4"


@given(sequences)
def test_every_number_is_valid_and_leads_back_to_its_member(sequence: int) -> None:
    number = NUMBERING.nth(sequence)
    assert MemberNumber.parse(number.shown) == number
    assert NUMBERING.sequence(number) == sequence


def test_the_first_numbers_are_all_different_and_lie_far_apart() -> None:
    payloads = [int(NUMBERING.nth(sequence).digits[2:12]) for sequence in range(2_000)]
    assert len(set(payloads)) == len(payloads)
    steps = [abs(after - before) for before, after in itertools.pairwise(payloads)]
    assert sorted(steps)[len(steps) // 2] > CAPACITY / 10
    assert len(set(steps)) == len(steps)


@given(sequences)
def test_another_key_gives_another_order(sequence: int) -> None:
    others = [Numbering(bytes([key])).nth(sequence) for key in range(4)]
    assert len(set(others)) > 1


@given(sequences, st.integers(0, 12), st.integers(1, 9))
def test_a_digit_misread_is_always_found(sequence: int, place: int, step: int) -> None:
    digits = NUMBERING.nth(sequence).digits
    wrong = str((int(digits[place]) + step) % 10)
    with pytest.raises(CheckDigitError):
        MemberNumber(digits[:place] + wrong + digits[place + 1 :])


def test_a_number_is_read_as_people_write_it() -> None:
    number = NUMBERING.nth(0)
    wide = number.digits.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    assert MemberNumber.parse(wide) == number
    assert MemberNumber.parse(f" {number.digits[:4]}-{number.digits[4:]}\n") == number


@pytest.mark.parametrize("text", ["", "123", "20123456789O5", "٢" * 13, "2" * 14])
def test_other_than_13_digits_is_no_number(text: str) -> None:
    with pytest.raises(NotDigitsError):
        MemberNumber.parse(text)


def test_a_products_number_is_no_members() -> None:
    with pytest.raises(NotInStoreError):
        MemberNumber("4901234567894")
    with pytest.raises(NotInStoreError):
        Numbering(b"key", prefix="21").sequence(NUMBERING.nth(7))


@pytest.mark.parametrize("prefix", ["19", "30", "2", "200", ""])
def test_only_in_store_prefixes_are_taken(prefix: str) -> None:
    with pytest.raises(ValueError, match="20 to 29"):
        Numbering(b"key", prefix=prefix)


def test_numbers_need_a_secret() -> None:
    with pytest.raises(ValueError, match="secret"):
        Numbering(b"")


@pytest.mark.parametrize("sequence", [-1, CAPACITY])
def test_there_is_no_number_beyond_the_last(sequence: int) -> None:
    with pytest.raises(ValueError, match="no member number"):
        NUMBERING.nth(sequence)
