"""Showing a friend that they were read: when staff answer, not when they look.

    answer -> call (kind read) -> POST /v2/bot/chat/markAsRead

One token marks its message and all before it. Where the account reads by itself (no chat in
LINE's console), there is nothing to mark, and what LINE says to it does not matter.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

import orjson

from bot.inbox.model import decode
from bot.line.answers import Answer, Outcome
from bot.outbox.model import Call, Kind, request
from bot.outbox.queue import queue
from bot.outbox.requests import Request
from bot.store.batch import Query
from bot.store.unit import Unit

PATH: Final = "/v2/bot/chat/markAsRead"

_NEWEST: Final = Query(
    "SELECT e.payload FROM talk_messages m JOIN events e ON e.id = m.id "
    "WHERE m.friend_id = :friend_id AND m.author = 'friend' "
    "AND m.kind NOT IN ('tap', 'follow', 'unfollow') ORDER BY m.id DESC LIMIT 1"
)


async def mark_read(unit: Unit, user_id: str, friend_id: int, *, why: str, now: datetime) -> None:
    """Mark a friend's messages as read, up to the newest, once the unit is committed."""
    rows = await _NEWEST.rows(unit.connection, friend_id=friend_id)
    if not rows or rows[0][0] is None:
        return
    content = decode(bytes(rows[0][0])).get("message")
    token = content.get("markAsReadToken") if isinstance(content, dict) else None
    if isinstance(token, str):
        # A lane of its own: no answer waits for it.
        call = request(f"read:{user_id}", Kind.READ, {"token": token}, why=why, now=now)
        queue(unit, call)


class ReadMarks:
    """Makes the calls that mark messages as read."""

    async def request(self, call: Call) -> Request | None:
        """Return the call."""
        token = orjson.loads(call.body)["token"]
        return Request("POST", PATH, orjson.dumps({"markAsReadToken": token}))

    async def answered(self, call: Call, answer: Answer) -> Answer:
        """Take a refusal for done: it means that there is nothing to mark here."""
        del call
        return replace(answer, outcome=Outcome.DONE) if _means_nothing(answer) else answer


def _means_nothing(answer: Answer) -> bool:
    return answer.outcome is Outcome.REFUSED
