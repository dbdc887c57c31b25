"""Links in Markdown lead somewhere: relative ones to a file, anchors to a heading. No network."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from tests.checks import files
from tests.checks.files import ROOT
from tests.checks.model import Problems

_FENCE: Final = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE: Final = re.compile(r"`[^`\n]+`")
_LINK: Final = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_ATTRIBUTE: Final = re.compile(r"""<(?:img|a)\b[^>]*?\b(?:src|href)=["']([^"']+)["']""")
_NAME: Final = re.compile(r"""<a\b[^>]*?\b(?:id|name)=["']([^"']+)["']""")
_HEADING: Final = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_ELSEWHERE: Final = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def dead_links() -> Problems:
    """Every relative link of a document leads to a file, and its anchor to a heading."""
    return [
        f"{path}: {target}: {trouble}"
        for path in files.documents()
        for target in targets(files.read(path))
        if (trouble := _trouble(path, target))
    ]


def targets(markdown: str) -> Iterator[str]:
    """Yield where the links of a document lead, those to other sites aside."""
    text = _CODE.sub("", _FENCE.sub("", markdown))
    for match in (*_LINK.finditer(text), *_ATTRIBUTE.finditer(text)):
        target = next(group for group in match.groups() if group)
        if not _ELSEWHERE.match(target):
            yield unquote(target)


def anchors(markdown: str) -> set[str]:
    """Return the anchors of a document's headings, made as the forges make them."""
    text = _FENCE.sub("", markdown)
    found = set(_NAME.findall(text))
    for heading in _HEADING.findall(text):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        number = 0
        while (anchor := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(anchor)
    return found


def _trouble(document: Path, target: str) -> str | None:
    name, _, anchor = target.partition("#")
    path = (ROOT / document).parent / name if name else ROOT / document
    if name.startswith("/"):
        path = ROOT / name.lstrip("/")
    if not path.exists():
        return "there is no such file"
    if anchor and path.suffix == ".md" and anchor not in anchors(path.read_text("utf-8")):
        return "there is no such heading"
    return None
