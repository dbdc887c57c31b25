"""Every button this account has issued. Append only: a bubble sent last year stays tappable.

    PostbackData.encode() -> LINE -> the friend's tap -> PostbackData.decode()

On the wire a payload is ``action=<domain.verb>&<field>=<value>…``, readable in logs and in other
tools. A payload whose meaning changes gets a new action; decoding never guesses.
"""

from dataclasses import dataclass, fields
from typing import ClassVar, Final, Self, get_type_hints
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
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        data = urlencode({"action": self.action, **values})
        if len(data) > MAX_UNITS:  # ASCII after urlencode: one unit a character
            raise PostbackError(f"{self.action}: {len(data)} characters, LINE takes {MAX_UNITS}")
        return data

    @classmethod
    def decode(cls, values: dict[str, str]) -> Self:
        """Build the payload from its wire fields, the action left out.

        Raises:
            PostbackError: a field is missing, unknown or of the wrong type.
        """
        types = get_type_hints(cls)
        wanted = {field.name for field in fields(cls)}
        if wanted != values.keys():
            raise PostbackError(
                f"{cls.action}: fields {sorted(values)}, expected {sorted(wanted)}"
            )
        try:
            return cls(**{name: types[name](value) for name, value in values.items()})
        except ValueError as error:
            raise PostbackError(f"{cls.action}: {error}") from error


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


def parse(data: str) -> tuple[str, dict[str, str]]:
    """Split wire data into its action (empty: not ours) and its fields."""
    values = dict(parse_qsl(data, keep_blank_values=True))
    return values.pop("action", ""), values
