"""Whether a text is YAML that can be read at all, asked before anything is built of it.

    text -> require_readable, or UnreadableError -> Loader

Time and space grow with neither depth nor length of what is refused.
"""

import re
from typing import Any, Final, Protocol

import yaml

#: In characters; the largest sample has 8,000.
_LARGEST: Final = 1_000_000
_DEEPEST: Final = 40
TOO_LARGE: Final = "too deep or too large; make it flatter, and mind what * repeats"
#: What YAML 1.1 does not take; mostly slips of the keyboard.
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
TAG: Final = "tag:yaml.org,2002:"


class Mark(Protocol):
    """A place in a text, counted from 0; those of YAML's two parsers are of two types."""

    @property
    def line(self) -> int: ...  # noqa: D102

    @property
    def column(self) -> int: ...  # noqa: D102


class UnreadableError(Exception):
    """The text is not YAML that we take."""

    def __init__(self, what: str, mark: Mark | None) -> None:
        """Take what is wrong and how to mend it, and where that stands."""
        super().__init__(what)
        self.what = what
        self.mark = mark


class Loader(yaml.CSafeLoader):
    """Reads what only looks like a day or a number, such as 2026-02-30, as the text it is.

    Whoever wants a day there refuses it with its place, beside all other mistakes.
    """

    def construct_scalar_or_text(self, node: yaml.ScalarNode) -> Any:
        """Return what the scalar says, or its text where it says nothing."""
        try:
            return yaml.CSafeLoader.yaml_constructors[node.tag](self, node)
        except ValueError:
            return node.value


for _kind in ("timestamp", "int", "float"):
    Loader.add_constructor(f"{TAG}{_kind}", Loader.construct_scalar_or_text)


def require_readable(text: str) -> None:
    """Refuse what the parser would choke on.

    Raises:
        UnreadableError: it is too large, too deep, or not YAML.
    """
    if len(text) > _LARGEST:
        raise UnreadableError(f"over {_LARGEST:,} characters; is it the right file?", None)
    if found := _UNPRINTABLE.search(text):
        what = f"holds the invisible character U+{ord(found[0]):04X}; delete it"
        raise UnreadableError(what, _mark(text, found.start()))
    depth = 0
    try:
        # Composing nests as deep as the text does, and takes the process along where it overflows.
        for event in yaml.parse(text, Loader=Loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise UnreadableError(TOO_LARGE, event.start_mark)
    except yaml.MarkedYAMLError as error:
        raise not_yaml(text, error) from error


def not_yaml(text: str, error: yaml.MarkedYAMLError) -> UnreadableError:
    """Say what the parser stumbled over, in words that help."""
    mark = error.problem_mark
    lines = text.splitlines()
    line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return UnreadableError("not YAML: a tab indents this line; put spaces there", mark)
    what = f"not YAML: {error.problem}; check indent, quotes and colons around here"
    return UnreadableError(what, mark)


def _mark(text: str, index: int) -> Mark:
    line, column = text.count("\n", 0, index), index - text.rfind("\n", 0, index) - 1
    return yaml.Mark("", index, line, column, None, 0)
