"""How friends and their profiles are read and written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.friends.model import Friend, Friendship
from bot.people.names import PROFILE_NAMES
from bot.store import batch
from bot.store.tables.friends import friends
from bot.store.types import from_ms
from bot.store.unit import Change, Shelf

_LOAD = batch.Query(
    "SELECT id, user_id, person_id, state, followed_at, blocked_at, last_event_at, menu, "
    "menu_tab, version, "
    "EXISTS (SELECT 1 FROM conversations c WHERE c.friend_id = friends.id) "
    "FROM friends WHERE user_id = ANY(:user_ids::text[])"
)
_STATE = batch.Query("SELECT state FROM friends WHERE user_id = :user_id")
_SAVE_PROFILE = batch.Query(
    "INSERT INTO profiles (user_id, display_name, picture_url, language, fetched_at) "
    "VALUES (:user_id, :display_name, :picture_url, :language, :fetched_at) "
    "ON CONFLICT (user_id) DO UPDATE SET display_name = excluded.display_name, "
    "picture_url = excluded.picture_url, language = excluded.language, "
    "fetched_at = excluded.fetched_at"
)
_NAME = batch.Query("SELECT display_name FROM profiles WHERE user_id = :user_id")


async def _load(connection: AsyncConnection, user_ids: Sequence[str]) -> Mapping[str, Friend]:
    rows = await _LOAD.rows(connection, user_ids=list(user_ids))
    return {row[1]: _friend(row) for row in rows}


def _friend(row: Sequence[Any]) -> Friend:
    return Friend(
        friend_id=row[0],
        user_id=row[1],
        person_id=row[2],
        state=Friendship(row[3]),
        followed_at=_instant(row[4]),
        blocked_at=_instant(row[5]),
        last_event_at=_instant(row[6]),
        menu=row[7],
        menu_tab=row[8],
        version=row[9],
        has_talk=bool(row[10]),
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_ms(value)


async def _save(connection: AsyncConnection, changes: Sequence[Change[Friend]]) -> None:
    new = [_row(c.after, version=1) for c in changes if c.before is None]
    await batch.insert(connection, friends, new)
    known = [_row(c.after, version=c.before.version + 1) for c in changes if c.before is not None]
    await batch.update(connection, friends, ["id"], known)


def _row(friend: Friend, *, version: int) -> dict[str, Any]:
    return {
        "id": friend.friend_id,
        "user_id": friend.user_id,
        "person_id": friend.person_id,
        "state": friend.state.value,
        "followed_at": friend.followed_at,
        "blocked_at": friend.blocked_at,
        "last_event_at": friend.last_event_at,
        "menu": friend.menu,
        "menu_tab": friend.menu_tab,
        "version": version,
    }


async def save_profiles(
    connection: AsyncConnection, profiles: Mapping[str, Mapping[str, Any]], *, at: datetime
) -> None:
    """Keep what LINE tells of users, by user id; nothing to tell (404) is kept too."""
    rows = [
        {
            "user_id": user_id,
            "display_name": profile.get("displayName"),
            "picture_url": profile.get("pictureUrl"),
            "language": profile.get("language"),
            "fetched_at": at,
        }
        for user_id, profile in sorted(profiles.items())  # in one order, or two writers deadlock
    ]
    await _SAVE_PROFILE.each(connection, rows)
    names = {user_id: [profile.get("displayName")] for user_id, profile in profiles.items()}
    await PROFILE_NAMES.keep(connection, names)


async def display_name(connection: AsyncConnection, user_id: str) -> str | None:
    """Return the name a user shows on LINE, as far as it was fetched."""
    rows = await _NAME.rows(connection, user_id=user_id)
    name: str | None = rows[0][0] if rows else None
    return name


async def is_reachable(connection: AsyncConnection, user_id: str) -> bool:
    """Whether something sent now could arrive: the user has not blocked us, as far as we know."""
    rows = await _STATE.rows(connection, user_id=user_id)
    return not rows or rows[0][0] != Friendship.BLOCKED


#: Friends by LINE user id.
FRIENDS: Shelf[str, Friend] = Shelf("friends", _load, _save)
