"""How often a survey may be answered, and when a friend who stopped is reminded."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints

from bot.clock import TOKYO
from bot.content.words import Lines
from bot.content.yaml_source import Content
from bot.surveys.picking import TimeOfDay

_DAYS: Final = {"D": 1, "W": 7}


class Repeat(Content):
    """How often: once, once a period, or always."""

    is_always: bool = Field(default=False, alias="always")
    #: ``P30D``, ``P2W``, or a calendar ``month`` or ``year`` in Tokyo.
    once_per: (
        Annotated[str, StringConstraints(pattern=r"^(P[1-9][0-9]{0,3}[DW]|month|year)$")] | None
    ) = None

    def again_at(self, done_at: datetime) -> datetime | None:
        """Return from when on it may be answered once more; None: never."""
        if self.is_always:
            return done_at
        if self.once_per is None:
            return None
        if self.once_per.startswith("P"):
            return done_at + timedelta(days=int(self.once_per[1:-1]) * _DAYS[self.once_per[-1]])
        first = done_at.astimezone(TOKYO).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        if self.once_per == "year" or first.month == 12:  # noqa: PLR2004 - December
            return first.replace(year=first.year + 1, month=1)
        return first.replace(month=first.month + 1)


def _spelled(written: Any) -> Any:
    if isinstance(written, Repeat):
        return written
    if written == "once":
        return {}
    if written == "always":
        return {"always": True}
    if isinstance(written, dict) and written.keys() == {"once_per"}:
        return written
    if isinstance(written, dict) and written.keys() <= {"always", "once_per"}:
        return written  # as versions are stored
    raise ValueError("not known; write once, always, or {once_per: month}")


RepeatRule: TypeAlias = Annotated[
    Repeat,
    BeforeValidator(_spelled, json_schema_input_type=Literal["once", "always"] | Repeat),
]


class Quiet(Content):
    """Hours in which nobody is reminded, by the clock of Tokyo."""

    from_: TimeOfDay = Field(default="21:00", alias="from")
    until: TimeOfDay = "09:00"

    def over_at(self, at: datetime) -> datetime | None:
        """Return when the quiet hours around a moment end; None: it is in none."""
        here = at.astimezone(TOKYO)
        start, end = time.fromisoformat(self.from_), time.fromisoformat(self.until)
        now = here.time()
        is_quiet = start <= now < end if start <= end else now >= start or now < end
        if not is_quiet:
            return None
        over = here.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return over if over > here else over + timedelta(days=1)


class Nudge(Content):
    """One reminder of a survey that waits for an answer, and no second one."""

    after_minutes: Annotated[int, Field(ge=5, le=7 * 24 * 60)] = 60
    quiet: Quiet = Quiet()
    #: May cost a message; without it the reminder rides along with the friend's next event, free.
    pays: bool = False
    #: In place of the account's words.
    text: Lines | None = None

    def after(self, moment: datetime) -> datetime:
        """Return when a friend who says nothing from a moment on is looked after."""
        return moment + timedelta(minutes=self.after_minutes)

    def due(self, last: datetime, now: datetime) -> datetime:
        """Return when to remind a friend whose last step was at ``last``: not in quiet hours."""
        moment = max(self.after(last), now)
        return self.quiet.over_at(moment) or moment


def _switched_off(written: Any) -> Any:
    return None if written is False else written


NudgeRule: TypeAlias = Annotated[
    Nudge | None,
    BeforeValidator(_switched_off, json_schema_input_type=Nudge | Literal[False] | None),
]
