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

from bot.content.yaml_text import (
    TAG,
    TOO_LARGE,
    Loader,
    UnreadableError,
    not_yaml,
    require_readable,
)

__all__ = ["Loc", "Tree", "UnreadableError", "tree"]

Loc: TypeAlias = tuple[str | int, ...]

#: Aliases can make a short text grow without end.
_MOST_NODES: Final = 100_000
_DEEPEST: Final = 40
_TEXT: Final = f"{TAG}str"
#: YAML 1.1 makes True of ``on`` and ``yes``; a name is a name.
_NO_NAMES: Final = frozenset(
    f"{TAG}{kind}" for kind in ("bool", "null", "int", "float", "timestamp")
)
#: Texts kept: the definitions of one account, with room.
_KEPT: Final = 128


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
    require_readable(text)
    loader = Loader(text)
    read = Tree()
    try:
        node = loader.get_single_node()
        if node is None:
            raise UnreadableError("the file is empty; fill it in", None)
        _walk(read, (), node)
        read.values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise not_yaml(text, error) from error
    finally:
        loader.dispose()
    return read


def _walk(read: Tree, loc: Loc, node: yaml.Node) -> None:
    if len(loc) > _DEEPEST or len(read.nodes) > _MOST_NODES:
        raise UnreadableError(TOO_LARGE, node.start_mark)
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
        for key, child in node.value:
            if key.tag in _NO_NAMES:
                key.tag = _TEXT
            yield str(key.value), key, child


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
