"""Why a friend sees the menu they see: each rule in order, and what decided.

friend -> Facts + Choice + stored menu -> Why -> lines of text, or a screen
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.friends.repository import FRIENDS
from bot.menus import hides, progress, repository
from bot.menus.choosing import Asked, Chooser
from bot.menus.model import HIDDEN
from bot.menus.wanted import shown_of
from bot.people.bilingual import Language
from bot.people.derived import today_in_tokyo
from bot.segments.explain import Explained, Explainer, lines
from bot.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule, as it came out for a friend."""

    asked: Asked
    #: Its place in the file, from 1.
    number: int
    explained: Explained
    #: The first that fits.
    decides: bool


@dataclass(frozen=True, slots=True)
class Why:
    """What a friend sees, and why."""

    #: Key of a menu, or ``HIDDEN``: what the rules say now.
    menu: str
    #: The key of what is open on the phone, as far as LINE was told; ``HIDDEN``: nothing.
    shown: str
    #: Its id on LINE; None: hidden, or not published.
    rich_menu_id: str | None
    #: Whether it was linked to the friend, or is everybody's default.
    is_own: bool
    rules: tuple[Tried, ...]
    #: Whether no rule fits.
    is_default: bool
    #: What would be shown if nothing were hidden.
    without_hides: str


async def explain(
    connection: AsyncConnection,
    chooser: Chooser,
    user_id: str,
    *,
    now: datetime,
    language: Language = "ja",
) -> Why | None:
    """Explain a friend's menu; None: nobody of this id ever met the account."""
    unit = Unit(connection)
    friend = await unit.get(FRIENDS, user_id)
    if friend is None:
        return None
    choice = chooser.at(now, await hides.stored(connection))
    facts = await chooser.segments.facts(unit, friend)
    explainer = Explainer(chooser.segments.catalogue, facts, today_in_tokyo(now), language)
    deciding = choice.rule_of(facts)
    tried = tuple(
        Tried(
            one,
            chooser.rules.number(one.rule),
            explainer.explain(one.rule.asked(chooser.segments)),
            one is deciding,
        )
        for one in choice.asked
    )
    own = friend.menu
    if own is None:
        told = await progress.read(connection)  # rules that are only tried say what would be
        shown = (told.default_menu if told is not None else None) or choice.unlinked
    else:
        shown = shown_of(own, friend.menu_tab).shown
    return Why(
        menu=choice.menu_of(facts),
        shown=shown,
        rich_menu_id=(await repository.published(connection)).get(shown),
        is_own=own is not None and own != HIDDEN,
        rules=tried,
        is_default=deciding is None,
        without_hides=deciding.rule.menu if deciding is not None else choice.default,
    )


def said(why: Why) -> Iterator[str]:
    """Draw it as text."""
    if why.menu == HIDDEN:
        yield f"No menu: {why.without_hides} is hidden."
    else:
        yield f"{why.menu}"
    for one in why.rules:
        mark = "→" if one.decides else " "
        yield f"{mark} rule {one.number}: {one.asked.rule.menu}"
        for line in lines(one.explained):
            yield f"    {line}"
    yield f"{'→' if why.is_default else ' '} default"
