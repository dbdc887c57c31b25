"""A survey as its author writes it: questions, choices, and what each answer tells of the person.

    content/surveys/<key>.yaml -> Survey -> engine (what comes next), handlers (how it is asked)

Answers are strings on the wire and in storage: a choice's value, or a day as ``YYYY-MM-DD``.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, field_validator, model_validator

from bot import content
from bot.content.words import Key, Label, Title, Words
from bot.content.yaml_source import Content, Several, Source, parse_folder
from bot.line import limits

_FIRST_DAY: Final = date.fromisoformat(limits.PICKER_FIRST_DAY)
_LAST_DAY: Final = date.fromisoformat(limits.PICKER_LAST_DAY)
_FEWEST_CHOICES: Final = 2
#: One item of the quick reply is taken by *back*, one by *later*.
_MOST_CHOICES: Final = limits.QUICK_REPLY_ITEMS - 2


class SurveyError(Exception):
    """A tap that changes nothing; the friend is told why."""


class NotAChoiceError(SurveyError):
    """The question does not offer this answer."""


class DateOutOfRangeError(SurveyError):
    """The day lies outside what the question takes."""


class Choice(Content):
    """One answer to choose."""

    #: What is stored.
    value: Key
    label: Label


def _pickable(day: date) -> date:
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise ValueError(
            f"LINE's date picker goes from {_FIRST_DAY} to {_LAST_DAY}; choose within"
        )
    return day


Day: TypeAlias = Annotated[date, AfterValidator(_pickable)]


class _Question(Content):
    key: Key
    #: A few words, for summaries and the console.
    label: Words
    #: What the friend is asked.
    text: Words
    #: Why it is asked, in small print.
    note: Words | None = None
    #: The attribute of the person that the answer sets.
    attribute: Key | None = None


class ChoiceQuestion(_Question):
    """A question with a few answers to choose from."""

    kind: Literal["choice"]
    choices: Several[Choice]

    @field_validator("choices")
    @classmethod
    def _told_apart(cls, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        if not _FEWEST_CHOICES <= len(choices) <= _MOST_CHOICES:
            raise ValueError(f"{len(choices)} choices; offer {_FEWEST_CHOICES} to {_MOST_CHOICES}")
        _refuse_twice("value", [choice.value for choice in choices])
        _refuse_twice("label", [choice.label for choice in choices])
        return choices

    def check(self, value: str) -> None:
        """Take one of the choices.

        Raises:
            NotAChoiceError: it is another value.
        """
        if value not in {choice.value for choice in self.choices}:
            raise NotAChoiceError(f"{self.key} does not offer {value!r}")

    def say(self, value: str) -> str:
        """Put an answer into words; one that is no longer offered stands for itself."""
        return next((choice.label for choice in self.choices if choice.value == value), value)


class DateQuestion(_Question):
    """A question answered with the date picker."""

    kind: Literal["date"]
    #: On the button that opens the picker.
    button: Label
    initial: Day
    earliest: Day
    latest: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.earliest <= self.initial <= self.latest or self.earliest == self.latest:
            raise ValueError("earliest, initial and latest must follow each other; reorder them")
        return self

    def check(self, value: str) -> None:
        """Take a day in range.

        Raises:
            NotAChoiceError: it is not a day written YYYY-MM-DD.
            DateOutOfRangeError: it is another day.
        """
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise NotAChoiceError(f"{self.key}: not a day: {value!r}") from None
        if value != day.isoformat():
            raise NotAChoiceError(f"{self.key}: not written YYYY-MM-DD: {value!r}")
        if not self.earliest <= day <= self.latest:
            raise DateOutOfRangeError(
                f"{self.key}: {day} is not in {self.earliest}..{self.latest}"
            )

    def say(self, value: str) -> str:
        """Put an answer into words."""
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"


Question: TypeAlias = Annotated[ChoiceQuestion | DateQuestion, Field(discriminator="kind")]


class Done(Content):
    """What is said after the last answer."""

    title: Title
    text: Words


class Survey(Content):
    """Questions in the order they are asked."""

    key: Key
    version: Annotated[int, Field(ge=1)]
    title: Title
    done: Done
    questions: Several[Question]

    @field_validator("questions")
    @classmethod
    def _told_apart(cls, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        if not questions:
            raise ValueError("no question; write at least one")
        _refuse_twice("key", [question.key for question in questions])
        attributes = [question.attribute for question in questions if question.attribute]
        _refuse_twice("attribute", attributes)
        return questions

    def question(self, key: str) -> ChoiceQuestion | DateQuestion:
        """Return a question by its key, or raise ``KeyError``."""
        return self.questions[self.position(key)]

    def position(self, key: str) -> int:
        """Return where a question stands, from 0, or raise ``KeyError``."""
        for index, question in enumerate(self.questions):
            if question.key == key:
                return index
        raise KeyError(key)

    def attributes(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Say what the answers tell of the person: attribute to value."""
        return {
            question.attribute: answers[question.key]
            for question in self.questions
            if question.attribute and question.key in answers
        }

    def summary(self, answers: Mapping[str, str]) -> list[tuple[str, str]]:
        """Put the answers into words: each question's label with its answer, in order."""
        return [
            (question.label, question.say(answers[question.key]))
            for question in self.questions
            if question.key in answers
        ]


def _refuse_twice(name: str, values: list[str]) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"the same {name} twice: {', '.join(twice)}; make each its own")


def load(path: Path) -> Survey:
    """Read one survey file.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return Source.open(path).parse(Survey)


def load_all(folder: Path = content.FOLDER) -> dict[str, Survey]:
    """Read every file of ``surveys/`` under a content folder, by key.

    Raises:
        ContentError: lists the mistakes of all files.
    """
    return {survey.key: survey for survey in parse_folder(folder / "surveys", Survey)}
