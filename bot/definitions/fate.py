"""What becomes of each definition when a folder is applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.content.model import Document
from bot.definitions.difference import Difference


class Fate(StrEnum):
    """What becomes of a definition."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"  # it is not in the folder, and it was asked to prune
    KEPT = "kept"  # it is not in the folder, and stays
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Step:
    """One definition and its fate."""

    fate: Fate
    #: As it will be; of what is removed or kept, as it is.
    document: Document
    differences: Sequence[Difference] = ()
