"""Members: people with a number and a card."""

from datetime import datetime

from bot.friends.model import Friend
from bot.membership.number import Numbering
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

        The one draw in many that meets a taken number fails in SQL; the event is tried again.
        """
        member = await self.of(unit, friend)
        if member is None:
            member = Member(friend.person_id, str(self._numbering.draw()), now)
            unit.put(MEMBERS, friend.person_id, member)
        return member
