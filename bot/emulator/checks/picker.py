"""Date and time picker actions, and the values that a user may pick."""

import re
from datetime import datetime
from typing import Final

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import At, Findings

_SHAPES: Final = {
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}\Z"), "%Y-%m-%d"),
    "time": (re.compile(r"\d{2}:\d{2}\Z"), "%H:%M"),
    "datetime": (re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}\Z"), "%Y-%m-%dT%H:%M"),
}
#: API reference, datetime picker action.
_YEARS: Final = range(1900, 2101)


def read_moment(mode: str, value: str) -> datetime | None:
    """Read a value of one mode; None when it is not one."""
    shape, form = _SHAPES[mode]
    if not shape.match(value):
        return None
    try:
        moment = datetime.strptime(value.upper(), form)  # noqa: DTZ007 - pickers have no zone
    except ValueError:
        return None
    return moment if mode == "time" or moment.year in _YEARS else None


def check_picker(action: Node, at: At, findings: Findings) -> None:
    """Check mode, formats and the order of the bounds."""
    fields.text(action, "data", at, findings, most=limits.POSTBACK_DATA_MAX)
    mode = fields.one_of(action, "mode", at, findings, tuple(_SHAPES), required=True)
    if mode is None:
        return
    moments: dict[str, datetime] = {}
    for key in ("initial", "min", "max"):
        value = fields.string(action, key, at)
        if value is None:
            continue
        moment = read_moment(mode, value)
        if moment is None:
            findings.add(at.key(key), f"invalid {mode} format")
        else:
            moments[key] = moment
    if "min" in moments and "max" in moments and moments["min"] >= moments["max"]:
        findings.add(at.key("min"), "min must be less than max")
