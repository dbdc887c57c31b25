"""What LINE's plans for accounts in Japan include, and what a message past that costs; dated.

    quota of the month -> plan_of -> price_of (the next message)

Source: LINE for Business, fees of official accounts in Japan, plans since 2023-06-01, without
tax. The account's ceiling, which LINE tells as its quota, is what the plan includes and what was
ordered beyond it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan of an account."""

    name: str
    included: int
    #: Yen for each further message, by how many were bought before; empty: none can be bought.
    steps: tuple[tuple[int, Decimal], ...] = ()

    def price_of(self, used: int) -> Decimal | None:
        """Return what the next message costs after so many; None: it cannot be bought."""
        extra = used - self.included
        if extra < 0:
            return Decimal(0)
        fitting = [price for start, price in self.steps if extra >= start]
        return fitting[-1] if fitting else None


#: From the smallest; a plan holds where the month's quota reaches what it includes.
PLANS: Final[tuple[tuple[date, tuple[Plan, ...]], ...]] = (
    (
        date(2023, 6, 1),
        (
            Plan("コミュニケーション", 200),
            Plan("ライト", 5_000),
            Plan("スタンダード", 30_000, ((0, Decimal("3.0")), (50_000, Decimal("2.8")))),
        ),
    ),
)


def plan_of(quota: int, on: date) -> Plan:
    """Return the plan that an account with this quota a month must have."""
    plans = [plans for since, plans in PLANS if since <= on][-1:] or [PLANS[0][1]]
    fitting = [plan for plan in plans[0] if quota >= plan.included]
    return fitting[-1] if fitting else plans[0][0]
