"""points.yaml: how many points for how much, and how long they last.

    points.yaml -> PointRules -> points_for(amount), expires_at(now)

Amount x rate x rank x campaigns, and what campaigns add: exact fractions, rounded once at the end.
"""

import math
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from bot import content
from bot.clock import TOKYO
from bot.content.words import Key, Words
from bot.content.yaml_source import Content, Several, Source
from bot.points.model import MOST_YEN, AmountError

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FIRST: Final = Fraction(1)


class Rate(Content):
    """So many points for so many yen."""

    yen: Annotated[int, Field(ge=1)]
    points: Annotated[int, Field(ge=1)]


class Expiry(Content):
    """How long points last, from the day they were earned."""

    months: Annotated[int, Field(ge=1, le=120)]
    #: To the end of that month; else to the same day of it.
    end_of_month: bool = False


class PointCampaign(Content):
    """More points for a while."""

    key: Key
    name: Words
    #: Both days are part of it; None: no end.
    starts: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None
    #: Empty: every day.
    weekdays: Several[Weekday] = ()
    #: Empty: every shop.
    shops: Several[str] = ()
    times: Annotated[int | float, Field(ge=1, le=100)] = 1
    plus: Annotated[int, Field(ge=0, le=100_000)] = 0

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if self.starts and self.until and self.until < self.starts:
            raise ValueError("it ends before it begins; swap from and until")
        return self

    def runs(self, on: date, shop: str | None) -> bool:
        """Whether it holds on a day in Tokyo, at a shop."""
        if (self.starts and on < self.starts) or (self.until and on > self.until):
            return False
        if self.weekdays and _WEEKDAYS[on.weekday()] not in self.weekdays:
            return False
        return not self.shops or shop in self.shops


class PointRules(Content):
    """The points of an account."""

    rate: Rate
    rounding: Literal["down", "nearest", "up"] = "down"
    #: None: points never expire.
    expiry: Expiry | None = None
    returned_keep_days: Annotated[int, Field(ge=1, le=365)] = 30
    campaigns: Several[PointCampaign] = ()

    def points_for(
        self,
        amount_yen: int,
        *,
        times: Fraction = _FIRST,
        shop: str | None = None,
        at: datetime,
    ) -> int:
        """Return the points for an amount.

        Args:
            amount_yen: what counts of the bill.
            times: of the person's rank.
            shop: where it was spent.
            at: when.

        Raises:
            AmountError: less than nothing, or absurdly much.
        """
        if not 0 <= amount_yen <= MOST_YEN:
            raise AmountError(f"{amount_yen} yen: give 0 to {MOST_YEN:,}")
        exact = Fraction(amount_yen * self.rate.points, self.rate.yen) * times
        day, plus = at.astimezone(TOKYO).date(), 0
        for campaign in self.campaigns:
            if campaign.runs(day, shop):
                exact *= Fraction(str(campaign.times))
                plus += campaign.plus
        return self._rounded(exact) + (plus if amount_yen else 0)

    def expires_at(self, earned_at: datetime) -> datetime | None:
        """Return the midnight in Tokyo after the last day of points earned now."""
        if self.expiry is None:
            return None
        today = earned_at.astimezone(TOKYO).date()
        month = today.month - 1 + self.expiry.months
        year, month = today.year + month // 12, month % 12 + 1
        length = monthrange(year, month)[1]
        day = length if self.expiry.end_of_month else min(today.day, length)
        return midnight_after(date(year, month, day))

    def returned_expire_at(self, now: datetime) -> datetime:
        """Return until when points are good that came back too late for their lot."""
        return now + timedelta(days=self.returned_keep_days)

    def _rounded(self, exact: Fraction) -> int:
        match self.rounding:
            case "down":
                return math.floor(exact)
            case "up":
                return math.ceil(exact)
            case "nearest":  # a half goes up
                return math.floor(exact + Fraction(1, 2))


def midnight_after(day: date) -> datetime:
    """Return the instant at which a day in Tokyo is over."""
    return datetime.combine(day + timedelta(days=1), time(), TOKYO)


def load(folder: Path = content.FOLDER) -> PointRules:
    """Read ``points.yaml`` of a content folder.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return Source.open(folder / "points.yaml").parse(PointRules)
