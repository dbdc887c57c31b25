"""Days as people in Japan write them.

1990-05-12, 1990/5/12, 1990年5月12日, 19900512, 平成2年5月12日, H2.5.12 -> 1990-05-12
"""

import re
from datetime import date
from typing import Any, Final, Literal, Self

from pydantic import model_validator

from bot.people.bilingual import Language
from bot.people.kinds import BaseAttribute
from bot.people.written import UnreadableError, dashed

_FIRST: Final = date(1850, 1, 1)
_LAST: Final = date(2199, 12, 31)

#: The year before the first of each era, as named in the 元号法 and its forerunners.
_BEFORE_ERA: Final = {
    **dict.fromkeys(("明治", "明", "M"), 1867),
    **dict.fromkeys(("大正", "大", "T"), 1911),
    **dict.fromkeys(("昭和", "昭", "S"), 1925),
    **dict.fromkeys(("平成", "平", "H"), 1988),
    **dict.fromkeys(("令和", "令", "R"), 2018),
}
#: Spreadsheets put midnight behind a day.
_MIDNIGHT: Final = r"(?:[ T]0?0:00(?::00)?)?"
_DAY: Final = re.compile(
    rf"(\d{{4}})(?:([-/.])(\d{{1,2}})\2(\d{{1,2}})|年(\d{{1,2}})月(\d{{1,2}})日|(\d\d)(\d\d)){_MIDNIGHT}",
    re.ASCII,
)
_ERA_DAY: Final = re.compile(
    r"(明治?|大正?|昭和?|平成?|令和?|[MTSHR])(\d{1,2}|元)"
    r"(?:([-/.])(\d{1,2})\3(\d{1,2})|年(\d{1,2})月(\d{1,2})日)",
    re.ASCII,
)


def parse_day(text: str) -> date:
    """Read a day.

    Raises:
        UnreadableError: it is none, or it says too little, such as a year of two digits.
    """
    words = re.sub(r"\s+(?=[年月日])|(?<=[年月])\s+", "", dashed(text))
    try:
        if found := _DAY.fullmatch(words):
            month, day = (part for part in found.groups()[2:] if part is not None)
            return date(int(found[1]), int(month), int(day))
        if found := _ERA_DAY.fullmatch(words.upper()):
            year = 1 if found[2] == "元" else int(found[2])
            month, day = (part for part in found.groups()[3:] if part is not None)
            return date(_BEFORE_ERA[found[1]] + year, int(month), int(day))
    except ValueError:
        raise UnreadableError(
            ja="カレンダーにない日付です。月と日を確かめてください",
            en="is not in the calendar; check month and day",
        ) from None
    raise UnreadableError(
        ja="日付ではありません。1990-05-12 か 1990年5月12日 のように入力してください",
        en="is not a date; write it like 1990-05-12",
    )


class DateAttribute(BaseAttribute):
    """A day, stored as ``YYYY-MM-DD``."""

    kind: Literal["date"]
    earliest: date = _FIRST
    latest: date = _LAST

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.earliest > self.latest:
            raise ValueError("earliest comes after latest; swap them")
        return self

    def _said(self, value: Any, language: Language) -> str:
        """Write the day as it is read in the language."""
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日" if language == "ja" else str(value)

    def _read(self, text: str) -> str:
        day = parse_day(text)
        if not self.earliest <= day <= self.latest:
            raise UnreadableError(
                ja=f"{self.earliest}から{self.latest}までの日付にしてください",
                en=f"is out of range; write a day from {self.earliest} to {self.latest}",
            )
        return day.isoformat()
