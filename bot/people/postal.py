"""Which prefecture a postal code lies in.

Two digits name a region, which lies in one prefecture but for the places listed here. Compared
with all 142,920 codes in Japan Post's lists of places and of large offices of October 2026.
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
#: Codes of another prefecture than their region, by as many digits as tell them apart: Iki and
#: Tsushima, Oki, places that are reached from across a border, and offices with a code of their
#: own that lie elsewhere. None: the one code of two prefectures.
_ELSEWHERE: Final = {
    "018550": "02", "1008620": "11", "1008639": "11", "1008677": "12", "121872": "11",
    "1748741": "11", "1748743": "11", "2208604": "13", "2478566": "13", "311441": "09",
    "349122": "09", "3701507": "11", "370868": "13", "3840097": "10", "389012": "10",
    "389226": "15", "431412": "23", "4980000": None, "49808": "24", "4988503": "24",
    "520046": "26", "5398": "28", "56308": "28", "6180000": None, "618007": "26",
    "618008": "26", "618009": "26", "6188501": "26", "6188511": "26", "618852": "26",
    "6188558": "26", "618856": "26", "618": "27", "630027": "27", "647127": "29", "64713": "24",
    "64715": "29", "64803": "29", "68401": "32", "68402": "32", "68403": "32",
    "68404": "32", "685": "32", "8115": "42", "817": "42", "839142": "44",
    "84804": "42", "8710000": None, "871022": "40", "87108": "40", "87109": "40",
    "871858": "40", "9220679": "18", "939017": "17", "949832": "20",
}  # fmt: skip
#: How many digits those are, the most first.
_LENGTHS: Final = sorted({len(digits) for digits in _ELSEWHERE}, reverse=True)


def prefecture_of(postal_code: str) -> str | None:
    """Return the code of the prefecture; None where a code stands for places in two.

    Args:
        postal_code: seven digits.
    """
    for length in _LENGTHS:
        digits = postal_code[:length]
        if digits in _ELSEWHERE:
            return _ELSEWHERE[digits]
    region = postal_code[:2]
    return next((code for first, last, code in _REGIONS if first <= region <= last), None)
