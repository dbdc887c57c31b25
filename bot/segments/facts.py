"""What is known of one friend, as segments ask for it.

Unit (friends, people, survey progress, members: read once a batch) -> Facts -> memory
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.friends.model import Friend, Friendship
from bot.membership.repository import LINKS, MEMBERS
from bot.people.repository import PEOPLE
from bot.store.unit import Unit
from bot.surveys.engine import Progress
from bot.surveys.repository import PROGRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One friend at one moment."""

    #: Of the person: JSON values.
    attributes: Mapping[str, Any]
    tags: Sequence[str]
    state: str
    followed_at: datetime | None
    #: None: the account's default.
    menu: str | None
    #: By survey; one never begun is absent.
    surveys: Mapping[str, Progress]
    is_member: bool
    #: A customer in a system of the shop, too.
    is_linked: bool

    @property
    def is_friend(self) -> bool:
        """Whether a message can reach the friend."""
        return self.state == Friendship.FRIEND.value


class FactReader:
    """Gathers the facts of a batch's friends, in one statement a kind."""

    def __init__(self, surveys: Sequence[str]) -> None:
        """Name the surveys of the account."""
        self._surveys = tuple(surveys)

    async def preload(self, unit: Unit, friends: Sequence[Friend]) -> None:
        """Let it be read for all of them together, once it is asked for one."""
        people = [friend.person_id for friend in friends]
        unit.expect(PEOPLE, people)
        unit.expect(MEMBERS, people)
        unit.expect(LINKS, people)
        unit.expect(PROGRESS, [(f.friend_id, key) for f in friends for key in self._surveys])

    async def read(self, unit: Unit, friend: Friend) -> Facts:
        """Return what the events so far have made of a friend."""
        person = await unit.get(PEOPLE, friend.person_id)
        progress = {}
        for key in self._surveys:
            stored = await unit.get(PROGRESS, (friend.friend_id, key))
            if stored is not None:
                progress[key] = stored.progress
        return Facts(
            attributes={} if person is None else person.attributes,
            tags=() if person is None else person.tags,
            state=friend.state.value,
            followed_at=friend.followed_at,
            menu=friend.menu,
            surveys=progress,
            is_linked=await unit.get(LINKS, friend.person_id) is not None,
            is_member=await unit.get(MEMBERS, friend.person_id) is not None,
        )
