"""What must be so after a rush: one winner of each thing, and the others know who."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bot.bench.till.asking import Answer, Asking
from bot.bench.till.prepared import Things, shop_of
from bot.bench.till.table import Table

_CREATED: Final = 201
_REFUSED: Final = 409


@dataclass(frozen=True, slots=True)
class Judge:
    """Looks at the answers of one round."""

    table: Table
    database: str
    things: Things
    tills: int

    def uses(self, answers: Sequence[Answer]) -> None:
        """One till used the coupon; the others were told which, where and when."""
        winner = self._winner("coupon", answers, code="already_used")
        if winner is None:
            return
        for each in answers:
            if each is winner:
                continue
            told = (each.body.get("redemption"), each.body.get("used_shop"))
            if told != (winner.body["id"], shop_of(winner.till)) or not each.body.get("used_at"):
                self._wrong(f"till {each.till} was told {told} of the coupon")
                return

    def spends(self, answers: Sequence[Answer]) -> None:
        """One till spent the point; the others were told that none is left."""
        winner = self._winner("point", answers, code="not_enough_points")
        if winner is None:
            return
        if any(each is not winner and each.body.get("balance") != 0 for each in answers):
            self._wrong("a till was told of another balance than 0")

    def bills(self, answers: Sequence[Answer]) -> None:
        """Every try of the same call got the same answer."""
        bodies = {str(each.body) for each in answers}
        if len(bodies) != 1 or {each.status for each in answers} != {_CREATED}:
            self._wrong(f"one call was answered in {len(bodies)} ways")

    def counted(self, what: str, count: int) -> None:
        """There is one of each thing in the database."""
        if count != 1:
            self._wrong(f"{count} {what}")

    def replies(self, tokens: Sequence[str], kept: int) -> None:
        """Every phone was answered, or its answer waits for the friend's next event.

        A reply whose process died before LINE's word was written down is sent again: LINE takes a
        token once, so the phone shows one.
        """
        answered = len(set(tokens))
        self.table.add(f"{self.database}: phones answered of {self.tills}", answered, "")
        if answered + kept < self.tills or answered > self.tills:
            self._wrong(f"{answered} phones were answered, {kept} answers are kept")

    def took(self, seconds: float, asking: Asking, moment: float) -> None:
        """Note how long it took, with the new start of the processes in it."""
        name = f"{self.database}: {self.tills} tills, killed after {moment:.1%} of the answers"
        self.table.add(f"{name}, all answered in", seconds, "s")
        self.table.add(f"{name}, connections cut", asking.cut, "")

    def _winner(self, what: str, answers: Sequence[Answer], *, code: str) -> Answer | None:
        won = [each for each in answers if each.status == _CREATED]
        rest = {(each.status, each.code) for each in answers if each.status != _CREATED}
        if len(won) != 1 or rest - {(_REFUSED, code)}:
            self._wrong(f"{len(won)} tills had the {what}, the others were told {sorted(rest)}")
            return None
        tries = median(each.tries for each in answers)
        again = "; its first answer was lost" if won[0].is_again else ""
        print(
            f"{self.database}: the {what} went to till {won[0].till} after {won[0].tries} "
            f"tries{again}; a till tried {tries:.0f} times",
            flush=True,
        )
        return won[0]

    def _wrong(self, what: str) -> None:
        self.table.wrong.append(f"{self.database}: {what}")
