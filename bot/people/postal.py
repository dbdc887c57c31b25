"""Which prefecture a postal code lies in, as far as its first digits tell.

Two digits name the region of a sorting office, three its district; some districts lie across a
border of prefectures, and then nothing is said.
"""

from typing import Final

#: First two digits, from and to, and the prefecture's code of JIS X 0401.
_REGIONS: Final = (
    ("00", "00", "01"), ("01", "01", "05"), ("02", "02", "03"), ("03", "03", "02"),
    ("04", "09", "01"), ("10", "20", "13"), ("21", "25", "14"), ("26", "29", "12"),
    ("30", "31", "08"), ("32", "32", "09"), ("33", "36", "11"), ("37", "37", "10"),
    ("38", "39", "20"), ("40", "40", "19"), ("41", "43", "22"), ("44", "49", "23"),
    ("50", "50", "21"), ("51", "51", "24"), ("52", "52", "25"), ("53", "59", "27"),
    ("60", "62", "26"), ("63", "63", "29"), ("64", "64", "30"), ("65", "67", "28"),
    ("68", "68", "31"), ("69", "69", "32"), ("70", "71", "33"), ("72", "73", "34"),
    ("74", "75", "35"), ("76", "76", "37"), ("77", "77", "36"), ("78", "78", "39"),
    ("79", "79", "38"), ("80", "83", "40"), ("84", "84", "41"), ("85", "85", "42"),
    ("86", "86", "43"), ("87", "87", "44"), ("88", "88", "45"), ("89", "89", "46"),
    ("90", "90", "47"), ("91", "91", "18"), ("92", "92", "17"), ("93", "93", "16"),
    ("94", "95", "15"), ("96", "97", "07"), ("98", "98", "04"), ("99", "99", "06"),
)  # fmt: skip
#: Districts of another prefecture than their region: Iki and Tsushima, Oki.
_ELSEWHERE: Final = {"817": "42", "685": "32"}
#: Districts that lie in more than one prefecture.
_SHARED: Final = frozenset(
    {"018", "349", "370", "384", "389", "431", "498", "509", "520", "529", "563", "618", "619"}
    | {"630", "647", "648", "679", "684", "689", "811", "839", "848", "868", "871", "939", "949"}
    | {"979", "989"}
)


def prefecture_of(postal_code: str) -> str | None:
    """Return the code of the prefecture; None where three digits do not settle it.

    Args:
        postal_code: seven digits.
    """
    district = postal_code[:3]
    if district in _SHARED:
        return None
    if district in _ELSEWHERE:
        return _ELSEWHERE[district]
    region = postal_code[:2]
    return next((code for first, last, code in _REGIONS if first <= region <= last), None)
