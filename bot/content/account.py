"""account.yaml: who the account is, and everything it says outside surveys.

    account.yaml -> Account -> handlers and flex templates

Which text is said when is for handlers to decide.
"""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from bot.content.brand import Brand
from bot.content.survey_texts import SurveyTexts
from bot.content.words import AltText, Key, Label, Title, Words
from bot.content.yaml_source import Content, Several


class Shop(Content):
    """The shop behind the account."""

    name: Words
    tagline: Words
    hours: Words


class Greeting(Content):
    """The first bubble, on becoming friends."""

    alt_text: AltText
    title: Title
    text: Words
    #: What will come and how often; said before anything is asked.
    promise: Words
    #: Starts the survey.
    button: Label
    note: Words


class WelcomeBack(Content):
    """The bubble for a friend who is back after a block."""

    alt_text: AltText
    title: Title
    text: Words


class HelpItem(Content):
    """One thing that can be done in the talk."""

    title: Words
    text: Words


class Help(Content):
    """What can be done here."""

    alt_text: AltText
    title: Title
    items: Several[HelpItem]
    #: Stands before the shop's hours.
    hours: Words
    #: Surveys that members can answer, by key; each is offered under its title.
    surveys: Several[Key] = ()


class Buttons(Content):
    """Labels of the buttons that stand in more than one place."""

    survey: Label
    card: Label
    help: Label


class Card(Content):
    """The member card in the talk."""

    alt_text: AltText
    title: Title
    number: Words
    how_to: Words
    not_a_member: Words
    expired: Words


class Replies(Content):
    """Answers to what the friend sends."""

    unknown_text: Words
    sticker: Words
    image: Words
    video: Words
    audio: Words
    file: Words
    location: Words
    other: Words
    old_button: Words
    #: ``{day}`` is the day that was picked in a menu.
    date_kept: Words
    group: Words
    failed: Words


class TalkHours(Content):
    """When staff answer, where no shop of the console says otherwise: ``[["10:00", "19:00"]]``."""

    mon: Several[Several[Words]] = ()
    tue: Several[Several[Words]] = ()
    wed: Several[Several[Words]] = ()
    thu: Several[Several[Words]] = ()
    fri: Several[Several[Words]] = ()
    sat: Several[Several[Words]] = ()
    sun: Several[Several[Words]] = ()
    #: Without it a holiday is a day like the others.
    holiday: Several[Several[Words]] | None = None

    @property
    def days(self) -> dict[str, Several[Several[Words]]]:
        """The days that have something to say."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: spans for name, spans in named.items() if spans or spans == ()}


class TalkPaid(Content):
    """How many paid answers one staff member may send a day, by role; left out: as many as any."""

    manager: Annotated[int, Field(ge=0)] | None = None
    staff: Annotated[int, Field(ge=0)] | None = None


class Talk(Content):
    """Talks with staff: how they begin and end, and what friends are told."""

    #: Asks for a person.
    button: Label
    #: Asks how long it will take.
    turn: Label
    #: Goes back to the bot.
    leave: Label
    #: A short text that holds one of these asks for a person.
    keywords: Several[Words]
    #: After so many texts in a row that the bot did not understand, staff take over; 0: never.
    after_misses: Annotated[int, Field(ge=0)]
    #: After so many hours without a word, a talk that staff have answered ends; 0: never.
    ends_after_hours: Annotated[int, Field(ge=0)]
    #: Out of hours a friend is told so at most once in so many hours.
    away_every_hours: Annotated[int, Field(ge=1)]
    #: What was said is kept so many days.
    keeps_days: Annotated[int, Field(ge=7)]
    #: A file that staff gave can be opened so many days.
    file_days: Annotated[int, Field(ge=1, le=365)]
    hours: TalkHours
    paid_a_day: TalkPaid
    #: Whether what nobody has taken is given, in turn, to those who are there.
    deals: bool = False
    #: Whose name answers of staff stand under; either: each of them chooses.
    speaks_as: Literal["account", "staff", "either"] = "either"
    #: {hours}: of today.
    connecting: Words
    #: {when}: the next opening.
    away: Words
    away_open_end: Words
    #: {position}: how many wait, this friend included.
    position: Words
    next_in_line: Words
    with_staff: Words
    left: Words
    ended: Words
    #: Opens a file that staff gave.
    file_open: Label
    #: {date}: the last day on which it opens.
    file_until: Words
    #: Read by who opens it later.
    file_gone: Words

    @model_validator(mode="after")
    def _variables(self) -> Self:
        for name, known in TALK_VARIABLES.items():
            text = getattr(self, name)
            unknown = set(re.findall(r"\{(.*?)\}", text)) - {known}
            if unknown or (known and f"{{{known}}}" not in text):
                raise ValueError(f"{name}: write {{{known}}} where it shall stand, and no other")
        return self


#: What a text of talks names, by the text; the others name nothing.
TALK_VARIABLES: Final = {
    "connecting": "hours",
    "away": "when",
    "position": "position",
    "file_until": "date",
}


class StaffLink(Content):
    """What staff are told who tie their own LINE to their account of the console."""

    #: {name}: of the staff member.
    linked: Words
    over: Words


class Account(Content):
    """The sample account, or yours."""

    shop: Shop
    brand: Brand
    greeting: Greeting
    welcome_back: WelcomeBack
    help: Help
    buttons: Buttons
    survey: SurveyTexts
    card: Card
    replies: Replies
    talk: Talk
    staff_link: StaffLink
