"""Canned replies (定型文): shared or one's own, with variables; put in, never sent by themselves.

canned_replies -> render (friend, staff, shop) -> text in the composer, and what nobody knows
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.model import ConversationError
from bot.line.limits import MESSAGES_PER_CALL, TEXT_UNITS
from bot.staff.model import Scope
from bot.store import arrival
from bot.store.tables.conversations import canned_replies as table

LONGEST_TITLE: Final = 60
LONGEST_MESSAGE: Final = TEXT_UNITS // 2
#: What the composer fills in, where it is known.
VARIABLES: Final = ("お名前", "友だち名", "担当者", "店舗")
_VARIABLE: Final = re.compile(r"\{([^{}\s]{1,40})\}")


class UnfitReplyError(ConversationError):
    """A canned reply without a title or words, or with more than fits."""

    code = "unfit_reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """Texts that are said often."""

    reply_id: int
    #: Whose own it is; None: shared.
    staff_id: int | None
    #: Of which shop it is; None: of all.
    shop_key: str | None
    title: str
    #: One for each bubble.
    messages: tuple[str, ...]
    #: How often it was put in.
    used: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """A reply made out to one friend."""

    messages: tuple[str, ...]
    #: Variables that nobody knows: they stand as they were written, for a person to fill in.
    undefined: tuple[str, ...]


def render(reply: CannedReply, values: Mapping[str, str | None]) -> Rendered:
    """Fill in what is known, such as ``{お名前}``; an empty value counts as not known."""
    undefined: dict[str, None] = {}

    def fill(found: re.Match[str]) -> str:
        value = values.get(found[1])
        if value:
            return value
        undefined[found[1]] = None
        return found[0]

    filled = tuple(_VARIABLE.sub(fill, message) for message in reply.messages)
    return Rendered(filled, tuple(undefined))


async def replies_for(
    connection: AsyncConnection, *, staff_id: int, scope: Scope
) -> Sequence[CannedReply]:
    """Return the replies a staff member can use, the most used first."""
    query = (
        select(table)
        .where(table.c.is_active, _usable(staff_id, scope))
        .order_by(table.c.used.desc(), table.c.title)
    )
    return [
        CannedReply(
            reply_id=row["id"],
            staff_id=row["staff_id"],
            shop_key=row["shop_key"],
            title=row["title"],
            messages=tuple(_list(row["messages"])),
            used=row["used"],
        )
        for row in (await connection.execute(query)).mappings()
    ]


async def save(
    connection: AsyncConnection,
    *,
    reply_id: int | None,
    staff_id: int | None,
    shop_key: str | None,
    title: str,
    messages: Sequence[str],
    now: datetime,
) -> int:
    """Write a reply, a new one without an id; return its id.

    Raises:
        UnfitReplyError: it has no title or no words, or more than LINE takes.
    """
    words = [message.strip() for message in messages if message.strip()]
    title = title.strip()
    fits = all(len(message) <= LONGEST_MESSAGE for message in words)
    if not (0 < len(title) <= LONGEST_TITLE and 0 < len(words) <= MESSAGES_PER_CALL and fits):
        raise UnfitReplyError
    values = {"shop_key": shop_key, "title": title, "messages": words, "changed_at": now}
    if reply_id is None:
        reply_id = arrival.number()
        row = {"id": reply_id, "staff_id": staff_id, "is_active": True, "used": 0}
        await connection.execute(insert(table).values(**row, **values))
    else:
        await connection.execute(update(table).where(_mine(reply_id, staff_id)).values(**values))
    return reply_id


async def remove(connection: AsyncConnection, reply_id: int, *, staff_id: int | None) -> bool:
    """Delete a reply of a staff member, or with None a shared one; False: there is none."""
    result = await connection.execute(delete(table).where(_mine(reply_id, staff_id)))
    return bool(result.rowcount)


async def count_use(
    connection: AsyncConnection, reply_id: int, *, staff_id: int, scope: Scope
) -> None:
    """Note that a reply was put in, by somebody who can use it."""
    used = {"used": table.c.used + 1}
    theirs = and_(table.c.id == reply_id, _usable(staff_id, scope))
    await connection.execute(update(table).where(theirs).values(used))


def _usable(staff_id: int, scope: Scope) -> ColumnElement[bool]:
    shared: ColumnElement[bool] = table.c.staff_id.is_(None)
    if scope.shops is not None:
        of_shops = table.c.shop_key.in_(sorted(scope.shops))
        shared = and_(shared, or_(table.c.shop_key.is_(None), of_shops))
    return or_(shared, table.c.staff_id == staff_id)


def _mine(reply_id: int, staff_id: int | None) -> ColumnElement[bool]:
    owner = table.c.staff_id.is_(None) if staff_id is None else table.c.staff_id == staff_id
    return and_(table.c.id == reply_id, owner)


def _list(value: object) -> list[str]:
    found: list[str] = orjson.loads(value) if isinstance(value, str) else value  # type: ignore[assignment]
    return found
