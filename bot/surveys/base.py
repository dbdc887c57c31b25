"""What every question of a survey can do, whatever its kind.

    a tap, a typed text, a picture -> read -> answer (a string) -> check -> storage -> say, known

Answers are strings on the wire and in storage: a choice's value, several joined by commas, a day
as ``YYYY-MM-DD``. ``None`` stands for a question that was skipped.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from bot.content.words import Caption, Key, Label, Lines
from bot.content.yaml_source import Content, Several

#: By question, in the order they were first given; None: skipped.
Answers: TypeAlias = Mapping[str, str | None]


class SurveyError(Exception):
    """A tap or a text that changes nothing; the friend is told why."""


class NotAChoiceError(SurveyError):
    """The question does not offer this answer, or does not take it in this form."""


class DateOutOfRangeError(SurveyError):
    """The day lies outside what the question takes."""


class UnfitAnswerError(SurveyError):
    """What was typed cannot be the answer; ``reason`` tells the friend, in Japanese."""

    def __init__(self, reason: str) -> None:
        super().__init__("an answer that does not fit")
        self.reason = reason


class Condition(Content):
    """What must have been answered before, for a question to be asked."""

    question: Key
    #: The answer, or one of several given, is this one.
    is_: str | None = Field(default=None, alias="is")
    any_of: Several[str] | None = None
    none_of: Several[str] | None = None
    at_least: float | None = None
    at_most: float | None = None
    #: Whether it was answered at all, and not skipped.
    answered: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set - {"question"}:
            raise ValueError(
                "nothing is asked of the answer; add is, any_of, none_of, at_least, at_most "
                "or answered"
            )
        return self

    @property
    def values(self) -> tuple[str, ...]:
        """Every answer that it names."""
        one = () if self.is_ is None else (self.is_,)
        return (*one, *(self.any_of or ()), *(self.none_of or ()))

    def holds(self, value: str | None) -> bool:
        """Ask it of an answer; a question that was skipped, or never came, has none."""
        given = frozenset() if value is None else frozenset(value.split(","))
        number = _number(value)
        return (
            (self.is_ is None or self.is_ in given)
            and (self.any_of is None or not given.isdisjoint(self.any_of))
            and (self.none_of is None or given.isdisjoint(self.none_of))
            and (self.at_least is None or (number is not None and number >= self.at_least))
            and (self.at_most is None or (number is not None and number <= self.at_most))
            and (self.answered is None or self.answered == (value is not None))
        )


def _number(value: str | None) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def _one_or_several(written: Any) -> Any:
    return (written,) if isinstance(written, dict) else written


Conditions: TypeAlias = Annotated[
    Several[Condition],
    BeforeValidator(_one_or_several, json_schema_input_type=Several[Condition] | Condition),
]


class BaseQuestion(Content):
    """Something a friend is asked."""

    #: Whether the bubble has buttons that answer it.
    has_buttons: ClassVar[bool] = True
    #: The type of the other message that is the answer, such as ``location``.
    is_sent_as: ClassVar[str | None] = None

    key: Key
    #: A few words, for summaries and the console.
    label: Caption
    #: What the friend is asked.
    text: Lines
    #: Why it is asked, in small print.
    note: Lines | None = None
    #: How to answer, where the account's words for the kind say too little.
    help: Lines | None = None
    #: The attribute of the person that the answer sets.
    attribute: Key | None = None
    #: It may be skipped.
    optional: bool = False
    #: On the button that skips it, in place of the account's words.
    skip: Label | None = None
    #: It is asked only if all of these hold.
    when: Conditions = ()

    def read(self, text: str) -> str:
        """Take a typed text.

        Returns:
            The answer.

        Raises:
            NotAChoiceError: this question is not answered by typing, or not like this.
            UnfitAnswerError: it is, and the text is not right.
        """
        raise NotAChoiceError(f"{self.key} is not answered by typing: {len(text)} characters")

    def check(self, value: str) -> None:
        """Take an answer as it is stored.

        Raises:
            SurveyError: it is none of this question's.
        """
        raise NotImplementedError

    def say(self, value: str) -> str:
        """Put an answer into words."""
        return value

    def known(self, value: str) -> Any:
        """Return the answer as the JSON value of an attribute."""
        return value

    def tells(self, value: str) -> dict[str, Any]:
        """Say what an answer tells of the person: attribute to value."""
        return {} if self.attribute is None else {self.attribute: self.known(value)}

    def examples(self) -> dict[str, list[Any]]:
        """Return values by attribute that the attribute must be able to keep."""
        samples = self._samples()
        return {} if self.attribute is None else {self.attribute: samples}

    def _samples(self) -> list[Any]:
        raise NotImplementedError
