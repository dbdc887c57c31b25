"""Coupons of the account, and its membership plans."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Coupon:
    """A coupon as created; it can only be closed."""

    coupon_id: str
    body: dict[str, Any]
    created_at: float
    closed: bool = False


@dataclass(slots=True)
class Plan:
    """A membership plan."""

    membership_id: int
    title: str
    description: str
    benefits: list[str]
    price: float
    currency: str = "JPY"
    published: bool = True
    #: Member numbers by user, in order of joining.
    numbers: dict[str, int] = field(default_factory=dict)
