"""Members: people with a number and a card."""

import secrets
from datetime import datetime

from bot.friends.model import Friend
from bot.membership.number import CAPACITY, Numbering
from bot.membership.repository import MEMBERS, Member
from bot.store.unit import Unit


class Membership:
    """Who is a member."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering

    async def of(self, unit: Unit, friend: Friend) -> Member | None:
        """Return the membership of a friend's person, if they have one."""
        return await unit.get(MEMBERS, friend.person_id)

    async def join(self, unit: Unit, friend: Friend, *, now: datetime) -> Member:
        """Make the friend's person a member; whoever is one stays the same one.

        Numbers are drawn, not counted: no two tills and no two processes wait for each other, and
        the one draw in millions that meets a taken number is refused by the table and drawn anew.
        """
        member = await self.of(unit, friend)
        if member is None:
            number = self._numbering.nth(secrets.randbelow(CAPACITY))
            member = Member(friend.person_id, str(number), now)
            unit.put(MEMBERS, friend.person_id, member)
        return member
