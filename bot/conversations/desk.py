"""What staff do with a conversation, but for answering: take it, give it away, put it off, end it.

    console: use_case -> Desk -> conversation + log of changes (+ one message) -> commit -> news

Every use case locks the friend's lane first, so that two colleagues, and a worker with the
friend's next message, come one after another.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.conversations import repository
from bot.conversations.log import note_change
from bot.conversations.model import (
    CLOCK,
    CannotError,
    Change,
    Conversation,
    ConversationError,
    SomeoneAnsweredError,
    State,
    by_staff,
)
from bot.conversations.recording import record_note
from bot.conversations.repository import CONVERSATIONS
from bot.conversations.rules import TalkRules
from bot.line.messages import text
from bot.outbox.model import messages
from bot.outbox.policy import token_lives
from bot.outbox.queue import queue
from bot.store import arrival, staff_events
from bot.store.batch import Query
from bot.store.tables.conversations import talk_mentions
from bot.store.tables.notices import staff_events as events
from bot.store.unit import Unit

LONGEST_NOTE: Final = 2_000

_NAMED: Final = Query(
    "UPDATE talk_mentions SET seen_at = :now WHERE staff_id = :staff_id AND seen_at IS NULL "
    "AND friend_id = :friend_id AND message_id <= :up_to"
)


class UnknownFriendError(ConversationError):
    """There is no such friend."""

    code = "unknown_friend"


class UnfitNoteError(ConversationError):
    """A note that says nothing, or more than fits."""

    code = "unfit_note"


class Desk:
    """The talks with friends, from the side of staff."""

    def __init__(self, rules: TalkRules) -> None:
        self._rules = rules

    async def open(
        self, unit: Unit, friend_id: int, *, expected: int | None = None, now: datetime
    ) -> Conversation:
        """Lock a friend and return their conversation, a new one where there was none.

        Args:
            unit: of the use case.
            friend_id: whose.
            expected: the version that the screen showed; None: whatever it is.
            now: of a new conversation.

        Raises:
            UnknownFriendError: there is no such friend.
            SomeoneAnsweredError: it is no longer what the screen showed.
        """
        await repository.lock(unit.connection, friend_id)
        found = await unit.get(CONVERSATIONS, friend_id)
        if found is None:
            if await repository.friend_of(unit.connection, friend_id) is None:
                raise UnknownFriendError
            last_id = await repository.last_message(unit.connection, friend_id)
            found = Conversation(
                friend_id=friend_id, last_at=now, last_id=last_id, seen_id=last_id
            )
        if expected is not None and found.version != expected:
            raise SomeoneAnsweredError
        return found

    async def take(
        self,
        unit: Unit,
        friend_id: int,
        *,
        by: int,
        expected: int | None = None,
        shop_key: str | None = None,
        now: datetime,
    ) -> Conversation:
        """Look after a conversation oneself; the bot is silent from here on.

        Args:
            unit: of the use case.
            friend_id: whose talk.
            by: the staff member.
            expected: the version that the screen showed.
            shop_key: where it shall belong if it belongs nowhere yet.
            now: when.
        """
        before = await self.open(unit, friend_id, expected=expected, now=now)
        placed = replace(before, shop_key=before.shop_key or shop_key)
        after = placed.changed(Change.TAKEN, at=now, staff_id=by)
        self._note(unit, before, after, Change.TAKEN, by=by, reason="", now=now)
        return after

    async def assign(
        self,
        unit: Unit,
        friend_id: int,
        *,
        to: int | None,
        by: int,
        expected: int | None = None,
        reason: str = "",
        now: datetime,
    ) -> Conversation:
        """Give a conversation to a colleague, or with None to nobody in particular."""
        before = await self.open(unit, friend_id, expected=expected, now=now)
        after = before.changed(Change.ASSIGNED, at=now, staff_id=to)
        self._note(unit, before, after, Change.ASSIGNED, by=by, reason=reason, now=now)
        return after

    async def move(
        self,
        unit: Unit,
        friend_id: int,
        *,
        shop_key: str,
        to: int | None = None,
        by: int,
        expected: int | None = None,
        reason: str,
        now: datetime,
    ) -> Conversation:
        """Hand a conversation on to another shop, and say why."""
        before = await self.open(unit, friend_id, expected=expected, now=now)
        after = before.changed(Change.MOVED, at=now, shop_key=shop_key, staff_id=to)
        self._note(unit, before, after, Change.MOVED, by=by, reason=reason, now=now)
        return after

    async def snooze(
        self,
        unit: Unit,
        friend_id: int,
        *,
        until: datetime | None,
        by: int,
        expected: int | None = None,
        reason: str = "",
        now: datetime,
    ) -> Conversation:
        """Put a conversation off until a time, and in any case until the friend writes."""
        before = await self.open(unit, friend_id, expected=expected, now=now)
        after = before.changed(Change.SNOOZED, at=now, until=until)
        self._note(unit, before, after, Change.SNOOZED, by=by, reason=reason, now=now)
        return after

    async def close(
        self,
        unit: Unit,
        friend_id: int,
        *,
        by: int,
        expected: int | None = None,
        reason: str = "",
        tells: bool = True,
        now: datetime,
    ) -> Conversation:
        """End a conversation: the bot has it back, and the friend hears so, never at a price."""
        before = await self.open(unit, friend_id, expected=expected, now=now)
        after = before.changed(Change.CLOSED, at=now)
        self._note(unit, before, after, Change.CLOSED, by=by, reason=reason, now=now)
        if tells and before.answered_at is not None:
            await self._tell_ended(unit, before, why=by_staff(by), now=now)
        return after

    async def see(
        self,
        unit: Unit,
        friend_id: int,
        *,
        up_to: int,
        by: int | None = None,
        now: datetime,
    ) -> bool:
        """Note that somebody of the staff has read so far; the friend does not notice.

        Args:
            unit: of the use case.
            friend_id: whose talk.
            up_to: the newest message on the screen.
            by: who reads; memos that name them are read, too.
            now: when.

        Returns:
            Whether something had been unread.
        """
        conversation = await self.open(unit, friend_id, now=now)
        if by is not None:
            await _NAMED.count(
                unit.connection, staff_id=by, friend_id=friend_id, up_to=up_to, now=now
            )
        if conversation.version == 0 or up_to <= conversation.seen_id:
            return False
        seen = replace(conversation, seen_id=min(up_to, conversation.last_id))
        unit.put(CONVERSATIONS, friend_id, seen)
        return conversation.is_unread

    async def note(
        self,
        unit: Unit,
        friend_id: int,
        *,
        words: str,
        mentions: Sequence[int] = (),
        by: int,
        now: datetime,
    ) -> int:
        """Leave a note that friends do not see; return its id.

        Raises:
            UnfitNoteError: it is empty or too long.
        """
        words = words.strip()
        if not 0 < len(words) <= LONGEST_NOTE:
            raise UnfitNoteError
        conversation = await self.open(unit, friend_id, now=now)
        note_id = arrival.number()
        named = list(dict.fromkeys(mentions))
        record_note(
            unit,
            friend_id,
            note_id,
            author=by_staff(by),
            text=words,
            body={"mentions": named},
            at=now,
        )
        for staff_id in named:
            row = {"message_id": note_id, "staff_id": staff_id, "friend_id": friend_id}
            unit.add(talk_mentions, row | {"seen_at": None})
            told = staff_events.row(
                "mention",
                f"mention:{note_id}:{staff_id}",
                friend_id=friend_id,
                shop_key=conversation.shop_key,
                staff_id=staff_id,
                by_staff_id=by,
                ref=note_id,
                at=now,
            )
            unit.add(events, told)
        unit.put(CONVERSATIONS, friend_id, conversation)  # its screens draw it anew
        return note_id

    async def wake(self, unit: Unit, friend_id: int, *, now: datetime) -> bool:
        """Bring back what was put off until now; False: somebody did already."""
        before = await self.open(unit, friend_id, now=now)
        until = before.snoozed_until
        if before.state is not State.SNOOZED or until is None or until > now:
            return False
        after = before.changed(Change.WOKE, at=now)
        note_change(unit, before, after, Change.WOKE, by=CLOCK, reason="", at=now)
        return True

    async def end(
        self, unit: Unit, friend_id: int, *, quiet_since: datetime, now: datetime
    ) -> bool:
        """End a conversation in which nobody has said anything for long; False: not so."""
        before = await self.open(unit, friend_id, now=now)
        if before.last_at > quiet_since or before.waiting_since is not None:
            return False
        try:
            after = before.changed(Change.ENDED, at=now)
        except CannotError:
            return False
        note_change(unit, before, after, Change.ENDED, by=CLOCK, reason="", at=now)
        await self._tell_ended(unit, before, why=CLOCK, now=now)
        return True

    async def _tell_ended(
        self, unit: Unit, before: Conversation, *, why: str, now: datetime
    ) -> None:
        friend = await repository.friend_of(unit.connection, before.friend_id)
        if friend is None or friend[2] == "blocked":
            return
        # Free now, or with the friend's next event: that the bot is back is not worth a fee.
        call = messages(friend[0], [text(self._rules.now.ended)], why=f"ended:{why}", now=now)
        spare = await repository.spare_token(unit.connection, before.spare_event_id)
        if spare is not None and token_lives(riding := call.with_token(*spare), now):
            call = riding
        queue(unit, call)

    def _note(
        self,
        unit: Unit,
        before: Conversation,
        after: Conversation,
        change: Change,
        *,
        by: int,
        reason: str,
        now: datetime,
    ) -> None:
        known = before if before.version else None
        note_change(unit, known, after, change, by=by_staff(by), reason=reason, at=now)
