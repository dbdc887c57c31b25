"""Answers that staff pay for: how many a day, and paying for one that found no free way.

held (次の発言時) · expired · failed · uncertain -> a person says so -> waiting, as a push
"""

import uuid
from datetime import datetime, time
from typing import Final

from bot.clock import TOKYO
from bot.conversations import repository
from bot.conversations.allowance import allowance
from bot.conversations.desk import Desk
from bot.conversations.model import ConversationError
from bot.conversations.repository import CONVERSATIONS
from bot.conversations.rules import TalkRules
from bot.outbox.model import KEEPS_FOR
from bot.staff.model import StaffMember
from bot.store.batch import Query
from bot.store.unit import Unit

#: What leaves with others is paid for with them.
_MOST_PACKED: Final = 10

_PAID_SINCE: Final = Query(
    "SELECT count(*) FROM staff_answers WHERE staff_id = :staff_id AND at >= :since "
    "AND paid_by IS NULL AND (way = 'paid' OR push_at IS NOT NULL)"
)
_PAID_LATER_SINCE: Final = Query(
    "SELECT count(*) FROM staff_answers WHERE paid_by = :staff_id AND paid_at >= :since"
)
_ANSWER: Final = Query(
    "SELECT o.state, o.packed_into FROM staff_answers a JOIN outbox o ON o.id = a.outbox_id "
    "WHERE a.outbox_id = :id AND a.friend_id = :friend_id"
)
_CARRIER: Final = Query("SELECT state, packed_into FROM outbox WHERE id = :id")
_LEAVES: Final = Query(
    "UPDATE outbox SET pays = true, state = 'waiting', due_at = :now, settled_at = NULL, "
    "closed_at = NULL, status = NULL, request_id = NULL, "
    "via = NULL, doubtful = false, pushed_at = NULL, error = NULL, retry_key = :retry_key, "
    "expires_at = :until WHERE id = :id AND body IS NOT NULL "
    "AND state IN ('held', 'expired', 'failed', 'uncertain')"
)
_PAID: Final = Query(
    "UPDATE staff_answers SET way = 'paid', push_at = NULL, paid_by = :staff_id, paid_at = :now "
    "WHERE outbox_id = :id"
)


class BlockedError(ConversationError):
    """The friend has blocked the account: nothing would arrive."""

    code = "blocked"


class NothingLeftError(ConversationError):
    """The month's messages are used up: LINE would not take a paid one."""

    code = "nothing_left"


class PaidLimitError(ConversationError):
    """Somebody of this role sends no more paid answers today."""

    code = "paid_limit"


class NotWaitingError(ConversationError):
    """It has left meanwhile, is on its way, or its words are kept no longer."""

    code = "not_waiting"


class Paying:
    """Who may pay, and for what."""

    def __init__(self, rules: TalkRules, desk: Desk) -> None:
        self._rules = rules
        self._desk = desk

    async def left_today(self, unit: Unit, staff: StaffMember, now: datetime) -> int | None:
        """Return how many paid answers somebody may still send; None: as many as any."""
        limit: int | None = getattr(self._rules.now.paid_a_day, staff.role.value, None)
        if limit is None:
            return None
        midnight = datetime.combine(now.astimezone(TOKYO).date(), time(), TOKYO)
        count = 0
        for query in (_PAID_SINCE, _PAID_LATER_SINCE):
            rows = await query.rows(unit.connection, staff_id=staff.staff_id, since=midnight)
            count += int(rows[0][0])
        return max(0, limit - count)

    async def require(self, unit: Unit, staff: StaffMember, now: datetime) -> None:
        """See that one more may be paid.

        Raises:
            PaidLimitError: not by somebody of this role, today.
            NothingLeftError: not this month.
        """
        if await self.left_today(unit, staff, now) == 0:
            raise PaidLimitError
        if not (await allowance(unit.connection, now=now)).can_pay:
            raise NothingLeftError

    async def pay(
        self, unit: Unit, friend_id: int, message_id: int, *, staff: StaffMember, now: datetime
    ) -> None:
        """Let an answer leave paid, now: one that waits for the friend, or did not arrive.

        Of an uncertain one nobody knows whether it arrived; whoever pays has asked themselves.

        Args:
            unit: of the use case.
            friend_id: whose talk.
            message_id: of the answer.
            staff: who pays: it counts for their day.
            now: when.

        Raises:
            NotWaitingError: it is no answer of staff, or there is nothing to pay for any more.
            BlockedError: the friend would not get it.
            PaidLimitError: the role's limit of the day is reached.
            NothingLeftError: LINE takes none this month.
        """
        conversation = await self._desk.open(unit, friend_id, now=now)
        friend = await repository.friend_of(unit.connection, friend_id)
        if friend is None or friend[2] == "blocked":
            raise BlockedError
        await self.require(unit, staff, now)
        call_id = await self._carrier(unit, friend_id, message_id)
        left = await _LEAVES.count(
            unit.connection,
            id=call_id,
            now=now,
            until=now + KEEPS_FOR,
            retry_key=str(uuid.uuid4()),
        )
        if not left:
            raise NotWaitingError
        await self.note(unit, message_id, staff=staff, now=now)
        unit.put(CONVERSATIONS, friend_id, conversation)  # its screens draw it anew

    async def note(
        self, unit: Unit, message_id: int, *, staff: StaffMember, now: datetime
    ) -> None:
        """Count an answer that leaves paid after all for the day of whoever has it leave."""
        await _PAID.count(unit.connection, id=message_id, staff_id=staff.staff_id, now=now)

    async def _carrier(self, unit: Unit, friend_id: int, message_id: int) -> int:
        """Return the call that an answer is in: its own, or one it was packed into."""
        rows = await _ANSWER.rows(unit.connection, id=message_id, friend_id=friend_id)
        call_id = message_id
        for _ in range(_MOST_PACKED):
            if not rows:
                break
            if rows[0][1] is None:
                return call_id
            call_id = int(rows[0][1])
            rows = await _CARRIER.rows(unit.connection, id=call_id)
        raise NotWaitingError
