"""Whatever is written: it is refused in words, or it is stored in a form that reads as itself."""

from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.people.definition import UnfitError
from bot.people.import_rows import guarded, unguarded
from bot.people.prefectures import CODES, ENGLISH, JAPANESE, parse_prefecture
from tests.people.samples import TEA, attribute, every_kind

KINDS = every_kind()
_signs = st.text(
    st.sampled_from(
        "0123456789０１２３-ー−/.,年月日昭和平成令元HSR〒+▲¥ 　@a.jpはい東京都緑茶;、:T\x00\n"
    )
)


@given(st.sampled_from(sorted(KINDS)), st.one_of(_signs, st.text()))
def test_a_text_is_refused_or_stored_in_one_form(kind: str, written: str) -> None:
    definition = KINDS[kind]
    try:
        value = definition.parse(written)
    except UnfitError:
        return
    definition.check(value)
    assert definition.parse(definition.show(value, "ja")) == value
    assert definition.parse(definition.show(value, "en")) == value


@given(st.text(alphabet="'=+-@\t\r1.a", max_size=6))
def test_what_is_guarded_from_spreadsheets_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in {"=", "+", "@", "\t", "\r"}


@given(st.dates(date(1868, 2, 1), date(2199, 12, 31)))
def test_every_way_to_write_a_day_gives_the_same(day: date) -> None:
    ways = [
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"明治{day.year - 1867}年{day.month}月{day.day}日" if day.year < 1960 else str(day),
    ]
    assert {KINDS["date"].parse(way) for way in ways} == {day.isoformat()}


@given(st.sets(st.sampled_from([choice["value"] for choice in TEA])), st.randoms())
def test_the_order_of_choices_does_not_matter(chosen: set[str], random: Any) -> None:
    several = sorted(chosen)
    random.shuffle(several)
    assert KINDS["multi_choice"].parse(";".join(several)) == sorted(chosen)


@pytest.mark.parametrize("code", CODES)
def test_every_prefecture_is_known_by_each_of_its_names(code: str) -> None:
    japanese, english = JAPANESE[int(code) - 1], ENGLISH[int(code) - 1]
    assert (
        parse_prefecture(japanese) == parse_prefecture(english) == parse_prefecture(code) == code
    )


@given(st.integers(0, 365 * 60))
def test_a_day_stays_inside_its_range(days: int) -> None:
    day = date(1990, 1, 1) + timedelta(days=days)
    limited = attribute("date", latest="2020-12-31")
    if day <= date(2020, 12, 31):
        assert limited.parse(str(day)) == str(day)
    else:
        with pytest.raises(UnfitError):
            limited.parse(str(day))
