"""What is true of the talks that notices are about, at the moment they are told.

A talk that a colleague took meanwhile, a message that was read: nobody is told of these.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.notices.model import Kind
from bot.notices.queue import Notice
from bot.notices.words import About
from bot.staff.model import StaffMember
from bot.store.batch import Query

_TALKS: Final = Query(
    "SELECT c.friend_id, c.state, c.staff_id, c.heard_id > c.seen_id, c.shop_key, s.name, "
    "p.display_name, m.text FROM conversations c JOIN friends f ON f.id = c.friend_id "
    "LEFT JOIN profiles p ON p.user_id = f.user_id LEFT JOIN shops s ON s.key = c.shop_key "
    "LEFT JOIN talk_messages m ON m.id = c.heard_id "
    "WHERE c.friend_id = ANY(:friend_ids::bigint[])"
)
_MEMOS: Final = Query(
    "SELECT m.id, m.text FROM talk_messages m JOIN talk_mentions t ON t.message_id = m.id "
    "WHERE t.staff_id = :staff_id AND t.seen_at IS NULL AND m.id = ANY(:ids::bigint[])"
)


async def still_true(
    connection: AsyncConnection,
    notices: Sequence[Notice],
    *,
    member: StaffMember,
    shows_text: bool,
) -> tuple[list[Notice], dict[int, About]]:
    """Return those that are still worth telling, and by notice id what they are about."""
    ids = sorted({n.friend_id for n in notices if n.friend_id is not None})
    talks = {row[0]: row for row in await _TALKS.rows(connection, friend_ids=ids)}
    named = [n.ref for n in notices if n.kind is Kind.MENTION]
    rows = await _MEMOS.rows(connection, staff_id=member.staff_id, ids=named) if named else ()
    memos = {row[0]: row[1] for row in rows}
    kept = [n for n in notices if _is_true(n, talks, memos, member)]
    return kept, {n.notice_id: _about(n, talks, memos, shows_text=shows_text) for n in kept}


def _is_true(
    notice: Notice, talks: Mapping[int, Any], memos: Mapping[int, Any], member: StaffMember
) -> bool:
    if notice.friend_id is None:
        return True
    talk = talks.get(notice.friend_id)
    if talk is None:
        return False
    _, state, owner, is_unread, shop_key, *_ = talk
    if not member.scope.sees(shop_key):  # the talk moved on, or the member did
        return False
    staff_id = member.staff_id
    is_theirs: bool = state != "done" and owner == staff_id
    return {
        Kind.WAITING: bool(state == "open" and owner in (None, staff_id)),
        Kind.ASSIGNED: is_theirs,
        Kind.MESSAGE: is_theirs and bool(is_unread),
        Kind.MENTION: notice.ref in memos,
    }.get(notice.kind, True)


def _about(
    notice: Notice, talks: Mapping[int, Any], memos: Mapping[int, Any], *, shows_text: bool
) -> About:
    talk = talks.get(notice.friend_id or 0)
    if talk is None:
        return About()
    shop = talk[5] or ""
    if not shows_text:
        return About(shop)
    text = memos.get(notice.ref) if notice.kind is Kind.MENTION else talk[7]
    return About(shop, talk[6] or "", text or "")
