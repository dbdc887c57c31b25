"""What a check is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

#: One line a problem, each with the place it was found at; none: all is well.
Problems: TypeAlias = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that holds of the whole project, and how to make it hold again."""

    name: str
    run: Callable[[], Problems]
    #: What to do about a problem: a command, or a sentence.
    mend: str
