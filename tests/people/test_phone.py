"""Telephone numbers: read as they are written in Japan."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.people.phone import parse_phone, show_phone
from bot.people.written import UnreadableError

_FULL = str.maketrans("0123456789-", "０１２３４５６７８９ー")


@pytest.mark.parametrize(
    ("written", "stored", "shown"),
    [
        ("090-1234-5678", "+819012345678", "090-1234-5678"),
        ("０９０ー１２３４ー５６７８", "+819012345678", "090-1234-5678"),
        ("(03) 1234-5678", "+81312345678", "03-1234-5678"),
        ("03(1234)5678", "+81312345678", "03-1234-5678"),
        ("+81 90 1234 5678", "+819012345678", "090-1234-5678"),
        ("+81(0)90-1234-5678", "+819012345678", "090-1234-5678"),
        ("0120-345-678", "+81120345678", "0120-345-678"),
        ("0800-123-4567", "+818001234567", "0800-123-4567"),
        ("0570‐012‐345", "+81570012345", "0570-012-345"),
        ("050-3123-4567", "+815031234567", "050-3123-4567"),
        ("045-123-4567", "+81451234567", "045-123-4567"),
        ("+1 415 555 0100", "+14155550100", "+14155550100"),
    ],
)
def test_a_number_is_read_and_shown(written: str, stored: str, shown: str) -> None:
    assert parse_phone(written) == stored
    assert show_phone(stored) == shown


@pytest.mark.parametrize(
    "written",
    [
        "",
        "110",
        "090-1234-567",
        "090-0234-5678",
        "090-1234-56789",
        "03-1234-567",
        "050-1234-567",
        "00-1234-5678",
        "+81",
        "+8190123",
        "+0123456789",
        "090-1234-567x",
        "090-1234-5678 内線12",
        "٠٩٠١٢٣٤٥٦٧٨",
    ],
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(UnreadableError):
        parse_phone(written)


def test_a_zero_that_a_spreadsheet_dropped_is_named() -> None:
    with pytest.raises(UnreadableError, match="spreadsheet"):
        parse_phone("9012345678")


_mobiles = st.from_regex(r"0[5-9]0[1-9][0-9]{7}", fullmatch=True)
_lines = st.from_regex(r"0[1-9]{2}[0-9]{7}", fullmatch=True)


@given(
    number=st.one_of(_mobiles, _lines),
    is_wide=st.booleans(),
    dash=st.sampled_from(["", "-", " ", "ー", "."]),
)
def test_every_way_to_write_a_number_gives_the_same(
    *, number: str, is_wide: bool, dash: str
) -> None:
    written = f"{number[:3]}{dash}{number[3:7]}{dash}{number[7:]}"
    stored = parse_phone(written.translate(_FULL) if is_wide else written)
    assert stored == f"+81{number[1:]}" == parse_phone(stored) == parse_phone(show_phone(stored))
