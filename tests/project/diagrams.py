"""The state diagrams in ARCHITECTURE.md, as edges."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tests.checks.files import ROOT

_DIAGRAM: Final = re.compile(
    r"^### (.+?)\n(.*?)```mermaid\nstateDiagram-v2\n(.*?)```", re.MULTILINE | re.DOTALL
)
_EDGE: Final = re.compile(r"^\s*(\S+) --> (\S+?)(?:: (.+))?$", re.MULTILINE)


class Edge(NamedTuple):
    """One arrow; ``[*]`` is where nothing is yet, or any more."""

    source: str
    target: str
    label: str


def edges(heading: str) -> set[Edge]:
    """Return the arrows of the diagram under a heading."""
    (drawn,) = [body for title, body in _diagrams() if title == heading]
    return {Edge(*match) for match in _EDGE.findall(drawn)}


def headings() -> set[str]:
    """Return the headings that have a diagram."""
    return {title for title, _ in _diagrams()}


def _diagrams() -> Iterator[tuple[str, str]]:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for section in re.split(r"^(?=#{2,3} )", text, flags=re.MULTILINE):
        if match := _DIAGRAM.match(section):
            yield match[1], match[3]
