"""Member numbers: what is one, and how they are drawn."""

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

NUMBERING = Numbering()


def test_the_check_digit_is_that_of_a_number_known_to_be_right() -> None:
    assert check_digit("490123456789") == "4"


def test_drawn_numbers_are_valid_different_and_far_apart() -> None:
    numbers = [NUMBERING.draw() for _ in range(2_000)]
    assert len(set(numbers)) == len(numbers)
    assert all(MemberNumber.parse(number.shown) == number for number in numbers)
    payloads = [int(number.digits[2:12]) for number in numbers]
    steps = sorted(abs(after - before) for before, after in itertools.pairwise(payloads))
    assert steps[len(steps) // 2] > CAPACITY / 10


@given(st.integers(0, 12), st.integers(1, 9))
def test_a_digit_misread_is_always_found(place: int, step: int) -> None:
    digits = NUMBERING.draw().digits
    wrong = str((int(digits[place]) + step) % 10)
    with pytest.raises(CheckDigitError):
        MemberNumber(digits[:place] + wrong + digits[place + 1 :])


def test_a_number_is_read_as_people_write_it() -> None:
    number = NUMBERING.draw()
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


@pytest.mark.parametrize("prefix", ["19", "30", "2", "200", ""])
def test_only_in_store_prefixes_are_taken(prefix: str) -> None:
    with pytest.raises(ValueError, match="20 to 29"):
        Numbering(prefix)
