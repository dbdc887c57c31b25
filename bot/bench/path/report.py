"""The table of a bench: what was measured, against what must be and what is wished for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from bot.bench.path.record import Faults

_COLUMNS: Final = ("what", "median", "min–max", "must", "", "goal", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure, measured in several runs."""

    what: str
    unit: str
    values: Sequence[float]
    #: None: there is no target; the figure is for comparison.
    must: float | None = None
    goal: float | None = None
    #: Whether the target is a ceiling; else it is a floor.
    at_most: bool = False

    @property
    def median(self) -> float:
        """The figure that counts."""
        return median(self.values)

    def meets(self, target: float) -> bool:
        """Whether the median is as good as a target."""
        return self.median <= target if self.at_most else self.median >= target

    @property
    def is_missed(self) -> bool:
        """Whether what must be is not."""
        return self.must is not None and not self.meets(self.must)

    def cells(self) -> tuple[str, ...]:
        """Return the line of the table."""
        spread = f"{_figure(min(self.values))}–{_figure(max(self.values))}"
        targets = [self._target(target) for target in (self.must, self.goal)]
        return (self.what, f"{_figure(self.median)} {self.unit}", spread, *sum(targets, ()))

    def _target(self, target: float | None) -> tuple[str, str]:
        if target is None:
            return "", ""
        sign = "≤" if self.at_most else "≥"
        return f"{sign} {_figure(target)}", "met" if self.meets(target) else "missed"


@dataclass(slots=True)
class Report:
    """All lines, and what went wrong while they were measured."""

    lines: list[Line] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    #: How long the same piece of Python took before every run, in ms.
    speeds: list[float] = field(default_factory=list)

    def table(self) -> str:
        """Return the table."""
        rows = [_COLUMNS, *(line.cells() for line in self.lines)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
        return "\n".join(_row(row, widths) for row in rows)

    def summary(self) -> str:
        """Return the last line of a bench."""
        gated = [line for line in self.lines if line.must is not None]
        missed = [line for line in gated if line.is_missed]
        spread = f"{min(self.speeds):.1f}–{max(self.speeds):.1f} ms" if self.speeds else "unknown"
        return (
            f"path: {self.faults}; {len(gated) - len(missed)} of {len(gated)} speeds met "
            f"(a fixed loop took {spread}: the machine's noise)."
        )


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        cell.ljust(width) if column in {0, 4, 6} else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ).rstrip()


def _figure(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
