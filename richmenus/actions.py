"""What a tap on an area does, as its author writes it: in words.

    action: card · action: {survey: welcome} · action: {url: "https://…"}  ->  LINE's action object

A word of ours becomes a typed postback, so a handler answers it and taps can be counted; what
LINE does by itself (open an address, call, switch a tab) is left to LINE.
"""

from datetime import date as Day  # noqa: N812 - a field is called date
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias
from urllib.parse import quote

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from bot.content.words import Key, Words
from bot.content.yaml_source import Content
from bot.line import limits
from bot.line.counting import graphemes
from bot.line.messages import Action, date_picker, postback, say, uri
from bot.line.rules.actions import RICH_MENU, check_action
from bot.line.rules.report import Report
from bot.postbacks import (
    AskStaff,
    JoinMembers,
    PickDate,
    PostbackData,
    ShowCard,
    ShowCoupons,
    ShowHelp,
    ShowPoints,
    ShowStamps,
    StartSurvey,
    SwitchTab,
)
from richmenus.looks import Icon

#: Short enough for an alias on LINE.
MenuKey: TypeAlias = Annotated[Key, Field(max_length=24)]


def alias_of(key: str) -> str:
    """Return the alias of a menu, by which tabs find it whatever its version."""
    return f"enishi-{key}"


class Does(Content):
    """Base of what a tap can do."""

    icon: ClassVar[Icon] = Icon.LINK

    def as_line(self, label: str) -> Action:
        """Return the action as LINE takes it."""
        raise NotImplementedError

    def drawn_as(self) -> Icon:
        """Return the icon of an area whose author chose none."""
        return self.icon


class Answers(Does):
    """Base of what the bot answers."""

    def data(self) -> PostbackData:
        """Return what the tap tells the bot."""
        raise NotImplementedError

    def as_line(self, label: str) -> Action:
        """Tell the bot, and show the label as said by the friend."""
        return postback(label, self.data(), display_text=label)


class StartsSurvey(Answers):
    """Ask the first question, or go on where the friend stopped."""

    do: Literal["survey"]
    survey: Key
    icon: ClassVar = Icon.SURVEY

    def data(self) -> PostbackData:
        """Return what the tap tells the bot."""
        return StartSurvey(survey=self.survey)


class Asks(Answers):
    """Everything of ours that needs nothing said beside it."""

    do: Literal["card", "join", "points", "stamps", "coupons", "staff", "help"]

    def data(self) -> PostbackData:
        """Return what the tap tells the bot."""
        return ASKED[self.do][0]

    def drawn_as(self) -> Icon:
        """Return the icon of an area whose author chose none."""
        return ASKED[self.do][1]


#: By word: what the tap tells the bot, and the icon.
ASKED: Final[dict[str, tuple[PostbackData, Icon]]] = {
    "card": (ShowCard(), Icon.CARD),
    "join": (JoinMembers(), Icon.CARD),
    "points": (ShowPoints(), Icon.POINTS),
    "stamps": (ShowStamps(), Icon.STAMPS),
    "coupons": (ShowCoupons(), Icon.COUPON),
    "staff": (AskStaff(), Icon.STAFF),
    "help": (ShowHelp(), Icon.HELP),
}


class PicksDate(Answers):
    """Let the friend pick a day; it is kept in an attribute of theirs."""

    do: Literal["date"]
    #: The attribute that keeps the day.
    date: Key
    initial: Day | None = None
    earliest: Day | None = None
    latest: Day | None = None
    icon: ClassVar = Icon.CALENDAR

    @model_validator(mode="after")
    def _in_order(self) -> "PicksDate":
        if self.earliest and self.latest and self.earliest >= self.latest:
            raise ValueError("latest must be after earliest; exchange or correct them")
        return self

    def data(self) -> PostbackData:
        """Return what the tap tells the bot."""
        return PickDate(attribute=self.date)

    def as_line(self, label: str) -> Action:
        """Open LINE's date picker."""
        return date_picker(
            label, self.data(), initial=self.initial, earliest=self.earliest, latest=self.latest
        )


def _address(value: str) -> str:
    """Percent-encode what LINE wants encoded, and leave what is encoded already."""
    encoded = quote(value, safe="!#$%&'()*+,/:;=?@[]~-._")
    if not encoded.lower().startswith(("https://", "http://", "line://")):
        raise ValueError("an address begins with https://; write it in full")
    if len(encoded) > limits.URI_CHARACTERS:
        raise ValueError(f"{len(encoded)} characters, LINE takes {limits.URI_CHARACTERS}")
    return encoded


def _telephone(value: object) -> object:
    digits = "".join(sign for sign in str(value) if sign in "+0123456789")
    fits = 10 <= len(digits) <= 15 and digits.startswith(("0", "+")) and "+" not in digits[1:]  # noqa: PLR2004 - E.164
    if not isinstance(value, str) or not fits:
        raise ValueError('a number with its area code, in quotes, such as "03-1234-5678"')
    return digits


class OpensAddress(Does):
    """Open a web page; the bot does not hear of it."""

    do: Literal["url"]
    url: Annotated[Words, AfterValidator(_address)]
    icon: ClassVar = Icon.LINK

    def as_line(self, label: str) -> Action:
        """Open the address in LINE's browser."""
        return uri(label, self.url)


class Calls(Does):
    """Offer to call a number; the bot does not hear of it."""

    do: Literal["tel"]
    tel: Annotated[str, BeforeValidator(_telephone)]
    icon: ClassVar = Icon.PHONE

    def as_line(self, label: str) -> Action:
        """Open the telephone."""
        return uri(label, f"tel:{self.tel}")


def _sayable(value: str) -> str:
    if graphemes(value) > limits.ACTION_TEXT_GRAPHEMES:
        raise ValueError(f"more than {limits.ACTION_TEXT_GRAPHEMES} characters; shorten it")
    return value


class Says(Does):
    """Send a text as if the friend had typed it."""

    do: Literal["text"]
    text: Annotated[Words, AfterValidator(_sayable)]
    icon: ClassVar = Icon.TALK

    def as_line(self, label: str) -> Action:
        """Let the friend say the text."""
        return say(label, self.text)


class SwitchesTab(Does):
    """Show another menu of the same set, at once."""

    do: Literal["tab"]
    tab: MenuKey
    icon: ClassVar = Icon.TAB

    def as_line(self, label: str) -> Action:
        """Switch to the menu behind an alias; LINE does it, and tells the bot."""
        return {
            "type": "richmenuswitch",
            "label": label,
            "richMenuAliasId": alias_of(self.tab),
            "data": SwitchTab(menu=self.tab).encode(),
        }


class Raw(Content):
    """What other tools beside the bot need: a payload of theirs, or any action of LINE's."""

    postback: Annotated[Words, StringConstraints(max_length=limits.POSTBACK_DATA_UNITS)] | None = (
        None
    )
    display_text: Words | None = None
    #: An action object as LINE documents it, without its label.
    line: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Raw":
        if (self.postback is None) == (self.line is None):
            raise ValueError("write either postback: or line: there")
        return self


class Advanced(Does):
    """Whatever else LINE can do."""

    do: Literal["advanced"]
    advanced: Raw
    icon: ClassVar = Icon.LINK

    @model_validator(mode="after")
    def _taken_by_line(self) -> "Advanced":
        report = Report()
        check_action(report, self.as_line("A"), "advanced", RICH_MENU)
        if report.problems:
            raise ValueError("; ".join(str(problem) for problem in report.problems))
        return self

    def as_line(self, label: str) -> Action:
        """Return the action unchanged but for the label."""
        if self.advanced.line is not None:
            return {"label": label, **self.advanced.line}
        action: Action = {"type": "postback", "label": label, "data": self.advanced.postback}
        said = self.advanced.display_text
        return action if said is None else action | {"displayText": said}


#: Words that need nothing beside them, and those that do; also as screens call them.
_BARE: Final = tuple(ASKED)
_WITH: Final = ("survey", "url", "tel", "text", "tab", "date", "advanced")
_JAPANESE: Final = {
    "会員証": "card",
    "会員になる": "join",
    "ポイント": "points",
    "スタンプカード": "stamps",
    "クーポン": "coupons",
    "スタッフに相談": "staff",
    "ヘルプ": "help",
    "使い方": "help",
    "アンケート": "survey",
    "URL": "url",
    "電話": "tel",
    "テキスト": "text",
    "タブ": "tab",
    "タブ切替": "tab",
    "日時選択": "date",
}


def _worded(value: object) -> object:
    """Name the kind of an action by the word it is written with."""
    if isinstance(value, str):
        return {"do": _JAPANESE.get(value, value)}
    if isinstance(value, dict) and "do" not in value:
        words = {_JAPANESE.get(str(word), str(word)): said for word, said in value.items()}
        kinds = [word for word in words if word in _WITH]
        if len(kinds) > 1:
            raise ValueError(f"{' and '.join(kinds)} are two actions; an area has one")
        if kinds:
            return {"do": kinds[0], **words}
        known = ", ".join((*_BARE, *(f"{word}: …" for word in _WITH)))
        raise ValueError(f"no action that is known here; write one of {known}")
    return value


AnAction: TypeAlias = Annotated[
    Annotated[
        StartsSurvey | Asks | PicksDate | OpensAddress | Calls | Says | SwitchesTab | Advanced,
        Field(discriminator="do"),
    ],
    BeforeValidator(_worded, json_schema_input_type=str | dict[str, Any]),
]
