"""Lotteries: a seed decides, and whoever has the seed can decide again.

    fresh seed + the prizes that can be won just now -> draw -> a prize, or none

The friend is shown the commitment (SHA-256 of the seed) with the outcome. Seed, odds and outcome
are stored with the draw, so nobody can say later that it came out otherwise. A prize that is gone,
or whose share of today is, makes way for nothing: its part of the odds loses.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Final, Self

from pydantic import Field, StringConstraints, model_validator

from bot.content.words import Key, Words
from bot.content.yaml_source import Content, Several
from bot.coupons.value import Value

_BITS: Final = 64
#: The prize of a lottery that has one: the coupon itself.
WHOLE: Final = "win"


class Prize(Content):
    """One prize of several."""

    key: Key
    title: Annotated[Words, StringConstraints(max_length=40)]
    value: Value
    one_in: Annotated[int, Field(ge=1, le=1_000_000_000)]
    stock: Annotated[int | None, Field(ge=1)] = None
    #: Whether the stock is spread evenly over the days of the campaign.
    spread: bool = False

    @model_validator(mode="after")
    def _has_stock(self) -> Self:
        if self.spread and self.stock is None:
            raise ValueError("only a stock can be spread; say how many there are")
        return self


class Losing(Content):
    """What is said to whom nothing fell."""

    title: Annotated[Words, StringConstraints(max_length=40)]
    text: Words


class Lottery(Content):
    """How the coupon is drawn."""

    #: The coupon itself, once in so many draws.
    one_in: Annotated[int | None, Field(ge=1, le=1_000_000_000)] = None
    stock: Annotated[int | None, Field(ge=1)] = None
    spread: bool = False
    #: Or a table.
    prizes: Several[Prize] = ()
    losing: Losing

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if (self.one_in is None) == (not self.prizes):
            raise ValueError("give either one_in or prizes")
        keys = [prize.key for prize in self.prizes]
        if len(set(keys)) < len(keys):
            raise ValueError("two prizes of one key; give each its own")
        if sum(Fraction(1, prize.one_in) for prize in self.prizes) > 1:
            raise ValueError("the odds of all prizes make more than 1; raise one_in of some")
        if self.spread and self.stock is None:
            raise ValueError("only a stock can be spread; say how many there are")
        return self

    @property
    def spreads(self) -> bool:
        """Whether any prize is spread over days."""
        return self.spread or any(prize.spread for prize in self.prizes)

    def prize(self, key: str) -> Prize | None:
        """Return a prize of the table; None: the coupon itself."""
        return next((prize for prize in self.prizes if prize.key == key), None)

    def stocks(self) -> dict[str, tuple[int, bool]]:
        """Return how many there are of each prize that is limited, and whether spread."""
        if self.one_in is not None:
            return {} if self.stock is None else {WHOLE: (self.stock, self.spread)}
        return {p.key: (p.stock, p.spread) for p in self.prizes if p.stock is not None}

    def odds(self, closed: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Return the table that a draw is made from, as it is stored with it."""
        gone = set(closed)
        shares = (
            [(prize.key, prize.one_in) for prize in self.prizes]
            if self.one_in is None
            else [(WHOLE, self.one_in)]
        )
        return [{"prize": key, "one_in": n, "open": key not in gone} for key, n in shares]


def draw(seed: bytes, odds: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the prize that a seed wins, or None.

    The seed is one of 2^64 equal parts of the way from 0 to 1, on which the prizes lie one behind
    the other, each as wide as its odds; behind them is nothing.
    """
    digest = hashlib.sha256(b"enishi lottery 1:" + seed).digest()
    point = Fraction(int.from_bytes(digest[: _BITS // 8], "big"), 1 << _BITS)
    end = Fraction(0)
    for share in odds:
        end += Fraction(1, share["one_in"])
        if point < end:
            return share["prize"] if share["open"] else None
    return None


def commitment(seed: bytes) -> str:
    """Return what the friend is shown of a seed: it binds us, and tells nothing."""
    return hashlib.sha256(seed).hexdigest()


def allowance(stock: int, *, first: date, last: date, today: date) -> int:
    """Return how many of a spread stock may have gone out by the end of a day."""
    days = (last - first).days + 1
    passed = min(max((today - first).days + 1, 0), days)
    return -(-stock * passed // days)
