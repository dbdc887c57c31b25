"""How every menu stands, by the database alone: LINE is not asked.

definitions + given pictures + versions + rules + hides -> Overview -> list and menu pages
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.console.language import N_
from bot.content.brand import Brand
from bot.menus import hides
from bot.menus.choosing import Choice
from bot.menus.model import HIDDEN, Hide, open_at
from bot.menus.rules import Rule
from bot.menus.service import Menus
from bot.people.bilingual import Language
from bot.segments.words import say
from richmenus import pictures, repository
from richmenus.definition import Menu
from richmenus.dressing import wardrobe
from richmenus.pictures import Kept
from richmenus.repository import Standing
from richmenus.version import Outline


class State(StrEnum):
    """What friends have of a menu."""

    DRAFT = "draft"  # never on LINE
    REGISTERED = "registered"  # on LINE, and no rule shows it
    SHOWN = "shown"
    BOOKED = "booked"  # its rule begins later
    WITHDRAWN = "withdrawn"  # hidden now


#: How a state is called, and the colour of its badge.
STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.DRAFT: (N_("下書き"), "plain"),
    State.REGISTERED: (N_("LINEに登録済み"), "accent"),
    State.SHOWN: (N_("表示中"), "good"),
    State.BOOKED: (N_("予約"), "warn"),
    State.WITHDRAWN: (N_("取り下げ"), "bad"),
}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule, as it is asked."""

    rule: Rule
    #: Its place among those asked now; None: it does not count now.
    place: int | None
    words: str
    is_hidden: bool

    @property
    def is_to_come(self) -> bool:
        """Whether it has a beginning that may lie ahead; asked only of rules that do not count."""
        return self.place is None


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLine:
    """One menu, and how it stands."""

    menu: Menu
    #: As the next apply shows it.
    version: Outline
    state: State
    #: Fingerprint of what friends see now; None: nothing yet.
    standing: str | None
    #: Whether what comes next is another version than what friends see.
    has_news: bool
    #: Whether what comes next is on LINE already.
    is_registered: bool
    published_at: datetime | None
    is_default: bool
    rules: Sequence[RuleLine]
    #: Titles of the menus that taps here lead to, and from which they lead here.
    tabs: Sequence[str]
    given: Kept | None
    #: Since when it is taken back.
    pinned_at: datetime | None

    @property
    def key(self) -> str:
        """The menu's key."""
        return self.menu.key

    @property
    def title(self) -> str:
        """What colleagues call it."""
        return str(self.menu.title or self.menu.key)


@dataclass(frozen=True, slots=True)
class Overview:
    """All menus at one moment."""

    menus: Sequence[MenuLine]
    rules: Sequence[RuleLine]
    choice: Choice
    hidden: Sequence[Hide]

    def menu(self, key: str) -> MenuLine | None:
        """Return one menu; None: there is none of this key."""
        return next((line for line in self.menus if line.key == key), None)

    @property
    def titles(self) -> dict[str, str]:
        """Return every menu's title, by key."""
        return {line.key: line.title for line in self.menus}

    @property
    def has_news(self) -> bool:
        """Whether friends see something else than what is prepared."""
        return any(line.has_news for line in self.menus)


async def overview(
    connection: AsyncConnection,
    menus: Mapping[str, Menu],
    service: Menus,
    brand: Brand,
    language: Language,
    *,
    now: datetime,
) -> Overview:
    """Look at every menu; no picture is read or drawn for it."""
    shown = await wardrobe(connection)
    wanted = [shown.outline(menu, brand) for menu in menus.values()]
    pins = await repository.holding(connection, wanted)
    stored = await hides.stored(connection)
    choice = service.chooser.at(now, stored)
    look = _Look(
        menus=menus,
        service=service,
        choice=choice,
        rules=_rules(service, choice, language),
        standings=await repository.standings(connection),
        given=pictures.given(shown.kept),
        pinned={key: pin.pinned_at for key, pin in pins.items()},
        now=now,
    )
    lines = []
    for version in wanted:
        pin = pins.get(version.key)
        earlier = pin and await repository.outline(connection, version.key, pin.fingerprint)
        lines.append(look.at(earlier or version))
    lines.sort(key=lambda line: (-line.is_default, list(State).index(line.state) == 0, line.key))
    return Overview(lines, look.rules, choice, open_at(stored, now))


def _rules(service: Menus, choice: Choice, language: Language) -> list[RuleLine]:
    segments = service.chooser.segments
    places = {id(one.rule): place for place, one in enumerate(choice.asked)}
    lines = []
    for rule in service.chooser.rules.in_order():
        place = places.get(id(rule))
        if rule.segment is not None:
            words = str(segments[rule.segment].name)
        else:
            words = say(rule.asked(segments), segments.catalogue, language)
        is_hidden = place is not None and choice.asked[place].shown == HIDDEN
        lines.append(RuleLine(rule, place, words, is_hidden))
    return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    menus: Mapping[str, Menu]
    service: Menus
    choice: Choice
    rules: Sequence[RuleLine]
    standings: Mapping[tuple[str, str], Standing]
    given: Mapping[str, Kept]
    pinned: Mapping[str, datetime]
    now: datetime

    def at(self, version: Outline) -> MenuLine:
        key = version.key
        standing = next(
            (
                (fingerprint, one)
                for (of, fingerprint), one in self.standings.items()
                if of == key and one.state == "standing"
            ),
            None,
        )
        mine = self.standings.get((key, version.fingerprint))
        is_registered = mine is not None and mine.is_on_line
        tabs = sorted(one for one in self.menus if one != key and self.service.tabs.same(key, one))
        return MenuLine(
            menu=self.menus[key],
            version=version,
            state=self._state(key, tabs, is_registered=is_registered, stands=bool(standing)),
            standing=standing[0] if standing else None,
            has_news=standing is None or standing[0] != version.fingerprint,
            is_registered=is_registered,
            published_at=standing[1].published_at if standing else None,
            is_default=key == self.choice.default,
            rules=[line for line in self.rules if line.rule.menu == key],
            tabs=[str(self.menus[tab].title or tab) for tab in tabs],
            given=self.given.get(key),
            pinned_at=self.pinned.get(key),
        )

    def _state(self, key: str, tabs: Sequence[str], *, is_registered: bool, stands: bool) -> State:
        if not stands:
            return State.REGISTERED if is_registered else State.DRAFT
        together = {key, *tabs}
        asked = [one for one in self.choice.asked if one.rule.menu in together]
        seen = [one.shown for one in asked]
        if self.choice.default in together:
            seen.append(self.choice.otherwise)
        if any(shown != HIDDEN for shown in seen):
            return State.SHOWN
        if seen:
            return State.WITHDRAWN
        later = (rule.starts_at for rule in self.service.chooser.rules.in_order()
                 if rule.menu in together)  # fmt: skip
        if any(start is not None and start > self.now for start in later):
            return State.BOOKED
        return State.REGISTERED
