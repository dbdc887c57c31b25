"""A coupon campaign as its author writes it.

    content/coupons/*.yaml, coupon_campaigns -> Campaign -> issue, show, redeem

Days are days in Tokyo; a last day is part of what it ends.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from bot import content
from bot.clock import TOKYO
from bot.content.words import Key, Words
from bot.content.yaml_source import Content, Several, parse_folder
from bot.coupons.lottery import Lottery
from bot.coupons.value import Value
from bot.line import limits

#: Stands for "no limit" where a column wants a number.
ANY_NUMBER: Final = 1_000_000

Headline: TypeAlias = Annotated[Words, StringConstraints(max_length=40)]
Picture: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^https://\S+$", max_length=limits.URL_CHARACTERS)
]


class Fixed(Content):
    """Good from one day to another, whenever it was taken."""

    kind: Literal["fixed"]
    starts: Annotated[date | None, Field(alias="from")] = None
    until: date


class Days(Content):
    """Good for so many days, today among them."""

    kind: Literal["days"]
    days: Annotated[int, Field(ge=1, le=3650)]


class MonthEnd(Content):
    """Good to the end of this month."""

    kind: Literal["month_end"]


class BirthdayMonth(Content):
    """Good in the month of the person's birthday: this one, or the next to come."""

    kind: Literal["birthday_month"]


Validity: TypeAlias = Annotated[
    Fixed | Days | MonthEnd | BirthdayMonth, Field(discriminator="kind")
]


class Limit(Content):
    """How many there are."""

    #: First come, first served; None: for everybody.
    total: Annotated[int | None, Field(ge=1, le=100_000_000)] = None
    #: Of a lottery: draws. Otherwise another one follows when the one before is used or over.
    per_person: Annotated[int, Field(ge=1, le=1_000)] = 1
    per_day: Annotated[int | None, Field(ge=1, le=100)] = None


class Period(Content):
    """When a campaign hands out coupons."""

    starts: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if self.starts and self.until and self.until < self.starts:
            raise ValueError("it ends before it begins; swap from and until")
        return self


class Campaign(Content):
    """A coupon, and who gets it when."""

    key: Key
    title: Headline
    value: Value
    text: Words
    #: Small print: what it is not good for.
    terms: str = ""
    picture: Picture | None = None
    period: Period = Period()
    validity: Validity
    limit: Limit = Limit()
    #: Key of a segment; None: everybody.
    segment: Key | None = None
    #: public: in everybody's list; link: by a button, an address or a word; hidden: given only.
    visibility: Literal["public", "link", "hidden"] = "public"
    #: Words that a friend can write to get it.
    keywords: Several[Words] = ()
    #: How often one coupon can be used; None: again and again until it is over.
    uses: Annotated[int | None, Field(ge=1, le=1_000)] = 1
    #: Whether it can be used together with others.
    stackable: bool = False
    #: made: each has a code of ours; pool: a code of the owner's, from a CSV file.
    serials: Literal["made", "pool"] | None = None
    lottery: Lottery | None = None
    #: Given to each new friend with the greeting, once in a lifetime.
    greets: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.lottery is None:
            return self
        if self.serials == "pool":
            raise ValueError("a lottery takes no codes from a pool; leave serials out")
        if self.lottery.spreads and not (self.period.starts and self.period.until):
            raise ValueError("prizes can be spread over a period with both ends; add from, until")
        return self

    def opens_at(self) -> datetime | None:
        """Return when the campaign begins."""
        return None if self.period.starts is None else _midnight(self.period.starts)

    def closes_at(self) -> datetime | None:
        """Return when the last day is over."""
        return None if self.period.until is None else _midnight(self.period.until, days=1)

    def good(
        self, now: datetime, birthday: date | None
    ) -> tuple[datetime, datetime | None] | None:
        """Return from when until when a coupon taken now is good; None: without a birthday."""
        today = now.astimezone(TOKYO).date()
        match self.validity:
            case Fixed(starts=starts, until=until):
                begins = now if starts is None else max(now, _midnight(starts))
                return begins, _midnight(until, days=1)
            case Days(days=days):
                return now, _midnight(today, days=days)
            case MonthEnd():
                return now, _midnight(_first_of_next(today))
            case BirthdayMonth():
                return None if birthday is None else _birthday(now, today, birthday.month)

    @property
    def most_uses(self) -> int:
        """How often one coupon can be used."""
        return ANY_NUMBER if self.uses is None else self.uses


def _birthday(now: datetime, today: date, month: int) -> tuple[datetime, datetime]:
    if today.month == month:
        return now, _midnight(_first_of_next(today))
    first = date(today.year + (today.month > month), month, 1)
    return _midnight(first), _midnight(_first_of_next(first))


def _first_of_next(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _midnight(day: date, *, days: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=days), time(), TOKYO)


def read(values: Mapping[str, Any]) -> Campaign:
    """Read a campaign that was stored as JSON.

    Raises:
        pydantic.ValidationError: lists every mistake with its place in the values.
    """
    return Campaign.model_validate(values, strict=False)


def written(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign as JSON values, for ``read`` to read again."""
    return campaign.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def load_all(folder: Path = content.FOLDER) -> dict[str, Campaign]:
    """Read every file of ``coupons/`` under a content folder, by key.

    Raises:
        ContentError: lists the mistakes of all files.
    """
    return {item.key: item for item in parse_folder(folder / "coupons", Campaign)}


def keywords(campaigns: Mapping[str, Campaign]) -> Iterator[tuple[str, str]]:
    """List the words friends can write, as they are looked for, with the campaign of each."""
    for campaign in campaigns.values():
        if campaign.visibility != "hidden":
            yield from ((plain(word), campaign.key) for word in campaign.keywords)


def plain(text: str) -> str:
    """Return a text as keywords are compared: without widths, case and spaces around it."""
    return unicodedata.normalize("NFKC", text).strip().casefold()
