"""The table of the bench, in the words of tills."""

from bot.bench.segments import table


class Table(table.Table):
    """What was measured, and what was wrong."""

    def summary(self) -> str:
        """Return the last line."""
        wrong = "; ".join(self.wrong) or "every member was the right one, every coupon used once"
        return f"till: {wrong}; {self.met} of {self.met + self.missed} speeds met."
