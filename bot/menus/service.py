"""Which rich menu a friend should see.

    a fact changes -> Menus.refresh -> (differs from what LINE was told) -> outbox: link

Nothing is called when LINE shows the right menu already. The account's default menu is the
default rule's, so a friend whose link gets lost still has a menu.
"""

from dataclasses import replace
from datetime import datetime

from bot.content import MenuRules
from bot.friends.model import Friend, Friendship
from bot.friends.repository import FRIENDS
from bot.outbox.model import Kind, request
from bot.outbox.queue import queue
from bot.store.unit import Unit
from bot.surveys.service import Surveys


class Menus:
    """The rules of who sees what."""

    def __init__(self, rules: MenuRules, surveys: Surveys) -> None:
        self._rules = rules
        self._surveys = surveys

    async def desired(self, unit: Unit, friend: Friend) -> str:
        """Return the key of the menu this friend should see now."""
        return self._rules.choose(surveys_done=await self._surveys.done(unit, friend))

    async def refresh(self, unit: Unit, user_id: str, *, why: str, now: datetime) -> None:
        """Show the friend their menu, if LINE shows another one."""
        friend = await unit.get(FRIENDS, user_id)
        if friend is None or friend.state is Friendship.BLOCKED:
            return  # LINE links a menu to friends only; a follow comes back here
        menu = await self.desired(unit, friend)
        if menu == (friend.menu or self._rules.default):
            return
        unit.put(FRIENDS, user_id, replace(friend, menu=menu))
        queue(unit, request(user_id, Kind.MENU, {"menu": menu}, why=why, now=now))
