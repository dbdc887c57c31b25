"""Models whose parts must fit each other: what does not is told beside what single fields refuse.

    values of a file -> contradictions(values) + the fields' own checks -> one ValidationError

Whoever made ten mistakes mends ten in one go, instead of finding the second kind after the first.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self, TypeAlias

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot.content.yaml_source import Content
from bot.content.yaml_tree import Loc

#: A place below the model, and what is wrong there with its mend.
Found: TypeAlias = tuple[Loc, str]


class CrossChecked(Content):
    """A model that says where its values contradict each other."""

    @classmethod
    def contradictions(cls, values: Mapping[str, Any]) -> Iterator[Found]:
        """List them; the values are as the file has them, of any type, and nothing may raise."""
        raise NotImplementedError

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, values: Any, build: ModelWrapValidatorHandler[Self]) -> Self:
        found = cls.contradictions(values) if isinstance(values, Mapping) else ()
        errors = [
            InitErrorDetails(type=_said("value_error", s), loc=at, input=None) for at, s in found
        ]
        try:
            built = build(values)
        except ValidationError as error:
            errors += [
                InitErrorDetails(
                    type=_said(each["type"], each["msg"].removeprefix("Value error, ")),
                    loc=each["loc"],
                    input=each["input"],
                )
                for each in error.errors()
            ]
        if errors:
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return built


def items(values: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return a list of a file, each item that is none empty."""
    listed = values.get(name)
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return []
    return [each if isinstance(each, Mapping) else {} for each in listed]


def number(values: Mapping[str, Any], name: str) -> float | None:
    """Return a number of a file; None: it is missing, or something else."""
    value = values.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _said(kind: str, words: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{said}", {"said": words})
