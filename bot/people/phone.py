"""Telephone numbers as they are written in Japan, to E.164 and back.

    ０９０ー１２３４ー５６７８, (03) 1234-5678, +81 90 1234 5678 -> +819012345678

Lengths and leading digits are checked, not whether the number is in use.
"""

import re
from typing import Final

from bot.people.written import UnreadableError, dashed

_BETWEEN: Final = re.compile(r"[-.()\s/]")
#: Source: 電気通信番号計画 of 総務省. Fixed lines, 0120 and 0570 have ten digits.
_DOMESTIC: Final = re.compile(
    r"0[5-9]0[1-9]\d{7}"  # mobile 060 to 090, IP 050
    r"|0800\d{7}"
    r"|0[1-9][1-9]\d{7}",
    re.ASCII,
)
_ABROAD: Final = re.compile(r"\+(?!81)[1-9]\d{7,14}", re.ASCII)
#: The first that fits the whole number.
_GROUPS: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(0800)(\d{3})(\d{4})",
        r"(0[5-9]0)(\d{4})(\d{4})",
        r"(0120|0570|0990|0180)(\d{3})(\d{3})",
        r"(0[36])(\d{4})(\d{4})",
        r"(\d{3})(\d{3})(\d{4})",
    )
)


def parse_phone(text: str) -> str:
    """Return the number as E.164.

    Raises:
        UnreadableError: it has too few or too many digits, or a beginning that no number has.
    """
    digits = _BETWEEN.sub("", dashed(text))
    if _ABROAD.fullmatch(digits):
        return digits
    domestic = re.sub(r"^\+810?", "0", digits)
    if not domestic.startswith("0") and domestic.isascii() and domestic.isdigit():
        raise UnreadableError(
            ja="先頭の0がありません。表計算ソフトで消えた場合は補ってください",
            en="does not begin with 0; a spreadsheet may have dropped it, put it back",
        )
    if not _DOMESTIC.fullmatch(domestic):
        raise UnreadableError(
            ja="電話番号ではありません。090-1234-5678 のように入力してください",
            en="is not a phone number; write it like 090-1234-5678",
        )
    return f"+81{domestic[1:]}"


def show_phone(number: str) -> str:
    """Write an E.164 number as it is dialled in Japan; one abroad keeps its plus.

    Fixed lines outside of 03 and 06 are grouped 3-3-4: areas have codes of two to five digits,
    and no list of them is kept.
    """
    if not number.startswith("+81"):
        return number
    domestic = f"0{number.removeprefix('+81')}"
    found = next(filter(None, (group.fullmatch(domestic) for group in _GROUPS)), None)
    return "-".join(found.groups()) if found else domestic
