"""Definitions as YAML that a person would have written.

    values -> text      documents and the texts of their last files -> the files of a folder

What did not change keeps the words of its author: order, comments and all.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import yaml

from bot.content import folder
from bot.content.model import PLACES, Document, Place
from bot.content.yaml_source import Source

_WIDTH: Final = 96
_TEXT: Final = "tag:yaml.org,2002:str"


def text_of(values: Any) -> str:
    """Write values; what is short stands on one line."""
    node = yaml.representer.SafeRepresenter(sort_keys=False).represent_data(_plain(values))
    _shape(node, is_top=True)
    written: str = yaml.serialize(node, Dumper=_Indented, allow_unicode=True, width=10_000)
    return written


class _Indented(yaml.SafeDumper):
    """Sets lists in under their name."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - the emitter's own
        super().increase_indent(flow, indentless=False)


def files(documents: Iterable[Document], texts: Mapping[str, str]) -> dict[str, str]:
    """Return the files that hold all these definitions, by path below a folder.

    Args:
        documents: in order, all kinds.
        texts: the files they came from, as they were then.
    """
    written: dict[str, str] = {}
    every = list(documents)
    for place in PLACES:
        of_kind = [document for document in every if document.kind is place.kind]
        if place.list_name is not None:
            written[place.path] = _list_file(place, of_kind, texts.get(place.path))
            continue
        known = _by_key(place, texts)
        for document in of_kind:
            own = f"{place.path}/{document.key}.yaml" if place.is_folder else place.path
            path, last = known.get(document.key, (own, None))
            is_same = last is not None and last.values == document.values
            written[path] = last.text if last is not None and is_same else text_of(document.values)
    return written


def _by_key(place: Place, texts: Mapping[str, str]) -> dict[str, tuple[str, Source]]:
    found = {}
    for path, text in texts.items():
        if path == place.path or (place.is_folder and path.startswith(f"{place.path}/")):
            source = Source(text, name=path)
            for document in folder.documents(place, source):
                found[document.key] = (path, source)
    return found


def _list_file(place: Place, documents: Sequence[Document], text: str | None) -> str:
    """Write a list, with the lines of those that stand in the last file as they are now."""
    heading = f"{place.list_name}:"
    last = _Lines.of(place, heading, text)
    if last is None:
        empty = "" if documents else " []"
        return f"{heading}{empty}\n" + "".join(_item(each.values, "  ") for each in documents)
    parts = [last.part(each) or _item(each.values, last.indent) for each in documents]
    return last.head + "".join(parts) + last.tail


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a list's last file: those of each item with the comments above it."""

    head: str
    tail: str
    indent: str
    parts: Mapping[str, tuple[Any, str]]

    @classmethod
    def of(cls, place: Place, heading: str, text: str | None) -> "_Lines | None":
        """Take a file apart; None: there is none, or it is not written line by line."""
        if text is None:
            return None
        source = Source(text, name=place.path)
        items, lines = list(folder.documents(place, source)), text.splitlines(keepends=True)
        top = next(
            (i for i, line in enumerate(lines) if line.split("#")[0].strip() == heading), -1
        )
        if top < 0 or not items:
            return None
        start, parts = top + 1, {}
        for item in items:
            end = source.lines(item.at)[1]
            parts[item.key] = (item.values, "".join(lines[start:end]))
            start = end
        first = lines[source.lines(items[0].at)[0]]
        indent = first[: len(first) - len(first.lstrip())]
        return cls("".join(lines[: top + 1]), "".join(lines[start:]), indent, parts)

    def part(self, document: Document) -> str | None:
        """Return the lines of a definition that is as it was."""
        values, lines = self.parts.get(document.key, (None, ""))
        return lines if lines and values == document.values else None


def _item(values: Any, indent: str) -> str:
    return "".join(f"{indent}{line}" for line in text_of([values]).splitlines(keepends=True))


def _plain(values: Any) -> Any:
    """Return what YAML has a word for: models hold tuples and words of enumerations."""
    if isinstance(values, Mapping):
        return {str(name): _plain(value) for name, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [_plain(value) for value in values]
    return values.value if isinstance(values, Enum) else values


def _shape(node: yaml.Node, *, is_top: bool = False) -> int:
    """Put what is short on one line; return the width it takes there, at most ``_WIDTH``."""
    if isinstance(node, yaml.ScalarNode):
        if node.tag == _TEXT and not node.value.isprintable():
            node.style = (
                '"'  # only there rare signs, line breaks of other systems say, are escaped
            )
        wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in node.value)
        return _WIDTH if "\n" in node.value else len(node.value) + wide + 2
    assert isinstance(node, yaml.CollectionNode)  # noqa: S101 - YAML has no third kind
    if isinstance(node, yaml.MappingNode):
        width = sum(_shape(key) + _shape(value) for key, value in node.value) + 2
    else:
        width = sum(_shape(child) for child in node.value) + 2
        if any(isinstance(child, yaml.MappingNode) for child in node.value):
            width = _WIDTH  # a line each
    is_short = width < _WIDTH and not is_top
    node.flow_style = is_short or not node.value
    return width if is_short else _WIDTH
