"""One of several, or several of several."""

import re
from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import StringConstraints, field_validator

from bot.content.yaml_source import Content, Several
from bot.people.bilingual import Bilingual, Language
from bot.people.kinds import BaseAttribute, Stored
from bot.people.written import UnreadableError, folded, plain

_BETWEEN: Final = re.compile(r"[;,|、\n]")
#: More are not listed in an error; the screen has them all.
_LISTED: Final = 12


class Option(Content):
    """One answer to choose."""

    #: What is stored; no separator of lists may be in it.
    value: Annotated[str, StringConstraints(pattern=r"^[^;,|、\n\s][^;,|、\n]{0,63}$")]
    label: Bilingual


class _Choices(BaseAttribute):
    choices: Several[Option]

    @field_validator("choices")
    @classmethod
    def _told_apart(cls, choices: tuple[Option, ...]) -> tuple[Option, ...]:
        if not choices:
            raise ValueError("no choice; write at least one")
        owners: dict[str, str] = {}
        for choice in choices:
            for name in (choice.value, choice.label.ja, choice.label.en):
                if owners.setdefault(folded(name), choice.value) != choice.value:
                    raise ValueError(f"{name} stands for two choices; make each its own")
        if len({choice.value for choice in choices}) < len(choices):
            raise ValueError("the same value twice; make each its own")
        return choices

    @cached_property
    def _values(self) -> dict[str, str]:
        return {
            folded(name): choice.value
            for choice in self.choices
            for name in (choice.value, choice.label.ja, choice.label.en)
        }

    @cached_property
    def _labels(self) -> dict[str, Bilingual]:
        return {choice.value: choice.label for choice in self.choices}

    def _say(self, value: str, language: Language) -> str:
        label = self._labels.get(value)
        return value if label is None else label.say(language)

    def _choose(self, text: str) -> str:
        try:
            return self._values[folded(text)]
        except KeyError:
            raise self._none_of_them() from None

    def _none_of_them(self) -> UnreadableError:
        few = [choice.label for choice in self.choices[:_LISTED]]
        ja, en = "、".join(label.ja for label in few), ", ".join(label.en for label in few)
        if len(self.choices) > _LISTED:
            ja, en = f"{ja} など", f"{en} …"
        return UnreadableError(
            ja=f"次から選んでください: {ja}", en=f"is not offered; choose: {en}"
        )


class ChoiceAttribute(_Choices):
    """One of several; its value is stored."""

    kind: Literal["choice"]

    def show(self, value: Any, language: Language) -> str:
        """Return the choice's label."""
        return self._say(value, language)

    def check(self, value: Any) -> None:
        """Take a choice's value."""
        if not isinstance(value, str):
            raise self._other_form()
        if value not in self._labels:
            self.parse(value)
            raise self._other_form()

    def _read(self, text: str) -> str:
        return self._choose(text)


class MultiChoiceAttribute(_Choices):
    """Any of several; a sorted list of values is stored."""

    stored: ClassVar[Stored] = "list"

    kind: Literal["multi_choice"]

    def show(self, value: Any, language: Language) -> str:
        """List the labels."""
        between = "、" if language == "ja" else ", "
        return between.join(self._say(one, language) for one in value)

    def check(self, value: Any) -> None:
        """Take a sorted list of choices' values, each once."""
        if not isinstance(value, list) or not set(map(str, value)) <= self._labels.keys():
            raise self._other_form()
        if value != sorted(set(value)):
            raise self._other_form()

    def _read(self, text: str) -> list[str]:
        if folded(text) in self._values:  # a label may hold a separator itself
            return [self._values[folded(text)]]
        parts = [part for part in _BETWEEN.split(plain(text)) if part.strip()]
        return sorted({self._choose(part) for part in parts})
