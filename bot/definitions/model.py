"""The account's definitions as this version understands them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.content.model import Document
from bot.content.yaml_source import Problem
from bot.menus.rules import Rules
from bot.people.definition import Definitions
from bot.people.tags import Tags
from bot.segments.service import Segments
from bot.surveys.definition import Survey


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that is defined; each part was read against those before it."""

    attributes: Definitions
    tags: Tags
    surveys: Mapping[str, Survey]
    segments: Segments
    rules: Rules


@dataclass(frozen=True, slots=True)
class Built:
    """Definitions, and what is wrong with those that are left out of them."""

    #: None: without menu rules there is no account.
    contents: Contents | None
    problems: Sequence[Problem]
    #: Have problems of their own.
    broken: Collection[Document]
    #: Name something that is broken, and cannot be used for it.
    lost: Collection[Document]
