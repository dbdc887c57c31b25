"""Which rich menu a friend should see.

    a fact changes -> Menus.refresh -> (differs from what LINE was told) -> outbox: link

Nothing is called when LINE shows the right menu already. The account's default menu is the
default rule's, so a friend whose link gets lost still has a menu. Changes that nobody brings here,
such as an import's, are found by ``bot.menus.keeper`` in the log of changes.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.friends.model import Friend, Friendship
from bot.friends.repository import FRIENDS
from bot.membership.repository import MEMBERS
from bot.menus.choosing import Choice, Chooser
from bot.menus.fresh import FRESH_FOR, PUBLISHED_AT
from bot.menus.hides import ALL, HIDES
from bot.menus.model import HIDDEN, Hide
from bot.menus.rules import Rules
from bot.menus.tabs import Tabs
from bot.outbox.model import Kind, request
from bot.outbox.queue import queue
from bot.people.repository import PEOPLE
from bot.segments.atoms import (
    Attribute,
    FollowedAt,
    Member,
    Source,
    State,
    SurveyAnswer,
    SurveyQuestion,
    SurveyState,
    Tags,
)
from bot.segments.facts import Facts
from bot.segments.service import Segments
from bot.store.unit import Unit
from bot.surveys.repository import PROGRESS


class Menus:
    """The rules of who sees what."""

    def __init__(self, rules: Rules, segments: Segments, tabs: Tabs | None = None) -> None:
        self.chooser = Chooser(rules, segments)
        self.tabs = tabs or Tabs()

    def replace(self, rules: Rules, segments: Segments, tabs: Tabs | None = None) -> None:
        """Go by other rules from now on; who was shown another menu is gone through by the keeper.

        Args:
            rules: read against ``segments``.
            segments: those of the same moment.
            tabs: when menus were defined anew, too.
        """
        self.chooser = Chooser(rules, segments)
        self.tabs = tabs or self.tabs

    async def choice(self, unit: Unit, *, now: datetime) -> Choice:
        """Return who sees what now; what is hidden is read once a batch."""
        hides: tuple[Hide, ...] = await unit.get(HIDES, ALL) or ()
        return self.chooser.at(now, hides)

    async def preload(self, unit: Unit, friends: Sequence[Friend]) -> None:
        """Read what the rules ask of a batch's friends, in one statement a kind."""
        reads = self.chooser.reads
        if not _is_plain(reads):
            await self.chooser.segments.preload(unit, friends)
            return
        await unit.preload(PEOPLE, [friend.person_id for friend in friends])
        if Member() in reads:
            await unit.preload(MEMBERS, [friend.person_id for friend in friends])
        surveys = _surveys(reads)
        if surveys:
            await unit.preload(PROGRESS, [(f.friend_id, key) for f in friends for key in surveys])

    async def desired(self, unit: Unit, friend: Friend, *, now: datetime) -> str:
        """Return the key of the menu this friend should see now, or that it is hidden."""
        choice = await self.choice(unit, now=now)
        return choice.menu_of(await self.facts(unit, friend, choice))

    async def facts(self, unit: Unit, friend: Friend, choice: Choice) -> Facts:
        """Return what the rules ask of a friend; of the rest nothing is known here."""
        if not _is_plain(choice.reads):
            return await self.chooser.segments.facts(unit, friend)
        person = await unit.get(PEOPLE, friend.person_id)
        progress = {}
        for key in _surveys(choice.reads):
            stored = await unit.get(PROGRESS, (friend.friend_id, key))
            if stored is not None:
                progress[key] = stored.progress
        is_member = Member() in choice.reads
        return Facts(
            attributes={} if person is None else person.attributes,
            tags=() if person is None else person.tags,
            state=friend.state.value,
            followed_at=friend.followed_at,
            menu=friend.menu,
            surveys=progress,
            is_member=is_member and await unit.get(MEMBERS, friend.person_id) is not None,
            is_linked=False,  # no plain rule asks for it
        )

    async def refresh(self, unit: Unit, user_id: str, *, why: str, now: datetime) -> None:
        """Show the friend their menu, if LINE shows another one."""
        friend = await unit.get(FRIENDS, user_id)
        if friend is None or friend.state is Friendship.BLOCKED:
            return  # LINE links a menu to friends only; a follow comes back here
        choice = await self.choice(unit, now=now)
        menu = choice.menu_of(await self.facts(unit, friend, choice))
        if not self.tabs.same(menu, friend.menu or choice.unlinked):
            self._show(unit, friend, menu, why=why, now=now)

    async def relink(self, unit: Unit, user_id: str, *, why: str, now: datetime) -> None:
        """Show a friend who came back their menu, whatever LINE has kept of an earlier one."""
        friend = await unit.get(FRIENDS, user_id)
        if friend is not None and friend.state is not Friendship.BLOCKED:
            menu = await self.desired(unit, friend, now=now)
            self._show(unit, friend, menu, why=why, now=now)

    async def show(self, unit: Unit, user_id: str, menu: str, *, why: str, now: datetime) -> None:
        """Show the friend a menu by name, for as long as the rules say what they say now.

        It stands like a tab of the menu that is theirs by the rules; what is hidden stays so.
        """
        friend = await unit.get(FRIENDS, user_id)
        if friend is None or friend.state is Friendship.BLOCKED:
            return
        choice = await self.choice(unit, now=now)
        desired = choice.menu_of(await self.facts(unit, friend, choice))
        if desired == HIDDEN or menu in choice.hidden:
            await self.refresh(unit, user_id, why=why, now=now)
            return
        tab = None if menu == desired else menu
        if (friend.menu, friend.menu_tab) != (desired, tab):
            unit.put(FRIENDS, user_id, replace(friend, menu=desired, menu_tab=tab))
            queue(unit, request(user_id, Kind.MENU, {"menu": menu}, why=why, now=now))

    async def choose_tab(
        self, unit: Unit, user_id: str, tab: str, *, why: str, now: datetime
    ) -> None:
        """Remember the tab that LINE has switched a friend to; it is respected from now on.

        Whose menu became another one before LINE had heard of it, and tapped a tab of the old one
        meanwhile, is shown theirs; who came upon a tab's old version is shown the new one.
        """
        friend = await unit.get(FRIENDS, user_id)
        if friend is None:
            return
        menu = friend.menu or self.chooser.rules.default
        if self.tabs.same(menu, tab) or self.tabs.same(friend.menu_tab or menu, tab):
            # From here on LINE has a menu of their own for them, even if it had none before.
            unit.put(FRIENDS, user_id, replace(friend, menu=menu, menu_tab=tab))
            published_at = await unit.get(PUBLISHED_AT, tab)
            if published_at is not None and now - published_at < FRESH_FOR:
                queue(unit, request(user_id, Kind.MENU, {"menu": tab}, why=why, now=now))
        elif self.tabs.is_tab(tab):
            self._show(unit, friend, menu, why=why, now=now)

    def _show(self, unit: Unit, friend: Friend, menu: str, *, why: str, now: datetime) -> None:
        # What was hidden comes back with the tab that was open.
        tab = friend.menu_tab if menu == HIDDEN else self.tabs.fitting(friend.menu_tab, menu)
        unit.put(FRIENDS, friend.user_id, replace(friend, menu=menu, menu_tab=tab))
        call = request(friend.user_id, Kind.MENU, {"menu": menu}, why=why, now=now)
        queue(unit, call)


def _is_plain(reads: frozenset[Source]) -> bool:
    """Whether all of it stands with the person, their surveys and their membership."""
    kinds = (Attribute, Tags, State, FollowedAt, Member, SurveyState, SurveyQuestion, SurveyAnswer)
    return all(
        # A dot is in no attribute's key: it marks what is worked out of other tables.
        isinstance(source, kinds) and not (isinstance(source, Attribute) and "." in source.key)
        for source in reads
    )


def _surveys(reads: frozenset[object]) -> list[str]:
    kinds = (SurveyState, SurveyQuestion, SurveyAnswer)
    return sorted({source.survey for source in reads if isinstance(source, kinds)})
