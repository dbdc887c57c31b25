"""Members: people with a number and a card."""

from datetime import datetime

from bot.friends.model import Friend
from bot.membership.number import Numbering
from bot.membership.repository import MEMBERS, Member
from bot.store import news
from bot.store.tables.points import domain_events
from bot.store.unit import Unit


class Membership:
    """Who is a member."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering

    async def of(self, unit: Unit, friend: Friend) -> Member | None:
        """Return the membership of a friend's person, if they have one."""
        return await unit.get(MEMBERS, friend.person_id)

    async def join(self, unit: Unit, friend: Friend, *, now: datetime) -> Member:
        """Make the friend's person a member; whoever is one stays the same one."""
        return await self.enrol(unit, friend.person_id, now=now)

    async def enrol(self, unit: Unit, person_id: int, *, now: datetime) -> Member:
        """Make a person a member, with LINE or without; whoever is one stays the same one.

        The one draw in many that meets a taken number fails in SQL; the event is tried again.
        """
        member = await unit.get(MEMBERS, person_id)
        if member is None:
            member = Member(person_id, str(self._numbering.draw()), now)
            unit.put(MEMBERS, person_id, member)
            body = {"number": member.number}
            unit.add(domain_events, news.row("member.joined", person_id, body, at=now))
        return member
