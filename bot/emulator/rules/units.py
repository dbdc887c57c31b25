"""Custom aggregation units: one label per call, a thousand names a month."""

import re
from typing import Any, Final

from bot.emulator import limits
from bot.emulator.checks.findings import ROOT, Findings
from bot.emulator.errors import invalid_property
from bot.emulator.model import Ledger
from bot.emulator.rules.calendar import month_of

_NAME: Final = re.compile(rf"[A-Za-z0-9_]{{1,{limits.AGGREGATION_UNIT_MAX}}}\Z")


def check(body: dict[str, Any], findings: Findings) -> str | None:
    """Check ``customAggregationUnits`` and return the unit."""
    units = body.get("customAggregationUnits")
    if units is None:
        return None
    at = ROOT.key("customAggregationUnits")
    if not isinstance(units, list):
        raise invalid_property(at.path)
    if len(units) > limits.AGGREGATION_UNITS_PER_CALL:
        findings.add(at, f"Size must be between 0 and {limits.AGGREGATION_UNITS_PER_CALL}")
    for index, unit in enumerate(units):
        if not isinstance(unit, str) or not _NAME.match(unit):
            findings.add(at.item(index), "invalid custom aggregation unit")
    return units[0] if units else None


def count(ledger: Ledger, unit: str, reached: int, now: float) -> None:
    """Label recipients; a name beyond the month's thousand is not recorded."""
    month = ledger.units.setdefault(month_of(now), {})
    if unit in month or len(month) < limits.AGGREGATION_UNITS_PER_MONTH:
        month[unit] = month.get(unit, 0) + reached


def names(ledger: Ledger, now: float) -> list[str]:
    """Return the names used this month."""
    return list(ledger.units.get(month_of(now), {}))
