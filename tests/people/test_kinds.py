"""What people write is read, stored in one form, and shown again."""

from typing import Any

import pytest

from bot.people.definition import Language, UnfitError
from tests.people.samples import TEA, attribute, every_kind


@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        ("text", "  山田 﨑子 ", "山田 﨑子"),
        ("text", "㈱つばめ", "㈱つばめ"),
        ("number", "１，２００", 1200),
        ("number", "¥1,200", 1200),
        ("number", "▲３", -3),
        ("number", "-0.5", -0.5),
        ("number", "3.0", 3),
        ("choice", "緑茶", "green"),
        ("choice", "ＧＲＥＥＮ　tea", "green"),
        ("choice", "green", "green"),
        ("multi_choice", "紅茶、緑茶", ["black", "green"]),
        ("multi_choice", "Black tea; green;Green tea", ["black", "green"]),
        ("multi_choice", "", []),
        ("boolean", "はい", True),
        ("boolean", "○", True),
        ("boolean", "ＴＲＵＥ", True),
        ("boolean", "いいえ", False),
        ("boolean", "×", False),
        ("boolean", "0", False),
        ("date", "1990-5-1", "1990-05-01"),
        ("date", "１９９０／０５／０１", "1990-05-01"),
        ("date", "1990.5.1", "1990-05-01"),
        ("date", "1990年5月1日", "1990-05-01"),
        ("date", "1990 年 5 月 1 日", "1990-05-01"),
        ("date", "19900501", "1990-05-01"),
        ("date", "1990/05/01 0:00:00", "1990-05-01"),
        ("date", "平成2年5月1日", "1990-05-01"),
        ("date", "令和元年5月1日", "2019-05-01"),
        ("date", "s55.12.3", "1980-12-03"),
        ("date", "㍼55年12月3日", "1980-12-03"),
        ("date", "2000-02-29", "2000-02-29"),
        ("postal_code", "〒１２３－４５６７", "1234567"),
        ("postal_code", "123 4567", "1234567"),
        ("postal_code", "0600001", "0600001"),
        ("prefecture", "東京", "13"),
        ("prefecture", "京都府", "26"),
        ("prefecture", "京都", "26"),
        ("prefecture", "北海道", "01"),
        ("prefecture", "hokkaido", "01"),
        ("prefecture", "1", "01"),
        ("prefecture", "Osaka-fu", "27"),
        ("email", " Ｍｅｉ@Example.JP ", "mei@example.jp"),
        ("email", "mei..@docomo.ne.jp", "mei..@docomo.ne.jp"),
    ],
)
def test_what_people_write_is_read(kind: str, written: str, stored: Any) -> None:
    definition = every_kind()[kind]
    assert definition.parse(written) == stored
    definition.check(stored)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("text", "   "),
        ("text", "a\x00b"),
        ("number", "12,34"),
        ("number", "twelve"),
        ("number", "1e5"),
        ("number", "nan"),
        ("number", "9" * 400),
        ("choice", "coffee"),
        ("multi_choice", "green, coffee"),
        ("boolean", "maybe"),
        ("date", "12/5/1990"),
        ("date", "91-05-12"),
        ("date", "1990-02-30"),
        ("date", "平成2年13月1日"),
        ("date", "1990/05-12"),
        ("date", "1990-05-12 10:30"),
        ("date", "0001-01-01"),
        ("postal_code", "12-34567"),
        ("postal_code", "600001"),
        ("prefecture", "江戸"),
        ("prefecture", "48"),
        ("email", "mei@example"),
        ("email", "mei@@example.jp"),
        ("email", "mei@-example.jp"),
        ("email", "a b@example.jp"),
    ],
)
def test_what_cannot_be_read_is_refused_with_field_and_mend(kind: str, written: str) -> None:
    with pytest.raises(UnfitError) as refused:
        every_kind()[kind].parse(written)
    label = every_kind()[kind].label
    assert str(refused.value).startswith(f"{label.en}: ")
    assert refused.value.say("ja").startswith(f"{label.ja}: ")
    assert written.strip() == "" or written not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 5),
        ("text", " padded "),
        ("number", "5"),
        ("number", True),
        ("number", float("nan")),
        ("choice", "緑茶"),
        ("choice", None),
        ("multi_choice", ["green", "black"]),
        ("multi_choice", ["green", "green"]),
        ("multi_choice", "green"),
        ("multi_choice", [["green"]]),
        ("boolean", 1),
        ("date", "1990/05/12"),
        ("date", 19900512),
        ("postal_code", "123-4567"),
        ("prefecture", "東京都"),
        ("prefecture", "1"),
        ("phone", "090-1234-5678"),
        ("email", "Mei@example.jp"),
    ],
)
def test_a_value_in_another_form_is_not_stored(kind: str, value: Any) -> None:
    with pytest.raises(UnfitError):
        every_kind()[kind].check(value)


@pytest.mark.parametrize(
    ("kind", "value", "ja", "en"),
    [
        ("choice", "green", "緑茶", "Green tea"),
        ("choice", "gone", "gone", "gone"),
        ("multi_choice", ["black", "green"], "紅茶、緑茶", "Black tea, Green tea"),
        ("boolean", True, "はい", "yes"),
        ("date", "1990-05-12", "1990年5月12日", "1990-05-12"),
        ("postal_code", "1234567", "123-4567", "123-4567"),
        ("prefecture", "13", "東京都", "Tokyo"),
        ("phone", "+819012345678", "090-1234-5678", "090-1234-5678"),
    ],
)
def test_values_are_shown_in_both_languages(kind: str, value: Any, ja: str, en: str) -> None:
    definition = every_kind()[kind]
    assert (definition.show(value, "ja"), definition.show(value, "en")) == (ja, en)


def test_a_number_keeps_its_range_and_its_unit() -> None:
    people = {"ja": "人", "en": "people"}
    household = attribute("number", whole=True, minimum=1, maximum=20, unit=people)
    assert household.parse("３人") == household.parse("3 people") == 3
    assert (household.show(3, "ja"), household.show(3, "en")) == ("3人", "3 people")
    for written in ("0", "21", "2.5"):
        with pytest.raises(UnfitError):
            household.parse(written)
    with pytest.raises(UnfitError):
        household.check(21)


@pytest.mark.parametrize(
    ("bounds", "written", "ja"),
    [
        ({"minimum": 0}, "-5", "0以上の数字にしてください"),
        ({"maximum": 2_500_000}, "2500001", "2500000以下の数字にしてください"),
        (
            {"minimum": 0.05, "maximum": 1_000_000},
            "0.01",
            "0.05から1000000までの数字にしてください",
        ),
        ({"whole": True, "minimum": 1}, "9" * 20, f"{10**15}までの数字にしてください"),
        ({"whole": True, "minimum": 1}, "1.5", "小数ではなく、整数で入力してください"),
    ],
)
def test_a_number_out_of_range_is_told_the_range_with_all_its_digits(
    bounds: dict[str, Any], written: str, ja: str
) -> None:
    with pytest.raises(UnfitError) as caught:
        attribute("number", **bounds).parse(written)
    assert caught.value.reason.ja.endswith(ja)


@pytest.mark.parametrize("written", ["0.00001", "-1234567.25", "0.1", "100000000000000"])
def test_a_number_is_shown_so_that_it_is_read_again(written: str) -> None:
    number = attribute("number")
    shown = number.show(number.parse(written), "ja")
    assert shown == written
    assert number.parse(shown) == number.parse(written)


def test_a_date_keeps_its_range() -> None:
    birth = attribute("date", earliest="1900-01-01", latest="2026-01-01")
    with pytest.raises(UnfitError, match="1900-01-01 to 2026-01-01"):
        birth.parse("1899-12-31")


def test_a_label_that_holds_a_separator_is_still_one_choice() -> None:
    both = {"value": "both", "label": {"ja": "緑茶、紅茶とも", "en": "Both"}}
    several = attribute("multi_choice", choices=[*TEA, both])
    assert several.parse("緑茶、紅茶とも") == ["both"]
    assert several.parse(several.show(["both", "green"], "ja")) == ["both", "green"]
    assert several.parse("緑茶、緑茶、紅茶とも") == ["both", "green"]


LANGUAGES: tuple[Language, ...] = ("ja", "en")
STORED = ["花", "", "1500001", "1990-02-30", "+81", 3, 0.5, 10**400, True, ["green"], [], {}]


@pytest.mark.parametrize("kind", sorted(every_kind()))
def test_a_value_from_before_the_kind_was_changed_stands_for_itself(kind: str) -> None:
    for value in STORED:
        for language in LANGUAGES:
            assert isinstance(every_kind()[kind].show(value, language), str)
    assert every_kind()[kind].show("花", "ja") == "花"
