"""How staff answer: free where LINE allows it, paid only where somebody chose to pay.

    offer -> the buttons: free (so many seconds), paid (so many left), with the next event (free)
    say   -> the answer in the outbox, once, however often the screen asks

A free answer whose token dies on its way waits for the friend's next event; it never becomes a
paid one by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.conversations import repository
from bot.conversations.allowance import Allowance, allowance
from bot.conversations.desk import Desk, UnknownFriendError
from bot.conversations.log import note_change
from bot.conversations.model import (
    Change,
    Conversation,
    ConversationError,
    SomeoneAnsweredError,
    by_staff,
)
from bot.conversations.paying import BlockedError, Paying
from bot.conversations.reading_marks import mark_read
from bot.conversations.recording import why_staff
from bot.conversations.repository import CONVERSATIONS
from bot.conversations.rules import TalkRules
from bot.line.messages import Message, Sender
from bot.outbox.model import KEEPS_FOR, Call, messages
from bot.outbox.policy import TOKEN_MARGIN
from bot.outbox.queue import queue
from bot.staff.model import StaffMember
from bot.store.batch import Query
from bot.store.tables.conversations import staff_answers
from bot.store.unit import Unit

#: How long what waits for the friend's next event waits, unless somebody says otherwise.
WAITS_FOR: Final = timedelta(days=30)

_KNOWN: Final = Query(
    "SELECT outbox_id, friend_id, staff_id FROM staff_answers WHERE request_id = :request_id"
)
_OTHERS_SINCE: Final = Query(
    "SELECT 1 FROM talk_messages WHERE friend_id = :friend_id AND id > :seen_id "
    "AND author NOT IN ('friend', 'bot', :me) AND kind <> 'note' LIMIT 1"
)
_HELD: Final = Query(
    "SELECT count(*), min(expires_at) FROM outbox WHERE lane = :lane AND state = 'held'"
)


class Way(StrEnum):
    """How an answer leaves; the values are stored."""

    FREE = "free"  # on a reply token that lives
    PAID = "paid"
    NEXT = "next"  # free, with the friend's next event


class NoFreeWayError(ConversationError):
    """The token died, or a colleague used it: choose to pay, or to wait for the friend."""

    code = "no_free_way"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyOffer:
    """The ways in which an answer could leave now."""

    #: Until when a free answer can leave; None: it cannot.
    free_until: datetime | None
    #: Whole seconds till then.
    free_seconds: int
    allowance: Allowance
    #: How many paid answers this staff member may still send today; None: as many as any.
    paid_left_today: int | None
    is_blocked: bool
    #: Answers that wait for the friend's next event.
    held: int

    @property
    def can_pay(self) -> bool:
        """Whether the paid way is open."""
        return not self.is_blocked and self.allowance.can_pay and self.paid_left_today != 0


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that is on its way."""

    #: Of the call, and of the message on the screen.
    message_id: int
    #: The screen had asked for the same before.
    is_repeat: bool


class Answering:
    """What staff say to friends."""

    def __init__(self, rules: TalkRules, desk: Desk) -> None:
        self._desk = desk
        #: Who may pay, and for what.
        self.paying = Paying(rules, desk)

    async def offer(
        self, unit: Unit, friend_id: int, *, staff: StaffMember, now: datetime
    ) -> ReplyOffer:
        """Say how an answer to this friend could leave; locks nothing, writes nothing.

        Raises:
            UnknownFriendError: there is no such friend.
        """
        friend = await repository.friend_of(unit.connection, friend_id)
        if friend is None:
            raise UnknownFriendError
        conversation = await unit.get(CONVERSATIONS, friend_id)
        event_id = None if conversation is None else conversation.spare_event_id
        spare = await repository.spare_token(unit.connection, event_id)
        until = None if spare is None else spare[1] - TOKEN_MARGIN
        lives = until is not None and until > now
        held = await _HELD.rows(unit.connection, lane=friend[0])
        return ReplyOffer(
            free_until=until if lives else None,
            free_seconds=int((until - now).total_seconds()) if until and lives else 0,
            allowance=await allowance(unit.connection, now=now),
            paid_left_today=await self.paying.left_today(unit, staff, now),
            is_blocked=friend[2] == "blocked",
            held=int(held[0][0]),
        )

    async def say(
        self,
        unit: Unit,
        friend_id: int,
        content: Sequence[Message],
        *,
        staff: StaffMember,
        way: Way,
        request_id: str,
        seen_id: int,
        push_at: datetime | None = None,
        until: datetime | None = None,
        sender: Sender | None = None,
        now: datetime,
    ) -> Said:
        """Answer a friend.

        Args:
            unit: of the use case.
            friend_id: whom.
            content: one to five messages.
            staff: who says it; looks after the talk from here on if nobody did.
            way: as the staff member chose it.
            request_id: made by the screen for this answer; asked again, it is said once.
            seen_id: of the newest message that the screen showed.
            push_at: of NEXT: when it shall leave paid if the friend has not come by then.
            until: of NEXT: when it is no longer worth saying; 30 days from now by default.
            sender: the name and picture to show in place of the account's.
            now: when.

        Raises:
            SomeoneAnsweredError: a colleague said something the screen has not shown.
            NoFreeWayError: of FREE: the token no longer works.
            NothingLeftError: of PAID: LINE takes none this month.
            PaidLimitError: it would be paid, and the role's limit of the day is reached.
            BlockedError: the friend would not get it.
            MessageError: LINE would refuse it.
        """
        conversation = await self._desk.open(unit, friend_id, now=now)
        repeated = await self._repeated(unit, request_id, friend_id, staff)
        if repeated is not None:
            return repeated
        friend = await repository.friend_of(unit.connection, friend_id)
        if friend is None or friend[2] == "blocked":
            raise BlockedError
        await self._require_nobody_between(unit, friend_id, staff, seen_id)
        if way is Way.PAID or push_at is not None:
            await self.paying.require(unit, staff, now)
        dressed = [m if sender is None else {**m, "sender": sender} for m in content]
        call = messages(
            friend[0],
            dressed,
            why=why_staff(staff.staff_id),
            now=now,
            pays=way is Way.PAID,
            keeps_for=_keeps_for(way, now, push_at, until),
        )
        conversation, call = await self._on_token(unit, conversation, call, way, now)
        queue(unit, call)
        self._keep(unit, conversation, staff, now)
        if way is not Way.NEXT:  # what waits is not answered yet, in the friend's eyes
            await mark_read(unit, friend[0], friend_id, why=call.why, now=now)
        unit.add(
            staff_answers,
            {
                "outbox_id": call.call_id,
                "request_id": request_id,
                "friend_id": friend_id,
                "staff_id": staff.staff_id,
                "shop_key": conversation.shop_key,
                "way": way.value,
                "push_at": push_at if way is Way.NEXT else None,
                "at": now,
            },
        )
        return Said(call.call_id, is_repeat=False)

    def _keep(
        self, unit: Unit, conversation: Conversation, staff: StaffMember, now: datetime
    ) -> None:
        after = conversation.changed(Change.ANSWERED, at=now, staff_id=staff.staff_id)
        after = replace(after, seen_id=max(after.seen_id, after.heard_id))
        is_news = (
            after.state is not conversation.state
            or after.staff_id != conversation.staff_id
            or conversation.answered_at is None
        )
        if is_news:
            before = conversation if conversation.version else None
            by = by_staff(staff.staff_id)
            note_change(unit, before, after, Change.ANSWERED, by=by, reason="", at=now)
        else:
            unit.put(CONVERSATIONS, after.friend_id, after)

    async def _on_token(
        self, unit: Unit, conversation: Conversation, call: Call, way: Way, now: datetime
    ) -> tuple[Conversation, Call]:
        """Use the spare token, once; also where somebody would have paid."""
        if way is Way.NEXT:
            return conversation, call
        spare = await repository.spare_token(unit.connection, conversation.spare_event_id)
        if spare is None or now >= spare[1] - TOKEN_MARGIN:
            if way is Way.FREE:
                raise NoFreeWayError
            return conversation, call
        return replace(conversation, spare_event_id=None), call.with_token(*spare)

    async def _repeated(
        self, unit: Unit, request_id: str, friend_id: int, staff: StaffMember
    ) -> Said | None:
        rows = await _KNOWN.rows(unit.connection, request_id=request_id)
        if not rows:
            return None
        outbox_id, to, by = rows[0]
        if (to, by) != (friend_id, staff.staff_id):
            raise SomeoneAnsweredError  # an id that was not made for this answer
        return Said(outbox_id, is_repeat=True)

    async def _require_nobody_between(
        self, unit: Unit, friend_id: int, staff: StaffMember, seen_id: int
    ) -> None:
        me = by_staff(staff.staff_id)
        between = await _OTHERS_SINCE.rows(
            unit.connection, friend_id=friend_id, seen_id=seen_id, me=me
        )
        if between:
            raise SomeoneAnsweredError


def _keeps_for(
    way: Way, now: datetime, push_at: datetime | None, until: datetime | None
) -> timedelta:
    if way is not Way.NEXT:
        return KEEPS_FOR
    if push_at is not None:
        return push_at - now + KEEPS_FOR
    return WAITS_FOR if until is None else until - now
