"""Opening an account's segments and menus together: each names the other.

content/segments, content/menus.yaml, richmenus + vocabulary + surveys -> Opened
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import content
from bot.menus import fitting, rules
from bot.menus.rules import Rules
from bot.menus.service import Menus
from bot.menus.tabs import Tabs
from bot.people.vocabulary import Vocabulary
from bot.segments.service import Segments, open_segments
from bot.surveys.definition import Survey
from richmenus import definition


@dataclass(frozen=True, slots=True)
class Opened:
    """What decides who is who, and who sees what."""

    segments: Segments
    rules: Rules
    tabs: Tabs

    def menus(self) -> Menus:
        """Return the service that goes by them."""
        return Menus(self.rules, self.segments, self.tabs)


def open_menus(
    vocabulary: Vocabulary,
    surveys: Mapping[str, Survey],
    *,
    folder: Path = content.FOLDER,
    menus: Path = definition.FOLDER,
) -> Opened:
    """Read the segments and the rules of a content folder, and the menus they lead to.

    Args:
        vocabulary: refreshed, if rules may ask for attributes that were imported.
        surveys: by key.
        folder: whose ``segments/`` and ``menus.yaml`` to read.
        menus: the folder of the definitions.

    Raises:
        ContentError: lists the mistakes of a file, or what taps on menus name and nobody defined.
    """
    known = definition.load_all(menus)
    fitting.require_fitting(known, vocabulary.attributes, surveys, menus)
    segments = open_segments(vocabulary, surveys, content.menu_rules(folder), folder)
    return Opened(
        segments=segments,
        rules=rules.of_content(segments, menus=known, folder=folder),
        tabs=Tabs(definition.tab_sets(known).values()),
    )
