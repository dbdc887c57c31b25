"""Questions with answers to choose from: one, several, or yes and no to terms."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from bot.content.words import Key, Label, Words
from bot.content.yaml_source import Content, Several
from bot.line import limits
from bot.people.written import folded
from bot.surveys.base import BaseQuestion, NotAChoiceError

_FEWEST: Final = 2
#: Items of the quick reply are taken by *skip*, *back* and *later*.
_MOST: Final = limits.QUICK_REPLY_ITEMS - 3

AGREED: Final = "agree"
DECLINED: Final = "decline"

Picture = Annotated[str, StringConstraints(pattern=r"^https://[!-~]{1,1900}$")]


class Choice(Content):
    """One answer to choose."""

    #: What is stored.
    value: Key
    label: Label
    #: Address of a picture, for a carousel.
    image: Picture | None = None


class _Choices(BaseQuestion):
    choices: Several[Choice]
    #: How they are offered; quick replies stand above the keyboard in any case.
    show: Literal["buttons", "quick_replies", "carousel"] = "buttons"

    @field_validator("choices")
    @classmethod
    def _told_apart(cls, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        if not _FEWEST <= len(choices) <= _MOST:
            raise ValueError(f"{len(choices)} choices; offer {_FEWEST} to {_MOST}")
        for name in ("value", "label"):
            values = [folded(getattr(choice, name)) for choice in choices]
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"the same {name} twice: {', '.join(twice)}; make each its own")
        return choices

    @model_validator(mode="after")
    def _pictured(self) -> Self:
        bare = [choice.value for choice in self.choices if choice.image is None]
        if self.show == "carousel" and bare:
            raise ValueError(f"no picture of {', '.join(bare)}; add image, or show buttons")
        return self

    @property
    def values(self) -> tuple[str, ...]:
        """What is stored, in the order offered."""
        return tuple(choice.value for choice in self.choices)

    def label_of(self, value: str) -> str:
        """Return a choice's label; one that is no longer offered stands for itself."""
        return next((choice.label for choice in self.choices if choice.value == value), value)

    def names(self, text: str) -> bool:
        """Whether a text is one of the labels, whatever its width, case and spaces."""
        return folded(text) in map(folded, (choice.label for choice in self.choices))

    def _named(self, text: str) -> str:
        wanted = folded(text)
        found = next((c.value for c in self.choices if folded(c.label) == wanted), None)
        if found is None:
            raise NotAChoiceError(f"{self.key}: what was typed is none of the labels")
        return found


class ChoiceQuestion(_Choices):
    """A question with a few answers to choose one from."""

    kind: Literal["choice"]

    def read(self, text: str) -> str:
        """Take a label that was typed as it stands on the button."""
        return self._named(text)

    def check(self, value: str) -> None:
        """Take one of the choices.

        Raises:
            NotAChoiceError: it is another value.
        """
        if value not in self.values:
            raise NotAChoiceError(f"{self.key} does not offer {value!r}")

    def say(self, value: str) -> str:
        """Return the choice's label."""
        return self.label_of(value)

    def _samples(self) -> list[Any]:
        return list(self.values)


class ChoicesQuestion(_Choices):
    """A question with a few answers to choose several from; *decide* takes what was picked."""

    kind: Literal["choices"]
    least: Annotated[int, Field(ge=1)] = 1
    #: None: as many as there are.
    most: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _in_bounds(self) -> Self:
        if not self.least <= self.ceiling <= len(self.choices):
            raise ValueError(
                f"least {self.least} and most {self.ceiling} of {len(self.choices)} choices; "
                "bring them into this order"
            )
        return self

    @property
    def ceiling(self) -> int:
        """How many may be chosen."""
        return len(self.choices) if self.most is None else self.most

    def offers(self, value: str) -> None:
        """Take one of the choices.

        Raises:
            NotAChoiceError: it is another value.
        """
        if value not in self.values:
            raise NotAChoiceError(f"{self.key} does not offer {value!r}")

    def named(self, text: str) -> str:
        """Return the choice whose label was typed.

        Raises:
            NotAChoiceError: it is none of them.
        """
        return self._named(text)

    def joined(self, picked: frozenset[str]) -> str:
        """Write picked choices as one answer, in the order they are offered."""
        return ",".join(value for value in self.values if value in picked)

    def check(self, value: str) -> None:
        """Take a lawful number of choices, each once, in their order.

        Raises:
            NotAChoiceError: it is anything else.
        """
        picked = frozenset(value.split(",")) if value else frozenset()
        lawful = picked <= set(self.values) and self.joined(picked) == value
        if not lawful or not self.least <= len(picked) <= self.ceiling:
            raise NotAChoiceError(f"{self.key}: not {self.least} to {self.ceiling} of its choices")

    def say(self, value: str) -> str:
        """List the labels."""
        return "、".join(self.label_of(one) for one in value.split(","))

    def known(self, value: str) -> Any:
        """Return the sorted list that a multi-choice attribute keeps."""
        return sorted(value.split(","))

    def _samples(self) -> list[Any]:
        return [sorted(self.values)]


class ConsentQuestion(BaseQuestion):
    """Terms to agree to; what was shown is kept with the answer."""

    kind: Literal["consent"]
    terms: Annotated[Words, StringConstraints(max_length=1_500)]
    #: Raise it when the terms change: the answer is kept with it.
    terms_version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._-]{1,32}$")]
    #: In place of the account's words.
    agree: Label | None = None
    decline: Label | None = None
    #: What a *no* leads to: the survey ends without its actions, or the next question comes.
    declined: Literal["end", "skip"] = "end"

    @model_validator(mode="after")
    def _has_its_own_no(self) -> Self:
        if self.optional:
            raise ValueError("a consent is not optional; write declined: skip instead")
        return self

    def check(self, value: str) -> None:
        """Take a yes or a no.

        Raises:
            NotAChoiceError: it is neither.
        """
        if value not in {AGREED, DECLINED}:
            raise NotAChoiceError(f"{self.key}: neither {AGREED} nor {DECLINED}: {value!r}")

    def say(self, value: str) -> str:
        """Say what was agreed to, by the version of the terms."""
        return "同意する" if value == AGREED else "同意しない"

    def known(self, value: str) -> Any:
        """Return true for a yes."""
        return value == AGREED

    def ends(self, value: str | None) -> bool:
        """Whether this answer ends the survey."""
        return value == DECLINED and self.declined == "end"

    def _samples(self) -> list[Any]:
        return [True, False]
