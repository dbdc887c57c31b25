"""One of several, or several of several."""

import re
from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import StringConstraints, field_validator

from bot.content.yaml_source import Content, Several
from bot.people.bilingual import Bilingual, Language
from bot.people.kinds import BaseAttribute, Stored
from bot.people.written import BETWEEN, UnreadableError, folded, plain

_BETWEEN: Final = re.compile(f"({BETWEEN})")
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

    def _named(self, value: str, language: Language) -> str:
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

    def _said(self, value: Any, language: Language) -> str:
        return self._named(value, language)

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

    def _said(self, value: Any, language: Language) -> str:
        between = "、" if language == "ja" else ", "
        return between.join(self._named(one, language) for one in value)

    def check(self, value: Any) -> None:
        """Take a sorted list of choices' values, each once."""
        if not isinstance(value, list) or not set(map(str, value)) <= self._labels.keys():
            raise self._other_form()
        if value != sorted(set(value)):
            raise self._other_form()

    def _read(self, text: str) -> list[str]:
        chosen: set[str] = set()
        parts = _BETWEEN.split(plain(text))  # a name, what stands behind it, the next name, …
        while parts:
            tries = range(min(self._longest_name, len(parts)), 0, -2)
            names = ((size, "".join(parts[:size])) for size in tries)
            size, name = next(
                (each for each in names if folded(each[1]) in self._values), (1, parts[0])
            )
            if name.strip():
                chosen.add(self._choose(name))
            del parts[: size + 1]
        return sorted(chosen)

    @cached_property
    def _longest_name(self) -> int:
        """Into how many parts the split takes apart the name that holds the most separators."""
        names = (name for c in self.choices for name in (c.label.ja, c.label.en))
        return max(len(_BETWEEN.split(plain(name))) for name in names)
