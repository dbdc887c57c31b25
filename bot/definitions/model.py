"""The account's definitions as this version understands them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.content.model import Document
from bot.content.yaml_source import Problem
from bot.menus.rules import Rules
from bot.menus.tabs import Tabs
from bot.people.definition import Definitions
from bot.people.tags import Tags
from bot.segments.service import Segments
from bot.surveys.definition import Survey
from richmenus.definition import Menu


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that is defined; each part was read against those before it."""

    attributes: Definitions
    tags: Tags
    surveys: Mapping[str, Survey]
    segments: Segments
    #: By key; those that can be read.
    menus: Mapping[str, Menu]
    #: Keys of menus that are defined and cannot be read: they may stand on LINE all the same.
    unread_menus: frozenset[str]
    rules: Rules

    @property
    def tabs(self) -> Tabs:
        """Which of the menus lead to each other."""
        return Tabs.of(self.menus, others=self.unread_menus)


@dataclass(frozen=True, slots=True)
class Built:
    """Definitions, and what is wrong with those that are left out of them."""

    #: None: without menu rules there is no account.
    contents: Contents | None
    #: The rich menus, whatever becomes of the rest.
    menus: Mapping[str, Menu]
    problems: Sequence[Problem]
    #: Have problems of their own.
    broken: Collection[Document]
    #: Name something that is broken, and cannot be used for it.
    lost: Collection[Document]
