"""YAML read so that every mistake is shown with its place and its mend.

    file -> Source (values, and where each stands) -> model, or one ContentError with all problems

The models say what is right; this module only finds the line and column for what they refuse.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import SetupError

Loc: TypeAlias = tuple[str | int, ...]
T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)

#: A YAML list, kept as a tuple so that models stay hashable.
Several: TypeAlias = Annotated[tuple[T, ...], Field(strict=False)]

#: How to put right what pydantic refuses, by its error type.
_MENDS: Final = {
    "missing": "add it",
    "extra_forbidden": "remove it, or check its spelling",
    "string_type": "put it in quotes",
    "string_too_short": "write something there",
    "int_type": "write a whole number",
    "string_pattern_mismatch": "use small letters, digits and _, a letter first",
    "greater_than_equal": "raise it",
    "union_tag_invalid": "choose one of them",
    "union_tag_not_found": "say which kind it is",
    "model_type": "write names and values there",
    "tuple_type": "write a list there",
    "date_type": "write a date such as 1990-04-01, without quotes",
}


class Content(BaseModel):
    """Base of everything read from content files: immutable, and strict about types and names."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


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


class Source:
    """One YAML file: its values, and where each of them stands."""

    def __init__(self, text: str, *, name: str) -> None:
        """Read the text; ``name`` is how problems call the file.

        Raises:
            ContentError: the text is not YAML, or is empty.
        """
        self.name = name
        self._nodes: dict[Loc, yaml.Node] = {}
        self._twice: list[Problem] = []
        self.values = self._load(text)

    @classmethod
    def open(cls, path: Path) -> "Source":
        """Read a file; problems name it relative to the working directory where they can."""
        root = Path.cwd()
        name = path.relative_to(root) if path.is_relative_to(root) else path
        return cls(path.read_text("utf-8"), name=str(name))

    def parse(self, model: type[ModelT], **context: object) -> ModelT:
        """Build a model from the values; its validators find ``context`` where they look for it.

        Raises:
            ContentError: lists what the model refuses, and keys written twice.
        """
        problems = self._twice.copy()
        try:
            built = model.model_validate(self.values, context=context)
        except ValidationError as error:
            problems += [self._refused(item) for item in error.errors()]
        else:
            if not problems:
                return built
        problems.sort(key=lambda problem: (problem.line, problem.column))
        raise ContentError(tuple(problems))

    def _load(self, text: str) -> Any:
        loader = yaml.CSafeLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise ContentError((self._at(None, "", "the file is empty; fill it in"),))
            self._walk((), node)
            return loader.construct_document(node)
        except yaml.MarkedYAMLError as error:
            what = f"not YAML: {error.problem}; check indent, quotes and colons around here"
            raise ContentError((self._at(error.problem_mark, "", what),)) from error
        finally:
            loader.dispose()

    def _walk(self, loc: Loc, node: yaml.Node) -> None:
        self._nodes[loc] = node
        for step, key, child in _children(node):
            inner = (*loc, step)
            if inner in self._nodes:
                problem = self._at(key.start_mark, _field(inner), "written twice; keep one")
                self._twice.append(problem)
            self._walk(inner, child)

    def _refused(self, error: ErrorDetails) -> Problem:
        loc = self._known(error["loc"])
        node = self._nodes[loc]
        kind, message = error["type"], error["msg"].removeprefix("Value error, ")
        if kind == "missing":
            loc = (*loc, error["loc"][-1])
        elif isinstance(node, yaml.ScalarNode):
            message += f" (found: {node.value})"
        mend = f"; {_MENDS[kind]}" if kind in _MENDS else ""
        return self._at(node.start_mark, _field(loc), message + mend)

    def _known(self, loc: Loc) -> Loc:
        """Keep the steps that the file has; pydantic also names union tags and absent fields."""
        here: Loc = ()
        for step in loc:
            if (*here, step) in self._nodes:
                here = (*here, step)
        return here

    def _at(self, mark: yaml.Mark | None, field: str, message: str) -> Problem:
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


def _field(loc: Loc) -> str:
    return ".".join(str(step) for step in loc)


def _children(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node, yaml.Node]]:
    """List a node's children as (key or index, the node to point at for the key, the value)."""
    if isinstance(node, yaml.SequenceNode):
        yield from ((index, child, child) for index, child in enumerate(node.value))
    elif isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), key, child) for key, child in node.value)
