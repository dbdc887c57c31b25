"""menus.yaml: which rich menu a friend should see.

    menus.yaml -> MenuRules (names and periods) -> bot.menus.rules (the rules themselves)

The first rule that fits wins; the default cannot be left out, so nobody is without a menu. What a
rule asks is read by ``bot.menus.rules``, which knows the account's segments and fields.
"""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import ConfigDict, Field, PlainValidator, model_validator

from bot.clock import TOKYO
from bot.content.words import Key
from bot.content.yaml_source import Content, Several


def _moment(value: Any) -> date:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date):
        raise ValueError(  # noqa: TRY004 - pydantic lists value errors
            "write a day such as 2026-04-01, or a time such as 2026-04-01T18:00"
        )
    return value


#: A day, or a time of a day; in Tokyo unless it says otherwise.
Moment: TypeAlias = Annotated[
    date, PlainValidator(_moment, json_schema_input_type=date | datetime)
]


class MenuRule(Content):
    """Who sees which menu, and when."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    #: By which it can be hidden; needed for nothing else.
    key: Key | None = None
    #: A segment of ``segments/``; or a rule of its own.
    segment: Key | None = None
    when: Any = None
    menu: Key
    #: Higher ones are asked first; of equal ones the one that is written first.
    priority: int = 0
    since: Moment | None = Field(default=None, alias="from")
    #: A day is the last one; a time is when it ends.
    until: Moment | None = None

    @model_validator(mode="after")
    def _asks_once(self) -> "MenuRule":
        if (self.segment is None) == (self.when is None):
            raise ValueError("write either segment, the name of one, or when, a rule of its own")
        return self

    @model_validator(mode="after")
    def _begins_first(self) -> "MenuRule":
        start, end = self.starts_at, self.ends_at
        if start is not None and end is not None and end <= start:
            raise ValueError("until is before from; exchange them")
        return self

    @property
    def starts_at(self) -> datetime | None:
        """When the rule begins to count; None: it always did."""
        return None if self.since is None else _instant(self.since)

    @property
    def ends_at(self) -> datetime | None:
        """From when on it no longer counts; None: never."""
        if self.until is None:
            return None
        is_day = not isinstance(self.until, datetime)
        return _instant(self.until + timedelta(days=1) if is_day else self.until)


class MenuRules(Content):
    """All rules, as written."""

    rules: Several[MenuRule]
    default: Key

    @property
    def menus(self) -> frozenset[str]:
        """Every menu that some friend can be shown."""
        return frozenset({self.default, *(rule.menu for rule in self.rules)})


def _instant(moment: date) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=TOKYO)
