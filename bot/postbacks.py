"""Every button this account has issued. Append only: a bubble sent last year stays tappable.

    PostbackData.encode() -> LINE -> the friend's tap -> PostbackData.decode()

On the wire a payload is ``action=<domain.verb>&<field>=<value>…``, readable in logs and in other
tools. A payload whose meaning changes gets a new action; decoding never guesses.
"""

from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Any, ClassVar, Final, Self, get_type_hints
from urllib.parse import parse_qsl, urlencode

#: UTF-16 code units. Source: Messaging API reference, postback action, ``data``.
MAX_UNITS: Final = 300


class PostbackError(ValueError):
    """The data of a postback is not what its action promises."""


@dataclass(frozen=True, slots=True)
class PostbackData:
    """Base of every payload; fields are ``str`` or ``int``."""

    action: ClassVar[str]

    def encode(self) -> str:
        """Return the wire string.

        Raises:
            PostbackError: the string is longer than LINE accepts.
        """
        return _encoded(self)

    @classmethod
    def decode(cls, values: dict[str, str]) -> Self:
        """Build the payload from its wire fields, the action left out.

        Raises:
            PostbackError: a field is missing, unknown or of the wrong type.
        """
        types = _types(cls)  # type: ignore[arg-type] # classes are hashable, says all but mypy
        wanted = {field.name for field in fields(cls)}
        if wanted != values.keys():
            raise PostbackError(
                f"{cls.action}: fields {sorted(values)}, expected {sorted(wanted)}"
            )
        try:
            return cls(**{name: types[name](value) for name, value in values.items()})
        except ValueError as error:
            raise PostbackError(f"{cls.action}: {error}") from error


@lru_cache(maxsize=1_024)  # most buttons are the same for every friend
def _encoded(data: PostbackData) -> str:
    values = {field.name: getattr(data, field.name) for field in fields(data)}
    encoded = urlencode({"action": data.action, **values})
    if len(encoded) > MAX_UNITS:  # ASCII after urlencode: one unit a character
        raise PostbackError(f"{data.action}: {len(encoded)} characters, LINE takes {MAX_UNITS}")
    return encoded


@cache
def _types(data_type: type[PostbackData]) -> dict[str, Any]:
    return get_type_hints(data_type)


@dataclass(frozen=True, slots=True)
class StartSurvey(PostbackData):
    """*Answer the survey*: in the greeting, in the guest menu, and after *later*."""

    action: ClassVar[str] = "survey.start"
    survey: str


@dataclass(frozen=True, slots=True)
class AnswerSurvey(PostbackData):
    """One choice, or the date picker, of one question."""

    action: ClassVar[str] = "survey.answer"
    survey: str
    version: int
    question: str
    #: Empty for a picker: the value comes in the event's ``params``.
    value: str


@dataclass(frozen=True, slots=True)
class BackSurvey(PostbackData):
    """*Back*: ask the question before this one again."""

    action: ClassVar[str] = "survey.back"
    survey: str
    version: int
    question: str


@dataclass(frozen=True, slots=True)
class LaterSurvey(PostbackData):
    """*Later*: keep the answers and stop asking."""

    action: ClassVar[str] = "survey.later"
    survey: str
    version: int


@dataclass(frozen=True, slots=True)
class ShowCard(PostbackData):
    """*Member card*, in the member menu and under the last answer of the survey."""

    action: ClassVar[str] = "card.show"


@dataclass(frozen=True, slots=True)
class ShowHelp(PostbackData):
    """*What can I do here?*, in the menus and under an answer the bot did not understand."""

    action: ClassVar[str] = "help.show"


@dataclass(frozen=True, slots=True)
class ShowCoupons(PostbackData):
    """*Coupons*, in the member menu: everything the friend can use now."""

    action: ClassVar[str] = "coupon.list"


@dataclass(frozen=True, slots=True)
class AskStaff(PostbackData):
    """*Talk to us*, in the menus: a person is wanted."""

    action: ClassVar[str] = "staff.ask"


@dataclass(frozen=True, slots=True)
class SwitchTab(PostbackData):
    """A tab of a menu. LINE has switched already and says so in the event's ``params``."""

    action: ClassVar[str] = "menu.tab"
    menu: str


@dataclass(frozen=True, slots=True)
class PickDate(PostbackData):
    """A day picked in a menu; it comes in the event's ``params``."""

    action: ClassVar[str] = "date.pick"
    #: The attribute that keeps it.
    attribute: str


@dataclass(frozen=True, slots=True)
class AskTurn(PostbackData):
    """*How long?*, while waiting for staff: how many wait."""

    action: ClassVar[str] = "staff.turn"


@dataclass(frozen=True, slots=True)
class LeaveStaff(PostbackData):
    """*Never mind*, while staff have the talk: the bot is back."""

    action: ClassVar[str] = "staff.leave"


@dataclass(frozen=True, slots=True)
class SkipSurvey(PostbackData):
    """*Skip*: leave an optional question without an answer."""

    action: ClassVar[str] = "survey.skip"
    survey: str
    version: int
    question: str


@dataclass(frozen=True, slots=True)
class PickSurvey(PostbackData):
    """One of several choices: ``on`` is 1 to pick it, 0 to take it out again."""

    action: ClassVar[str] = "survey.pick"
    survey: str
    version: int
    question: str
    value: str
    on: int


@dataclass(frozen=True, slots=True)
class DecideSurvey(PostbackData):
    """*Decide*: take the picked choices as the answer."""

    action: ClassVar[str] = "survey.decide"
    survey: str
    version: int
    question: str


@dataclass(frozen=True, slots=True)
class StopSurvey(PostbackData):
    """*Stop*: keep the answers and do not remind."""

    action: ClassVar[str] = "survey.stop"
    survey: str
    version: int


@dataclass(frozen=True, slots=True)
class ChangeSurvey(PostbackData):
    """*Change*, beside an answer of the summary."""

    action: ClassVar[str] = "survey.change"
    survey: str
    version: int
    question: str


@dataclass(frozen=True, slots=True)
class FinishSurvey(PostbackData):
    """*Hand in*, under the summary."""

    action: ClassVar[str] = "survey.finish"
    survey: str
    version: int


@dataclass(frozen=True, slots=True)
class MoreCoupons(PostbackData):
    """*More*, behind the coupons shown so far."""

    action: ClassVar[str] = "coupon.more"
    #: So many have been shown.
    shown: int


@dataclass(frozen=True, slots=True)
class ClaimCoupon(PostbackData):
    """*Take it*, or *draw*: in the list of coupons, in deliveries, behind a link."""

    action: ClassVar[str] = "coupon.claim"
    campaign: str


@dataclass(frozen=True, slots=True)
class ShowCoupon(PostbackData):
    """One coupon, with its terms and the way to use it."""

    action: ClassVar[str] = "coupon.show"
    coupon_id: int


@dataclass(frozen=True, slots=True)
class ShowPoints(PostbackData):
    """*Points*: the balance, what expires next, and the last changes."""

    action: ClassVar[str] = "point.show"


@dataclass(frozen=True, slots=True)
class ShowStamps(PostbackData):
    """*Stamp card*: how full it is, and what comes next."""

    action: ClassVar[str] = "stamp.show"


@dataclass(frozen=True, slots=True)
class JoinMembers(PostbackData):
    """*Become a member*, straight from a menu."""

    action: ClassVar[str] = "card.join"


@dataclass(frozen=True, slots=True)
class LinkCard(PostbackData):
    """*Yes, this is my card*, under the number that the friend has typed."""

    action: ClassVar[str] = "card.link"
    number: str


def parse(data: str) -> tuple[str, dict[str, str]]:
    """Split wire data into its action (empty: not ours) and its fields."""
    values = dict(parse_qsl(data, keep_blank_values=True))
    return values.pop("action", ""), values
