"""The list of friends: the newest first, narrowed by tag and segment, or found by words.

Chosen -> (SQL, by key) -> Listed
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.finding import find_friends
from bot.people.derived import today_in_tokyo
from bot.segments.atoms import And, Atom, HasAny, Tags, Tree
from bot.segments.service import Segments
from bot.segments.sql import where
from bot.staff.model import Scope
from bot.store.tables.conversations import conversations
from bot.store.tables.friends import friends, people, profiles
from bot.store.tables.membership import members

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the list is narrowed to."""

    words: str = ""
    tag: str = ""
    segment: str = ""
    #: The id of the last friend of the page before.
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One row."""

    friend_id: int
    name: str | None
    number: str | None
    state: str
    followed_at: datetime | None
    last_event_at: datetime | None
    tags: Sequence[str]
    menu: str | None


async def list_friends(
    connection: AsyncConnection, segments: Segments, chosen: Chosen, *, scope: Scope, now: datetime
) -> list[Listed]:
    """Return a page and one more row, if there is one.

    Args:
        connection: reads only.
        segments: of the account.
        chosen: a tag and a segment that are known, or none.
        scope: whoever belongs to some shops finds friends whose talks are theirs.
        now: decides what day it is.
    """
    query = sa.select(
        friends.c.id,
        profiles.c.display_name,
        members.c.number,
        friends.c.state,
        friends.c.followed_at,
        friends.c.last_event_at,
        people.c.tags,
        friends.c.menu,
    ).select_from(
        friends.join(people, people.c.id == friends.c.person_id)
        .outerjoin(profiles, profiles.c.user_id == friends.c.user_id)
        .outerjoin(members, members.c.person_id == friends.c.person_id)
    )
    trees: list[Tree] = []
    if chosen.tag:
        trees.append(Atom(Tags(), HasAny(frozenset({chosen.tag}))))
    if chosen.segment:
        rule = segments[chosen.segment].rule
        trees.append(segments.tree(rule, today=today_in_tokyo(now)))
    if trees:
        query = query.where(where(And(tuple(trees)), connection.dialect.name))
    if chosen.words:
        found = await find_friends(connection, chosen.words, scope=scope, limit=PAGE)
        query = query.where(friends.c.id.in_([one.friend_id for one in found]))
    if scope.shops is not None:
        theirs = sa.select(conversations.c.friend_id).where(
            conversations.c.shop_key.in_(sorted(scope.shops))
        )
        query = query.where(friends.c.id.in_(theirs))
    if chosen.below is not None:
        query = query.where(friends.c.id < chosen.below)
    query = query.order_by(friends.c.id.desc()).limit(PAGE + 1)
    return [Listed(*row) for row in await connection.execute(query)]
