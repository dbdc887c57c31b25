"""A call that waits in the outbox, and the states it goes through; no I/O."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

import orjson

from bot.line.check import check
from bot.line.messages import Message
from bot.store import arrival

#: What nobody could deliver in this time is no longer news to the friend.
KEEPS_FOR = timedelta(hours=24)
#: A menu is owed however late, also after days without LINE.
REQUEST_KEEPS_FOR = timedelta(days=14)


class State(StrEnum):
    """Where a call stands; the values are stored."""

    WAITING = "waiting"  # to be sent when due
    SENDING = "sending"  # leased to a process that is sending it
    HELD = "held"  # free of charge only with the friend's next event
    PARKED = "parked"  # LINE takes nothing now: month's limit reached, or the token is wrong
    SENT = "sent"
    PACKED = "packed"  # its bubbles left inside another call
    UNCERTAIN = "uncertain"  # 要確認: may have arrived; a person decides
    FAILED = "failed"
    EXPIRED = "expired"


class Kind(StrEnum):
    """What a call does."""

    MESSAGE = "message"
    MENU = "menu"  # show the friend a rich menu
    MENUS = "menus"  # show many friends one
    MENU_BATCH = "menu batch"  # show everybody who has one another
    DEFAULT_MENU = "default menu"  # show one to everybody else
    PROFILE = "profile"  # ask LINE who the friend is
    READ = "read"  # show the friend that their messages were read


class Via(StrEnum):
    """How a message leaves."""

    REPLY = "reply"  # free
    PUSH = "push"  # billed


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call on its way to LINE; those of one lane (a friend) leave in order of their ids."""

    call_id: int
    lane: str
    kind: Kind
    #: JSON: the messages, or the arguments of the call.
    body: bytes
    bubbles: int = 0
    reply_token: str | None = None
    reply_until: datetime | None = None
    #: May become a push, which LINE bills, when no free way is open.
    pays: bool = False
    retry_key: str
    #: What caused it, such as ``event:<webhookEventId>``.
    why: str
    state: State = State.WAITING
    via: Via | None = None
    attempts: int = 0
    #: An attempt was made whose outcome nobody knows.
    doubtful: bool = False
    pushed_at: datetime | None = None
    due_at: datetime
    expires_at: datetime
    created_at: datetime

    def with_token(self, token: str | None, until: datetime | None) -> Self:
        """Let the call ride on a reply token, which makes it free."""
        return replace(self, reply_token=token, reply_until=until)


def messages(
    user_id: str,
    content: list[Message],
    *,
    why: str,
    now: datetime,
    pays: bool = False,
    keeps_for: timedelta = KEEPS_FOR,
    call_id: int | None = None,
    reply_token: str | None = None,
    reply_until: datetime | None = None,
) -> Call:
    """Make the call that says something to a friend.

    Args:
        user_id: LINE's id of the friend.
        content: one to five messages.
        why: what caused it, for the trace.
        now: when it may leave.
        pays: whether it may become a push, which LINE bills.
        keeps_for: after this it is no longer worth saying.
        call_id: its place in the order of the friend's calls; by default behind all so far.
        reply_token: makes it free, up to ``reply_until``.
        reply_until: when LINE forgets the token.

    Raises:
        MessageError: LINE would refuse it; nothing is stored then.
    """
    check(content)
    return _call(
        user_id,
        Kind.MESSAGE,
        orjson.dumps(content),
        bubbles=len(content),
        pays=pays,
        why=why,
        now=now,
        keeps_for=keeps_for,
        call_id=call_id,
        reply_token=reply_token,
        reply_until=reply_until,
    )


def request(
    user_id: str, kind: Kind, arguments: dict[str, Any], *, why: str, now: datetime
) -> Call:
    """Make a call that is not a message."""
    body = orjson.dumps(arguments)
    return _call(
        user_id, kind, body, bubbles=0, pays=False, why=why, now=now, keeps_for=REQUEST_KEEPS_FOR
    )


def packed(first: Call, *others: Call) -> Call:
    """Put the bubbles of several messages into the first call: LINE bills a call, not a bubble."""
    bodies = [call.body[1:-1] for call in (first, *others)]
    body = b"[" + b",".join(bodies) + b"]"
    return replace(first, body=body, bubbles=first.bubbles + sum(o.bubbles for o in others))


def split(call: Call, bubbles: int) -> tuple[Call, Call]:
    """Return the first bubbles of a message, and what is left of it."""
    content = orjson.loads(call.body)
    front, rest = content[:bubbles], content[bubbles:]
    return (
        replace(call, body=orjson.dumps(front), bubbles=len(front)),
        replace(call, body=orjson.dumps(rest), bubbles=len(rest)),
    )


def _call(
    lane: str,
    kind: Kind,
    body: bytes,
    *,
    bubbles: int,
    pays: bool,
    why: str,
    now: datetime,
    keeps_for: timedelta,
    call_id: int | None = None,
    reply_token: str | None = None,
    reply_until: datetime | None = None,
) -> Call:
    return Call(
        call_id=call_id or arrival.number(),
        lane=lane,
        kind=kind,
        body=body,
        bubbles=bubbles,
        reply_token=reply_token,
        reply_until=reply_until,
        pays=pays,
        retry_key=str(uuid.uuid4()),
        why=why,
        due_at=now,
        expires_at=now + keeps_for,
        created_at=now,
    )
