"""The prefecture of a postal code, on both sides of the borders that codes cross."""

import pytest

from bot.people.postal import prefecture_of
from bot.people.prefectures import CODES

#: Of the prefectures' own offices, in the order of their codes.
OFFICES = """
    0608588 0308570 0208570 9808570 0108570 9908570 9608670 3108555 3208501 3718570
    3309301 2608667 1638001 2318588 9508570 9308501 9208580 9108580 4008501 3808570
    5008570 4208601 4608501 5148570 5208577 6028570 5408570 6508567 6308501 6408585
    6808570 6908501 7008570 7308511 7538501 7708570 7608570 7908570 7808570 8128577
    8408570 8508570 8628570 8708501 8808501 8908577 9008570
""".split()  # noqa: SIM905 - 47 quoted codes are harder to read


def test_every_prefecture_s_own_office_lies_in_it() -> None:
    assert [prefecture_of(code) for code in OFFICES] == list(CODES)


@pytest.mark.parametrize(
    ("code", "prefecture", "beside"),
    [
        ("0185501", "02", "0185421"),  # by Lake Towada
        ("3114411", "09", "3114401"),  # Motegi, reached from Ibaraki
        ("3491221", "09", "3491201"),
        ("3840097", "10", "3840096"),
        ("3890121", "10", "3890111"),  # at the Usui Pass
        ("3892261", "15", "3892253"),
        ("4314121", "23", "4314111"),
        ("4980801", "24", "4980001"),  # Kisosaki
        ("5200461", "26", "5200471"),
        ("5630801", "28", "5630101"),
        ("6180071", "26", "6180001"),  # Oyamazaki
        ("6300271", "27", "6300261"),
        ("6471271", "29", "6471101"),  # Totsukawa
        ("6471325", "24", "6471731"),
        ("6480305", "29", "6480211"),  # Koya's neighbours
        ("6840106", "32", "6840002"),  # Yatsuka, in the lake
        ("8115133", "42", "8114146"),  # Iki
        ("8391421", "44", "8391411"),
        ("8480401", "42", "8480121"),
        ("8710226", "40", "8710202"),
        ("9220679", "18", "9220673"),  # Yoshizaki
        ("9390171", "17", "9390156"),
        ("9498321", "20", "9498311"),
    ],
)
def test_a_place_reached_from_across_a_border_is_in_its_own_prefecture(
    code: str, prefecture: str, beside: str
) -> None:
    assert prefecture_of(code) == prefecture
    assert prefecture_of(beside) not in {prefecture, None}


def test_islands_have_the_prefecture_they_belong_to() -> None:
    assert [prefecture_of(code) for code in ("8170001", "6850001")] == ["42", "32"]


def test_of_a_code_of_two_prefectures_nothing_is_said() -> None:
    assert [prefecture_of(code) for code in ("4980000", "6180000", "8710000")] == [None] * 3
