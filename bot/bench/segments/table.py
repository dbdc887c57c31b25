"""The table of the bench: each figure beside its target."""

from dataclasses import dataclass, field
from unicodedata import east_asian_width


@dataclass(slots=True)
class Table:
    """What was measured, and what was wrong."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    met: int = 0
    missed: int = 0
    #: Counts that differed from SQL's, lists that lost or doubled somebody.
    wrong: list[str] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, target: float | None = None) -> None:
        """Note a figure; it meets a target that it does not exceed."""
        verdict = ""
        if target is not None:
            is_met = value <= target
            verdict = "met" if is_met else "missed"
            self.met += is_met
            self.missed += not is_met
        shown = "" if target is None else f"≤ {_figure(target)} {unit}"
        self.rows.append((what, f"{_figure(value)} {unit}", shown, verdict))
        print("  ".join(self.rows[-1]), flush=True)

    def text(self) -> str:
        """Return the table."""
        rows = [("what", "median", "target", ""), *self.rows]
        widths = [max(_width(row[column]) for row in rows) for column in range(4)]
        return "\n".join(_line(row, widths) for row in rows)

    def summary(self) -> str:
        """Return the last line."""
        wrong = "; ".join(self.wrong) or "every count and list was SQL's"
        return f"segments: {wrong}; {self.met} of {self.met + self.missed} speeds met."


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    padded = []
    for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
        room = " " * (width - _width(cell))
        padded.append(room + cell if column in {1, 2} else cell + room)
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _figure(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
