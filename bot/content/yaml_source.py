"""YAML read so that every mistake is shown with its place and its mend.

    file -> Source (values, and where each stands) -> model, or one ContentError with all problems

The models say what is right; this module only finds the line and column for what they refuse.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.content.yaml_text import Mark
from bot.content.yaml_tree import Loc, Tree, UnreadableError, tree
from bot.errors import SetupError

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)

#: A YAML list, kept as a tuple so that models stay hashable.
Several: TypeAlias = Annotated[tuple[T, ...], Field(strict=False)]

#: Of a value that is refused, in characters.
_SHOWN: Final = 80

#: How to put right what pydantic refuses, by its error type.
_MENDS: Final = {
    "missing": "add it",
    "literal_error": "choose one of them",
    "enum": "choose one of them",
    "bool_type": "write true or false",
    "float_type": "write a number",
    "finite_number": "write it in digits",
    "less_than_equal": "lower it",
    "greater_than": "raise it",
    "less_than": "lower it",
    "string_too_long": "shorten it",
    "dict_type": "write names and values there",
    "list_type": "write a list there",
    "model_attributes_type": "write names and values there",
    "datetime_type": "write a time such as 2026-04-01T09:00:00, without quotes",
    "time_type": 'write a time such as "09:00"',
    "extra_forbidden": "remove it, or check its spelling",
    "string_type": "put it in quotes",
    "string_too_short": "write something there",
    "int_type": "write a whole number",
    "greater_than_equal": "raise it",
    "union_tag_invalid": "choose one of them",
    "union_tag_not_found": "say which kind it is",
    "model_type": "write names and values there",
    "tuple_type": "write a list there",
    "date_type": "write a date of the calendar such as 1990-04-01, without quotes",
    "date_from_datetime_inexact": "write a date alone, such as 1990-04-01",
}

#: The same for texts of a form, by how its pattern begins.
_FORMS: Final = {
    "^[a-z]": "use small letters, digits and _, a letter first",
    "^[0-9A-Za-z._-]": "use letters, digits, dots and dashes",
    "^https://": "write an address that begins with https://, without spaces",
    "^#": "write a colour such as #A5462A, in quotes",
    "^(P": "write days or weeks such as P30D or P2W, month or year",
}


class Content(BaseModel):
    """Base of everything read from content files: immutable, and strict about types and names."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one file; lines and columns count from 1."""

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        field = f"{self.field}: " if self.field else ""
        return f"{self.file}:{self.line}:{self.column}: {field}{self.message}"


class ContentError(SetupError, ValueError):
    """A content file is not what it should be; ``problems`` has every mistake found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class MistakesError(ValueError):
    """What a model's validator refuses, where that is more than one thing or deeper inside."""

    def __init__(self, mistakes: Sequence[tuple[Loc, str]]) -> None:
        """Take pairs of a place below the model and what is wrong there."""
        super().__init__("; ".join(what for _, what in mistakes))
        self.mistakes = mistakes


class Source:
    """One YAML file: its values, and where each of them stands."""

    def __init__(self, text: str, *, name: str) -> None:
        """Read the text; ``name`` is how problems call the file.

        Raises:
            ContentError: the text is not YAML, or is empty.
        """
        self.name = name
        self.text = text
        read = self._load(text)
        self._nodes, self.values = read.nodes, read.copy_of_values()
        self._twice = [
            (loc, self._at(mark, _field(loc), "written twice; keep one"))
            for loc, mark in read.twice
        ]

    @classmethod
    def open(cls, path: Path) -> "Source":
        """Read a file; problems name it relative to the working directory where they can.

        Raises:
            ContentError: the file cannot be read, is not UTF-8, not YAML, or empty.
        """
        root = Path.cwd()
        name = str(path.relative_to(root) if path.is_relative_to(root) else path)
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            what = "not UTF-8; save it again in that encoding"
            raise ContentError((Problem(name, 1, 1, "", what),)) from error
        except OSError as error:
            what = f"cannot be read ({error.strerror}); check its name"
            raise ContentError((Problem(name, 1, 1, "", what),)) from error
        return cls(text, name=name)

    def parse(
        self, model: type[ModelT] | TypeAdapter[ModelT], at: Loc = (), /, **context: object
    ) -> ModelT:
        """Build a model from the values; its validators find ``context`` where they look for it.

        Args:
            model: what the values should be.
            at: the part of the file to read; all of it by default.
            **context: such as ``catalogue``.

        Raises:
            ContentError: lists what the model refuses, and keys written twice.
        """
        validate = (
            model.validate_python if isinstance(model, TypeAdapter) else model.model_validate
        )
        problems = [problem for loc, problem in self._twice if loc[: len(at)] == at]
        try:
            built = validate(self.value(at), context=context)
        except ValidationError as error:
            for item in error.errors():
                problems += self._refused(at, item)
        else:
            if not problems:
                return built
        problems.sort(key=lambda problem: (problem.line, problem.column))
        raise ContentError(tuple(problems))

    def value(self, at: Loc) -> Any:
        """Return a part of the values."""
        found = self.values
        for step in at:
            found = found[step]
        return found

    def lines(self, at: Loc) -> tuple[int, int]:
        """Return where a part begins and ends, as indexes of lines; the last is not of it."""
        node = last = self._nodes[at]
        # A block ends for YAML where the next thing begins, behind all comments between.
        while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
            child = last.value[-1]
            last = child[1] if isinstance(child, tuple) else child
        return node.start_mark.line, last.end_mark.line + (1 if last.end_mark.column else 0)

    def problem(self, loc: Loc, message: str) -> Problem:
        """Say what is wrong at a place that another file, or a folder, shows to be wrong."""
        return self._at(self._nodes[self._known(loc)].start_mark, _field(loc), message)

    def place(self, loc: Loc) -> str:
        """Say where something stands, as ``file:line:column``."""
        mark = self._nodes[self._known(loc)].start_mark
        return f"{self.name}:{mark.line + 1}:{mark.column + 1}"

    def _load(self, text: str) -> Tree:
        try:
            return tree(text)
        except UnreadableError as error:
            raise ContentError((self._at(error.mark, "", error.what),)) from error

    def _refused(self, at: Loc, error: ErrorDetails) -> Iterator[Problem]:
        kind, steps = error["type"], (*at, *error["loc"])
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, MistakesError):
            for deeper, what in cause.mistakes:
                yield self.problem((*self._known(steps), *deeper), what)
            return
        message = error["msg"].removeprefix("Value error, ")
        if kind == "missing":
            loc = self._known(steps[:-1], only=yaml.MappingNode)
            node, loc = self._nodes[loc], (*loc, steps[-1])
        else:
            loc = self._known(steps)
            node = self._nodes[loc]
            if isinstance(node, yaml.ScalarNode):
                message += f" (found: {_shortened(node.value)})"
        mend = f"; {words}" if (words := _mend(error)) else ""
        yield self._at(node.start_mark, _field(loc), message + mend)

    def _known(self, loc: Loc, *, only: type[yaml.Node] = yaml.Node) -> Loc:
        """Keep the steps that the file has; pydantic also names union tags and absent fields.

        A tag may be called like a field beside it, so that the way that goes furthest is right.
        """
        ways: list[Loc] = [()]
        for step in loc:
            ways += [(*way, step) for way in ways if (*way, step) in self._nodes]
        return max((way for way in ways if isinstance(self._nodes[way], only)), key=len)

    def _at(self, mark: Mark | None, field: str, message: str) -> Problem:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return Problem(self.name, line, column, field, message)


def parse_folder(folder: Path, model: type[ModelT], **context: object) -> list[ModelT]:
    """Read every YAML file of a folder, in order of name.

    Raises:
        ContentError: lists the mistakes of all files.
    """
    built: list[ModelT] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            built.append(Source.open(path).parse(model, **context))
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(tuple(problems))
    return built


def _mend(error: ErrorDetails) -> str:
    of_its_form = (mend for start, mend in _FORMS.items() if f"pattern '{start}" in error["msg"])
    return _MENDS.get(error["type"], "") or next(of_its_form, "")


def _field(loc: Loc) -> str:
    return ".".join(str(step) for step in loc)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
