"""What happens between the account and a friend."""

from datetime import datetime

from bot.friends.model import Arrival, Friend
from bot.friends.repository import FRIENDS
from bot.people.service import People
from bot.store import arrival
from bot.store.unit import Unit


class Friends:
    """The LINE identities that met this account."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def meet(self, unit: Unit, user_id: str, *, at: datetime) -> Friend:
        """Return the friend, new ones included, and note the sign of life."""
        friend = await unit.get(FRIENDS, user_id)
        if friend is None:
            person = self._people.create(unit, now=at)
            friend = Friend(
                friend_id=arrival.number(), user_id=user_id, person_id=person.person_id
            )
        friend = friend.seen(at=at)
        unit.put(FRIENDS, user_id, friend)
        return friend

    async def follow(self, unit: Unit, user_id: str, *, at: datetime) -> Arrival:
        """Note that the friend added or unblocked the account.

        LINE's own ``isUnblocked`` is documented as not fully accurate, so our memory decides.
        """
        friend = await self.meet(unit, user_id, at=at)
        first = friend.followed_at is None and friend.blocked_at is None
        if friend.blocked_at is None or friend.blocked_at <= at:
            unit.put(FRIENDS, user_id, friend.follow(at=at))
        return Arrival.FIRST if first else Arrival.AGAIN

    async def unfollow(self, unit: Unit, user_id: str, *, at: datetime) -> Friend:
        """Note that the friend blocked the account, unless they came back since."""
        friend = await self.meet(unit, user_id, at=at)
        if friend.followed_at is None or friend.followed_at <= at:
            friend = friend.unfollow(at=at)
            unit.put(FRIENDS, user_id, friend)
        return friend
