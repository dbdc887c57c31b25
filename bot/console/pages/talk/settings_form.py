"""The rules of talks as a form shows and reads them.

fields -> read -> values as account.yaml would have them, or what is wrong with each field
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from multidict import MultiMapping

from bot.console import opening_form
from bot.console.language import N_
from bot.content import Talk
from bot.content.account import TALK_VARIABLES
from bot.conversations.hours import DAYS, HOLIDAY
from bot.line.counting import graphemes
from bot.line.limits import LABEL_GRAPHEMES
from bot.staff.shops import StaffShop

#: Longer ones are no word in passing; LINE takes ten times as much.
LONGEST_TEXT: Final = 500
_MOST_KEYWORDS: Final = 50
_LONGEST_KEYWORD: Final = 40

#: What friends read, by the name of the rule, with what it is called.
TEXTS: Final[Mapping[str, str]] = {
    "connecting": N_("おつなぎするとき"),
    "away": N_("営業時間外（次の営業が分かるとき）"),
    "away_open_end": N_("営業時間外（次の営業が分からないとき）"),
    "with_staff": N_("もう一度相談をタップしたとき"),
    "position": N_("順番を確認したとき"),
    "next_in_line": N_("次が順番のとき"),
    "left": N_("お客様が相談をやめたとき"),
    "ended": N_("対応が終わったとき"),
    "file_until": N_("送ったファイルの期限"),
    "file_gone": N_("期限の過ぎたファイルを開いたとき"),
}
LABELS: Final[Mapping[str, str]] = {
    "button": N_("相談をはじめるボタン"),
    "turn": N_("順番を確認するボタン"),
    "leave": N_("相談をやめるボタン"),
    "file_open": N_("ファイルを開くボタン"),
}
#: The least and the most of each number.
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "after_misses": (0, 20),
    "ends_after_hours": (0, 720),
    "away_every_hours": (1, 168),
    "file_days": (1, 365),
}
#: Roles whose paid answers can be limited.
PAID: Final = ("staff", "manager")
_MOST_PAID: Final = 10_000
SPEAKS: Final[Mapping[str, str]] = {
    "account": N_("アカウントの名前で送る"),
    "staff": N_("担当者の名前で送る"),
    "either": N_("担当者が送るたびに選ぶ"),
}

_EMPTY: Final = N_("入力してください。")
_TOO_LONG: Final = N_("長すぎます。短くしてください。")
_NO_NUMBER: Final = N_("%(least)s〜%(most)s の数字を入力してください。")
_VARIABLE: Final = N_("{%(name)s} を入れてください。ほかの { } は使えません。")
_NO_VARIABLE: Final = N_("ここでは { } は使えません。")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field: words to be translated, and what they name."""

    words: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What a form says."""

    #: As account.yaml would have it; fields with mistakes are left out.
    values: dict[str, Any]
    #: As it was written, to be corrected.
    written: Mapping[str, str]
    wrong: Mapping[str, Wrong]


def shown(talk: Talk) -> dict[str, str]:
    """Return the fields of a form that shows the rules."""
    fields = {name: str(getattr(talk, name)) for name in (*TEXTS, *LABELS, *NUMBERS)}
    fields["keywords"] = "\n".join(talk.keywords)
    for role in PAID:
        limit = getattr(talk.paid_a_day, role)
        fields[f"paid_{role}"] = "" if limit is None else str(limit)
    fields["deals"] = "yes" if talk.deals else ""
    fields["speaks_as"] = talk.speaks_as
    days = opening_form.Shown.of(StaffShop(key="", name="", hours=talk.hours.days)).days
    holiday = "" if talk.hours.holiday is None else days[HOLIDAY] or "休み"
    return fields | {f"hours_{day}": days[day] for day in DAYS} | {f"hours_{HOLIDAY}": holiday}


def read(given: MultiMapping[Any]) -> Read:
    """Read a form; every field that cannot be used is named."""
    names = (*TEXTS, *LABELS, *NUMBERS, "keywords", *(f"paid_{role}" for role in PAID))
    written = dict.fromkeys(names, "")
    written |= {name: str(value).replace("\r\n", "\n").strip() for name, value in given.items()}
    values: dict[str, Any] = {}
    wrong: dict[str, Wrong] = {}
    for name in (*TEXTS, *LABELS):
        text = values[name] = written.get(name, "")
        if problem := _of_text(name, text):
            wrong[name] = problem
    for name, (least, most) in NUMBERS.items():
        number = _number(written.get(name, ""), least, most)
        values[name] = number
        if number is None:
            wrong[name] = Wrong(_NO_NUMBER, {"least": least, "most": most})
    values["keywords"] = _keywords(written.get("keywords", ""))
    if any(len(word) > _LONGEST_KEYWORD for word in values["keywords"]):
        wrong["keywords"] = Wrong(_TOO_LONG)
    values["paid_a_day"] = _paid(written, wrong)
    values["deals"] = written.get("deals") == "yes"
    speaks = written.get("speaks_as", "")
    values["speaks_as"] = speaks if speaks in SPEAKS else "either"
    try:
        hours, _ = opening_form.read({**written, "exceptions": ""})
        closed: dict[str, Any] = {day: [] for day in DAYS} | {HOLIDAY: None}
        values["hours"] = closed | hours
    except opening_form.UnreadableHoursError as error:
        wrong[error.field] = Wrong(opening_form.UNREADABLE)
    known = {name: value for name, value in values.items() if name not in wrong}
    return Read(known, written, wrong)


def _of_text(name: str, text: str) -> Wrong | None:
    if not text:
        return Wrong(_EMPTY)
    if name in LABELS:
        return Wrong(_TOO_LONG) if graphemes(text) > LABEL_GRAPHEMES else None
    if len(text) > LONGEST_TEXT:
        return Wrong(_TOO_LONG)
    wanted = TALK_VARIABLES.get(name)
    named = set(re.findall(r"\{(.*?)\}", text))
    if wanted is None:
        return Wrong(_NO_VARIABLE) if named else None
    return None if named == {wanted} else Wrong(_VARIABLE, {"name": wanted})


def _keywords(text: str) -> list[str]:
    words = (line.strip() for line in text.split("\n"))
    return list(dict.fromkeys(word for word in words if word))[:_MOST_KEYWORDS]


def _paid(written: Mapping[str, str], wrong: dict[str, Wrong]) -> dict[str, int | None]:
    limits: dict[str, int | None] = {}
    for role in PAID:
        text = written.get(f"paid_{role}", "")
        limits[role] = _number(text, 0, _MOST_PAID) if text else None
        if text and limits[role] is None:
            wrong[f"paid_{role}"] = Wrong(_NO_NUMBER, {"least": 0, "most": _MOST_PAID})
    return limits


def _number(text: str, least: int, most: int) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):  # noqa: PLR2004
        return None
    return int(text) if least <= int(text) <= most else None
