"""What happens between the account and a friend."""

from datetime import datetime

from bot.friends.model import Arrival, Friend
from bot.friends.repository import FRIENDS
from bot.outbox.profiles import ask_profile
from bot.people.service import People
from bot.store import arrival
from bot.store.unit import Unit


class Friends:
    """The LINE identities that met this account."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def meet(self, unit: Unit, user_id: str, *, at: datetime, why: str) -> Friend:
        """Return the friend, and note the sign of life; of a new one LINE is asked the name."""
        friend = await unit.get(FRIENDS, user_id)
        if friend is None:
            person = self._people.create(unit, now=at)
            friend = Friend(
                friend_id=arrival.number(), user_id=user_id, person_id=person.person_id
            )
            ask_profile(unit, user_id, why=why, now=at)
        seen = friend.seen(at=at)
        if seen is not friend or seen.version == 0:
            unit.put(FRIENDS, user_id, seen)
        return seen

    async def follow(self, unit: Unit, user_id: str, *, at: datetime, why: str) -> Arrival:
        """Note that the friend added or unblocked the account.

        LINE's own ``isUnblocked`` is documented as not fully accurate, so our memory decides.
        """
        friend = await self.meet(unit, user_id, at=at, why=why)
        first = friend.followed_at is None and friend.blocked_at is None
        if _is_news(friend, at):
            unit.put(FRIENDS, user_id, friend.follow(at=at))
        if first:
            return Arrival.FIRST
        ask_profile(unit, user_id, why=why, now=at)
        return Arrival.AGAIN

    async def unfollow(self, unit: Unit, user_id: str, *, at: datetime, why: str) -> Friend:
        """Note that the friend blocked the account, unless they came back since."""
        friend = await self.meet(unit, user_id, at=at, why=why)
        if _is_news(friend, at):
            friend = friend.unfollow(at=at)
            unit.put(FRIENDS, user_id, friend)
        return friend


def _is_news(friend: Friend, at: datetime) -> bool:
    """Tell whether a follow or a block of that time is the latest: LINE may redeliver late."""
    return all(known is None or known <= at for known in (friend.followed_at, friend.blocked_at))
