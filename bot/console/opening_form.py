"""Opening hours as a form shows and reads them: "10:00-14:00, 17:00-26:00", empty: closed."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from bot.console.language import N_
from bot.conversations.hours import DAYS, HOLIDAY, HoursError, OpeningHours
from bot.staff.shops import StaffShop

DAY_NAMES: Final[Mapping[str, str]] = {
    "mon": N_("月曜日"),
    "tue": N_("火曜日"),
    "wed": N_("水曜日"),
    "thu": N_("木曜日"),
    "fri": N_("金曜日"),
    "sat": N_("土曜日"),
    "sun": N_("日曜日"),
    HOLIDAY: N_("祝日"),
}
UNREADABLE: Final = N_(
    "時間は 10:00-19:00 のように入力してください（深夜は 26:00 まで、複数は「,」区切り）。"
)
_SPAN: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")
_DATE: Final = re.compile(r"(20[0-9]{2})[-/]([0-9]{1,2})[-/]([0-9]{1,2})[ :]*(.*)")
_CLOSED: Final = frozenset({"", "休", "休み", "定休日", "closed"})
_MOST_EXCEPTIONS: Final = 100


class UnreadableHoursError(ValueError):
    """What was written are no hours; :attr:`field` says where."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Shown:
    """A shop as its form shows it."""

    shop: StaffShop
    days: Mapping[str, str]
    #: A line each, such as ``2026-12-31 10:00-15:00 年末``.
    exceptions: str

    @classmethod
    def of(cls, shop: StaffShop) -> Self:
        """Show what is stored."""
        lines = (
            " ".join(filter(None, (e["on"], _written(e["hours"]) or "休み", e.get("note", ""))))
            for e in shop.exceptions
        )
        days = {day: _written(shop.hours.get(day, [])) for day in DAY_NAMES}
        return cls(shop, days, "\n".join(lines))

    @classmethod
    def written(cls, shop: StaffShop, given: Mapping[str, str]) -> Self:
        """Show what somebody wrote, to be corrected."""
        days = {day: given.get(f"hours_{day}", "") for day in DAY_NAMES}
        return cls(shop, days, given.get("exceptions", ""))


def read(given: Mapping[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the hours and the exceptions of a form.

    Raises:
        UnreadableHoursError: a time or a day is not one.
    """
    hours = {}
    for day in (*DAYS, HOLIDAY):
        text = given.get(f"hours_{day}", "")
        # A holiday that says nothing is a day like the others; one that says 休み is closed.
        if _folded(text) or day != HOLIDAY:
            hours[day] = _spans(text, f"hours_{day}")
    if not any(hours.values()) and HOLIDAY not in hours:
        hours = {}  # nothing said at all: the account's own hours hold
    exceptions = [_exception(line) for line in given.get("exceptions", "").splitlines() if line]
    exceptions = sorted(exceptions, key=lambda exception: str(exception["on"]))[:_MOST_EXCEPTIONS]
    for day, spans in hours.items():
        _readable({day: spans}, (), f"hours_{day}")
    _readable({}, exceptions, "exceptions")
    return hours, exceptions


def _readable(
    hours: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]], field: str
) -> None:
    try:
        OpeningHours.read(hours, exceptions)
    except HoursError:
        raise UnreadableHoursError(field) from None


def _exception(line: str) -> dict[str, Any]:
    found = _DATE.fullmatch(_folded(line))
    if found is None:
        raise UnreadableHoursError("exceptions")
    year, month, day, rest = found.groups()
    times = re.match(r"((?:[0-9:\-,]| (?=[0-9]))*)(.*)", rest)
    hours, note = (times[1], times[2].strip()) if times else ("", rest)
    if not hours and note.split(" ")[0].lower() in _CLOSED:
        note = note.partition(" ")[2]
    return {
        "on": f"{year}-{int(month):02}-{int(day):02}",
        "hours": _spans(hours, "exceptions"),
        "note": note[:40],
    }


def _spans(text: str, field: str) -> list[list[str]]:
    folded = _folded(text).replace(" ", "")
    if folded.lower() in _CLOSED:
        return []
    spans = []
    for part in folded.split(","):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise UnreadableHoursError(field)
        a, b, c, d = found.groups()
        spans.append([f"{int(a):02}:{b}", f"{int(c):02}:{d}"])
    return spans


def _written(spans: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{start}-{end}" for start, end in spans)


def _folded(text: str) -> str:
    """Return text in half width, with one kind of dash and of comma."""
    half = unicodedata.normalize("NFKC", text)
    return re.sub(r"[、，]", ",", re.sub(r"[~〜～‐–—―ー−]", "-", half)).strip()
