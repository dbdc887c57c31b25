"""A survey as its author writes it: questions, choices, and what each answer tells of the person.

    content/surveys/<key>.yaml -> Survey -> engine (what comes next), asking (how it is asked)

Which questions are asked depends on earlier answers; ``route`` says which, as far as is known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self, TypeAlias

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot import content
from bot.content.actions import Action
from bot.content.words import Key, Lines, Title
from bot.content.yaml_source import Content, ContentError, Several, Source
from bot.surveys import crosscheck
from bot.surveys.base import (
    Answers,
    BaseQuestion,
    DateOutOfRangeError,
    NotAChoiceError,
    SurveyError,
    UnfitAnswerError,
)
from bot.surveys.choosing import Choice, ChoiceQuestion, ChoicesQuestion, ConsentQuestion
from bot.surveys.picking import DateQuestion, DateTimeQuestion, TimeQuestion
from bot.surveys.rules import Nudge, NudgeRule, Quiet, Repeat, RepeatRule
from bot.surveys.sending import ImageQuestion, LocationQuestion
from bot.surveys.writing import (
    EmailQuestion,
    NumberQuestion,
    PhoneQuestion,
    PostalCodeQuestion,
    PrefectureQuestion,
    TextQuestion,
)

__all__ = [
    "Answers",
    "BaseQuestion",
    "Choice",
    "ChoiceQuestion",
    "ChoicesQuestion",
    "ConsentQuestion",
    "DateOutOfRangeError",
    "DateQuestion",
    "DateTimeQuestion",
    "Done",
    "EmailQuestion",
    "ImageQuestion",
    "LocationQuestion",
    "NotAChoiceError",
    "Nudge",
    "NumberQuestion",
    "PhoneQuestion",
    "PostalCodeQuestion",
    "PrefectureQuestion",
    "Question",
    "Quiet",
    "Repeat",
    "Route",
    "Survey",
    "SurveyError",
    "TextQuestion",
    "TimeQuestion",
    "UnfitAnswerError",
    "load",
    "load_all",
    "parse",
]

Question: TypeAlias = Annotated[
    ChoiceQuestion
    | ChoicesQuestion
    | TextQuestion
    | NumberQuestion
    | DateQuestion
    | TimeQuestion
    | DateTimeQuestion
    | LocationQuestion
    | PostalCodeQuestion
    | PrefectureQuestion
    | PhoneQuestion
    | EmailQuestion
    | ImageQuestion
    | ConsentQuestion,
    Field(discriminator="kind"),
]


class Done(Content):
    """What is said after the last answer."""

    title: Title
    text: Lines


@dataclass(frozen=True, slots=True)
class Route:
    """Which questions a friend is asked, as far as the answers so far tell."""

    #: Asked for certain, in order.
    asked: tuple[str, ...]
    #: Asked, or not ruled out yet: what lies ahead at most.
    possible: tuple[str, ...]


class Survey(Content):
    """Questions in the order they are asked."""

    key: Key
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    title: Title
    done: Done
    questions: Several[Question]
    #: Show all answers before they are handed in, each with a button that changes it.
    review: bool = False
    #: Let answers be changed after the end, too.
    editable: bool = False
    repeat: RepeatRule = Repeat()
    nudge: NudgeRule = Nudge()
    on_done: Several[Action] = ()

    _source: Source | None = PrivateAttr(default=None)
    #: Messages made of it once, for :mod:`bot.surveys.asking`.
    _drawn: dict[Any, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, values: Any, build: ModelWrapValidatorHandler[Self]) -> Self:
        """Tell what contradicts itself together with what single fields refuse."""
        found = crosscheck.problems(values) if isinstance(values, Mapping) else ()
        errors = [
            InitErrorDetails(type=_as_it_is("value_error", said), loc=at, input=_at(values, at))
            for at, said in found
        ]
        try:
            built = build(values)
        except ValidationError as error:
            errors += [
                InitErrorDetails(
                    type=_as_it_is(item["type"], item["msg"]),
                    loc=_in_the_file(item["loc"]),
                    input=item["input"],
                )
                for item in error.errors()
            ]
        if errors:
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return built

    def question(self, key: str) -> Question:
        """Return a question by its key, or raise ``KeyError``."""
        return self.questions[self._positions[key]]

    def has(self, key: str) -> bool:
        """Whether there is a question of this key."""
        return key in self._positions

    def takes(self, key: str, value: str | None) -> bool:
        """Whether a stored answer is one still: a file may change without another version."""
        if not self.has(key):
            return False
        question = self.question(key)
        if value is None:
            return question.optional
        try:
            question.check(value)
        except SurveyError:
            return False
        return True

    def offers(self, key: str | None, text: str) -> bool:
        """Whether a typed text is one of the choices of a question."""
        question = None if key is None else self.question(key)
        return isinstance(question, (ChoiceQuestion, ChoicesQuestion)) and question.names(text)

    def position(self, key: str) -> int:
        """Return where a question stands, from 0, or raise ``KeyError``."""
        return self._positions[key]

    def route(self, answers: Answers) -> Route:
        """Say which questions these answers lead to; those that depend on nothing always are."""
        if not self._branches:
            return self._straight
        #: Decided so far: the answer, None where it was skipped or is not asked at all.
        decided: dict[str, str | None] = {}
        asked, possible = [], []
        for question in self.questions:
            open_ = any(c.question not in decided for c in question.when)
            held = [c.holds(decided[c.question]) for c in question.when if c.question in decided]
            if not all(held):
                decided[question.key] = None
                continue
            possible.append(question.key)
            if open_:
                continue
            asked.append(question.key)
            if question.key in answers:
                decided[question.key] = answers[question.key]
        return Route(tuple(asked), tuple(possible))

    def attributes(self, answers: Answers) -> dict[str, Any]:
        """Say what the answers tell of the person: attribute to value."""
        told: dict[str, Any] = {}
        for question in self.questions:
            value = answers.get(question.key)
            if value is not None and self.takes(question.key, value):
                told |= question.tells(value)
        return told

    def in_words(self, answers: Answers, *, skipped: str) -> list[tuple[str, str]]:
        """Put answers into words as far as they are known, each with its label, as they are asked.

        Args:
            answers: of any version, in any order: PostgreSQL keeps none.
            skipped: stands for an answer that was left out.
        """
        keys = sorted(answers, key=lambda key: self._positions.get(key, len(self.questions)))
        return [self._in_words(key, answers[key], skipped) for key in keys]

    def _in_words(self, key: str, value: str | None, skipped: str) -> tuple[str, str]:
        label = self.question(key).label if self.has(key) else key
        if value is None:
            return label, skipped
        return label, self.question(key).say(value) if self.takes(key, value) else value

    @property
    def drawn(self) -> dict[Any, Any]:
        """What :mod:`bot.surveys.asking` made of it, to be made once."""
        return self._drawn

    def place(self, *loc: str | int) -> str:
        """Name where something stands in its file, or the survey if it comes from none."""
        return f"survey {self.key}" if self._source is None else self._source.place(loc)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {question.key: index for index, question in enumerate(self.questions)}

    @cached_property
    def _branches(self) -> bool:
        return any(question.when for question in self.questions)

    @cached_property
    def _straight(self) -> Route:
        keys = tuple(self._positions)
        return Route(keys, keys)


def parse(source: Source) -> Survey:
    """Build a survey of a file that was read.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    survey = source.parse(Survey)
    survey._source = source  # noqa: SLF001 - its own module
    return survey


def load(path: Path) -> Survey:
    """Read one survey file.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return parse(Source.open(path))


def load_all(folder: Path = content.FOLDER) -> dict[str, Survey]:
    """Read every file of ``surveys/`` under a content folder, by key.

    Raises:
        ContentError: lists the mistakes of all files.
    """
    surveys: dict[str, Survey] = {}
    problems: list[content.Problem] = []
    for survey in _read(sorted((folder / "surveys").glob("*.yaml")), problems):
        if survey.key in surveys:
            where = surveys[survey.key].place("key")
            problems.append(_twice(survey, where))
        surveys[survey.key] = survey
    if problems:
        raise ContentError(tuple(problems))
    return surveys


def _read(paths: list[Path], problems: list[content.Problem]) -> Iterator[Survey]:
    for path in paths:
        try:
            yield load(path)
        except ContentError as error:
            problems += error.problems


def _twice(survey: Survey, where: str) -> content.Problem:
    file, line, column = survey.place("key").rsplit(":", 2)
    said = f"{survey.key} is the survey of {where}, too; choose another key"
    return content.Problem(file, int(line), int(column), "key", said)


def _as_it_is(kind: str, said: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{said}", {"said": said})


def _in_the_file(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Leave out the kind that pydantic names behind an item; some fields are called the same."""
    is_item = len(loc) > 2 and loc[0] in {"questions", "on_done"}  # noqa: PLR2004 - list, number
    return (*loc[:2], *loc[3:]) if is_item else loc


def _at(values: Any, loc: tuple[str | int, ...]) -> Any:
    for step in loc:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return None
    return values
