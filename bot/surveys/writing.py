"""Questions answered by typing; what is typed is read as kindly as attributes are.

The rules of each kind are those of :mod:`bot.people`: full-width digits, any dash, any space.
"""

from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Literal, Self

import regex
import structlog
from pydantic import Field, field_validator, model_validator

from bot.content.words import Caption, Key, Lines
from bot.people.bilingual import Bilingual
from bot.people.contacts import (
    EmailAttribute,
    PhoneAttribute,
    PostalCodeAttribute,
    PrefectureAttribute,
)
from bot.people.kinds import BaseAttribute, NumberAttribute, TextAttribute, UnfitError, spelled
from bot.people.postal import prefecture_of
from bot.surveys.base import BaseQuestion, UnfitAnswerError

#: For one text; thousands of others wait meanwhile.
_PATIENCE_SECONDS: Final = 0.05

_log = structlog.get_logger(__name__)


class _Typed(BaseQuestion):
    has_buttons: ClassVar[bool] = False

    @cached_property
    def _rules(self) -> BaseAttribute:
        raise NotImplementedError

    def read(self, text: str) -> str:
        """Take what was typed.

        Raises:
            UnfitAnswerError: it cannot be read.
        """
        try:
            return self._written(self._rules.parse(text))
        except UnfitError as error:
            raise UnfitAnswerError(f"{error.reason.ja}。") from None

    def _written(self, value: Any) -> str:
        return str(value)

    def check(self, value: str) -> None:
        """Take an answer that was read before.

        Raises:
            UnfitAnswerError: it does not fit (any more).
        """
        if self.read(value) != value:
            raise UnfitAnswerError("もう一度入力してください。")

    def say(self, value: str) -> str:
        """Write it as people do."""
        return self._rules.show(self.known(value), "ja")


def _label(label: str) -> Bilingual:
    return Bilingual.same(label)


class TextQuestion(_Typed):
    """Free words."""

    kind: Literal["text"]
    longest: Annotated[int, Field(ge=1, le=2_000)] = 200
    #: A regular expression that the whole text must match.
    pattern: str | None = None
    #: What the friend is told when it does not.
    pattern_help: Lines | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                regex.compile(pattern)
            except regex.error as error:
                raise ValueError(f"not a regular expression: {error}; mend it") from None
        return pattern

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if (self.pattern is None) != (self.pattern_help is None):
            raise ValueError("pattern and pattern_help go together; add the other")
        return self

    @cached_property
    def _rules(self) -> BaseAttribute:
        return TextAttribute(
            key=self.key, label=_label(self.label), kind="text", longest=self.longest
        )

    def read(self, text: str) -> str:
        """Take the words as they are.

        Raises:
            UnfitAnswerError: they are too long, or not of the form that is asked for.
        """
        words = super().read(text)
        if self.pattern is not None and not self._matches(self.pattern, words):
            raise UnfitAnswerError(str(self.pattern_help))
        return words

    def _matches(self, pattern: str, words: str) -> bool:
        """Whether a text fits; some patterns would look at some texts for years."""
        try:
            return regex.fullmatch(pattern, words, timeout=_PATIENCE_SECONDS) is not None
        except TimeoutError:
            _log.warning("survey.slow_pattern", question=self.key)
            return False

    def _samples(self) -> list[Any]:
        return ["あ" * self.longest]


class NumberQuestion(_Typed):
    """A count or a measure."""

    kind: Literal["number"]
    minimum: float | None = None
    maximum: float | None = None
    #: Stands after the number, such as 人.
    unit: Caption | None = None
    #: Fractions are taken, too.
    fractions: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if None not in {self.minimum, self.maximum} and self.minimum >= self.maximum:  # type: ignore[operator] # neither is None
            raise ValueError("minimum must be below maximum; swap them")
        return self

    @cached_property
    def _rules(self) -> BaseAttribute:
        return NumberAttribute(
            key=self.key,
            label=_label(self.label),
            kind="number",
            whole=not self.fractions,
            minimum=self.minimum,
            maximum=self.maximum,
            unit=None if self.unit is None else _label(self.unit),
        )

    def _written(self, value: Any) -> str:
        return spelled(value)

    @property
    def range(self) -> str:
        """Say what is taken, such as 1〜20; nothing where everything is."""
        if self.minimum is not None and self.maximum is not None:
            return f"{spelled(self.minimum)}〜{spelled(self.maximum)}"
        if self.minimum is not None:
            return f"{spelled(self.minimum)}以上"
        return "" if self.maximum is None else f"{spelled(self.maximum)}以下"

    def known(self, value: str) -> Any:
        """Return the number."""
        return float(value) if "." in value else int(value)

    def _samples(self) -> list[Any]:
        ends = [end for end in (self.minimum, self.maximum) if end is not None] or [1]
        return [int(end) if float(end).is_integer() else end for end in ends]


class PostalCodeQuestion(_Typed):
    """A Japanese postal code; the prefecture follows from it where its digits tell."""

    kind: Literal["postal_code"]
    #: The attribute that the prefecture sets.
    prefecture: Key | None = None

    @cached_property
    def _rules(self) -> BaseAttribute:
        return PostalCodeAttribute(key=self.key, label=_label(self.label), kind="postal_code")

    def say(self, value: str) -> str:
        """Write it as on an envelope, with the prefecture."""
        code = prefecture_of(value)
        shown = f"〒{super().say(value)}"
        if code is None:
            return shown
        where = PrefectureAttribute(key=self.key, label=_label(self.label), kind="prefecture")
        return f"{shown}（{where.show(code, 'ja')}）"

    def tells(self, value: str) -> dict[str, Any]:
        """Tell the code, and the prefecture if it is asked for and clear."""
        told, code = super().tells(value), prefecture_of(value)
        return told if self.prefecture is None or code is None else told | {self.prefecture: code}

    def examples(self) -> dict[str, list[Any]]:
        """Return what both attributes must be able to keep."""
        both = super().examples()
        return both if self.prefecture is None else both | {self.prefecture: ["13"]}

    def _samples(self) -> list[Any]:
        return ["1500001"]


class PrefectureQuestion(_Typed):
    """One of the 47, typed by name."""

    kind: Literal["prefecture"]

    @cached_property
    def _rules(self) -> BaseAttribute:
        return PrefectureAttribute(key=self.key, label=_label(self.label), kind="prefecture")

    def _samples(self) -> list[Any]:
        return ["13"]


class PhoneQuestion(_Typed):
    """A telephone number."""

    kind: Literal["phone"]

    @cached_property
    def _rules(self) -> BaseAttribute:
        return PhoneAttribute(key=self.key, label=_label(self.label), kind="phone")

    def _samples(self) -> list[Any]:
        return ["+819012345678"]


class EmailQuestion(_Typed):
    """An e-mail address."""

    kind: Literal["email"]

    @cached_property
    def _rules(self) -> BaseAttribute:
        return EmailAttribute(key=self.key, label=_label(self.label), kind="email")

    def _samples(self) -> list[Any]:
        return ["mei@example.com"]
