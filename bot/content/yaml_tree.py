"""A YAML text as values, and the node that each of them was written with.

    text -> tree -> Tree(values, nodes, twice), or UnreadableError

A text that was read before is not read again: a process reads all definitions whenever one of
them changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias

import yaml

Loc: TypeAlias = tuple[str | int, ...]

#: Aliases can make a short text grow without end.
_MOST_NODES: Final = 100_000
_DEEPEST: Final = 40
#: Texts kept: the definitions of one account, with room.
_KEPT: Final = 128


class UnreadableError(Exception):
    """The text is not YAML that we take."""

    def __init__(self, what: str, mark: yaml.Mark | None) -> None:
        """Take what is wrong and how to mend it, and where that stands."""
        super().__init__(what)
        self.what = what
        self.mark = mark


@dataclass(slots=True)
class Tree:
    """What a text says; shared by whoever reads the same text, so that nobody may change it."""

    values: Any = None
    nodes: dict[Loc, yaml.Node] = field(default_factory=dict)
    #: Keys written again in one mapping, and where.
    twice: list[tuple[Loc, yaml.Mark]] = field(default_factory=list)

    def copy_of_values(self) -> Any:
        """Return values that are the caller's own."""
        return _copied(self.values)


@lru_cache(maxsize=_KEPT)
def tree(text: str) -> Tree:
    """Read a text.

    Raises:
        UnreadableError: it is not YAML, empty, or too large.
    """
    loader = yaml.CSafeLoader(text)
    read = Tree()
    try:
        node = loader.get_single_node()
        if node is None:
            raise UnreadableError("the file is empty; fill it in", None)
        _walk(read, (), node)
        read.values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        what = f"not YAML: {error.problem}; check indent, quotes and colons around here"
        raise UnreadableError(what, error.problem_mark) from error
    finally:
        loader.dispose()
    return read


def _walk(read: Tree, loc: Loc, node: yaml.Node) -> None:
    if len(loc) > _DEEPEST or len(read.nodes) > _MOST_NODES:
        what = "too deep or too large; make it flatter, and mind what * repeats"
        raise UnreadableError(what, node.start_mark)
    read.nodes[loc] = node
    for step, key, child in _children(node):
        inner = (*loc, step)
        if inner in read.nodes:
            read.twice.append((inner, key.start_mark))
        _walk(read, inner, child)


def _children(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node, yaml.Node]]:
    """List a node's children as (key or index, the node to point at for the key, the value)."""
    if isinstance(node, yaml.SequenceNode):
        yield from ((index, child, child) for index, child in enumerate(node.value))
    elif isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), key, child) for key, child in node.value)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
