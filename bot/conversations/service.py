"""What friends do to their conversation: write, ask for a person, wait, and go back to the bot.

    worker: heard (every event) -> handler: ask, missed, away … -> worker: recorded, keep_spare

What staff do is in ``desk.py`` and ``answering.py``, what the clock does in ``clockwork.py``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from bot.conversations import repository, shops
from bot.conversations.hours import OpeningHours
from bot.conversations.log import note_change
from bot.conversations.model import FRIEND, Change, Conversation, State
from bot.conversations.recording import record_call, record_event
from bot.conversations.repository import CONVERSATIONS
from bot.conversations.rules import TalkRules
from bot.conversations.shops import TalkShop
from bot.friends.model import Friend
from bot.friends.repository import FRIENDS
from bot.outbox.model import Call, Kind
from bot.outbox.queue import queue, take_queued
from bot.signals import TALKS
from bot.store.batch import Query
from bot.store.unit import Unit

#: What a friend sends that staff should see and answer; a tap is answered by the bot.
_SILENT: Final = frozenset({"tap", "follow", "unfollow"})
#: An install without staff is asked again whether there are any after this.
_ASK_AGAIN_SECONDS: Final = 5.0
#: Texts longer than this are a story, and no keyword.
_LONGEST_ASK: Final = 40

_BEFORE: Final = Query(
    "SELECT count(*) FROM conversations WHERE state IN ('open', 'in_progress') "
    "AND waiting_since IS NOT NULL AND queue_key < :queue_key AND friend_id <> :friend_id "
    "AND (shop_key = :shop_key OR :shop_key::text IS NULL)"
)


@dataclass(frozen=True, slots=True)
class Handoff:
    """How things stand for a friend who asked for a person."""

    conversation: Conversation
    hours: OpeningHours
    is_open: bool
    #: Whether the friend had asked before.
    again: bool


class Conversations:
    """The talks of friends with staff, from the friends' side."""

    def __init__(self, rules: TalkRules, *, ticks: Callable[[], float] = monotonic) -> None:
        self._rules = rules
        self._ticks = ticks
        self._has_staff = False
        self._asked_at = float("-inf")

    async def preload(self, unit: Unit, friends: Sequence[Friend]) -> None:
        """Have the conversations of a batch's friends read together, once one is asked for."""
        unit.expect(CONVERSATIONS, [f.friend_id for f in friends if f.has_talk])

    async def of(self, unit: Unit, friend: Friend) -> Conversation | None:
        """Return a friend's conversation; None: staff were never needed."""
        if not friend.has_talk:
            unit.know_absent(CONVERSATIONS, friend.friend_id)
        return await unit.get(CONVERSATIONS, friend.friend_id)

    async def is_with_staff(self, unit: Unit, friend: Friend) -> bool:
        """Whether the bot is silent to what this friend writes."""
        conversation = await self.of(unit, friend)
        return conversation is not None and conversation.is_with_staff

    async def heard(
        self, unit: Unit, friend: Friend, event_id: int, event: Mapping[str, Any], *, at: datetime
    ) -> None:
        """Record what a friend did, before anybody answers."""
        kind = record_event(
            unit, friend.friend_id, event_id, event, at=at, with_token=friend.has_talk
        )
        if kind is None:
            return
        conversation = await self.of(unit, friend)
        if conversation is None:
            return
        waits = kind not in _SILENT
        heard = conversation.heard(event_id, at=at, waits=waits)
        if kind == "tap":  # the friend finds the way: misses count in a row only
            heard = replace(heard, misses=0)
        if waits and conversation.state is State.SNOOZED:
            woken = heard.changed(Change.WROTE, at=at)
            note_change(unit, conversation, woken, Change.WROTE, by=FRIEND, reason="", at=at)
        else:
            unit.put(CONVERSATIONS, friend.friend_id, heard)

    async def record(self, unit: Unit, calls: Iterable[Call]) -> None:
        """Record what is about to be said, before held calls are packed into it."""
        for call in calls:
            if call.kind is not Kind.MESSAGE:
                continue
            friend = await unit.get(FRIENDS, call.lane)
            if friend is None:
                continue
            record_call(unit, friend.friend_id, call)
            conversation = await self.of(unit, friend)
            if conversation is not None:
                said = conversation.said(call.call_id, at=call.created_at)
                unit.put(CONVERSATIONS, friend.friend_id, said)

    async def record_queued(self, unit: Unit) -> Mapping[str, Sequence[str]]:
        """Record what a use case outside of the worker is about to say; return its news."""
        calls = take_queued(unit)
        await self.record(unit, calls)
        for call in calls:
            queue(unit, call)
        return {TALKS: [talk.note for talk in unit.changed(CONVERSATIONS)]}

    async def keep_spare(self, unit: Unit, events: Mapping[str, int]) -> None:
        """Keep the events whose reply token nobody used, by user id, for staff to answer on."""
        for user_id, event_id in events.items():
            friend = await unit.get(FRIENDS, user_id)
            if friend is None:
                continue
            conversation = await self.of(unit, friend)
            if conversation is not None and conversation.is_with_staff:
                kept = replace(conversation, spare_event_id=event_id)
                unit.put(CONVERSATIONS, friend.friend_id, kept)

    async def ask(
        self,
        unit: Unit,
        friend: Friend,
        *,
        event_id: int,
        reason: str,
        by: str = FRIEND,
        shop_key: str | None = None,
        now: datetime,
    ) -> Handoff:
        """Hand the talk over to staff.

        Args:
            unit: of the event.
            friend: whose talk.
            event_id: of what caused it.
            reason: button, keyword, misses, or what a survey's action says.
            by: friend, or bot where the friend did not ask.
            shop_key: whose staff; by default the only shop's.
            now: also what the hours are looked at for.
        """
        before = await self.of(unit, friend)
        places = await shops.active_shops(unit.connection)
        shop_key = shop_key or (before.shop_key if before else None) or _only(places)
        start = before or Conversation(
            friend_id=friend.friend_id, last_at=now, last_id=event_id, heard_id=event_id
        )
        after = start.changed(Change.ASKED, at=now, shop_key=shop_key)
        again = before is not None and before.is_with_staff
        if again and before is not None and before.state is after.state:
            unit.put(CONVERSATIONS, friend.friend_id, after)
        else:
            note_change(unit, before, after, Change.ASKED, by=by, reason=reason, at=now)
        hours = self._hours(after, places)
        is_open = hours.is_open(now)
        if not is_open:
            unit.put(CONVERSATIONS, friend.friend_id, replace(after, away_at=now))
        return Handoff(after, hours, is_open, again)

    def asks_for_staff(self, text: str) -> bool:
        """Whether a text is a wish for a person, by the account's keywords."""
        plain = text.strip()
        return len(plain) <= _LONGEST_ASK and any(k in plain for k in self._rules.now.keywords)

    async def missed(self, unit: Unit, friend: Friend, *, event_id: int, now: datetime) -> bool:
        """Note that the bot did not understand; True: it was once too often, and staff exist."""
        if not self._rules.now.after_misses or not await self._staffed(unit):
            return False
        before = await self.of(unit, friend)
        start = before or Conversation(
            friend_id=friend.friend_id, last_at=now, last_id=event_id, heard_id=event_id
        )
        counted = replace(start, misses=start.misses + 1)
        unit.put(CONVERSATIONS, friend.friend_id, counted)
        return counted.misses >= self._rules.now.after_misses

    async def away(self, unit: Unit, friend: Friend, *, now: datetime) -> OpeningHours | None:
        """Return the shop's hours if it is closed and the friend has not heard so lately."""
        conversation = await self.of(unit, friend)
        if conversation is None or not self._may_tell_away(conversation, now):
            return None
        hours = self._hours(conversation, await shops.active_shops(unit.connection))
        if hours.is_open(now):
            return None
        unit.put(CONVERSATIONS, friend.friend_id, replace(conversation, away_at=now))
        return hours

    async def position(self, unit: Unit, friend: Friend) -> int | None:
        """Return how many wait for the same shop, this friend included; None: not waiting."""
        conversation = await self.of(unit, friend)
        if conversation is None or conversation.waiting_since is None:
            return None
        rows = await _BEFORE.rows(
            unit.connection,
            queue_key=conversation.queue_key,
            friend_id=friend.friend_id,
            shop_key=conversation.shop_key,
        )
        return int(rows[0][0]) + 1

    async def leave(self, unit: Unit, friend: Friend, *, now: datetime) -> bool:
        """Give the talk back to the bot because the friend says so; False: it was there."""
        before = await self.of(unit, friend)
        if before is None or not before.is_with_staff:
            return False
        after = before.changed(Change.CLOSED, at=now)
        note_change(unit, before, after, Change.CLOSED, by=FRIEND, reason="", at=now)
        return True

    async def unsent(self, unit: Unit, message_id: str) -> None:
        """Mask every copy of a message that its sender took back."""

        async def mask(connection: Any) -> None:
            await repository.unsend(connection, message_id)

        unit.defer(mask)

    def _hours(self, conversation: Conversation, places: Sequence[TalkShop]) -> OpeningHours:
        of_shop = (place.hours for place in places if place.key == conversation.shop_key)
        return next(of_shop, None) or self._rules.hours

    def _may_tell_away(self, conversation: Conversation, now: datetime) -> bool:
        quiet = timedelta(hours=self._rules.now.away_every_hours)
        return conversation.away_at is None or conversation.away_at + quiet <= now

    async def _staffed(self, unit: Unit) -> bool:
        """Whether there is anybody to hand over to; a first colleague is not forgotten."""
        if not self._has_staff and self._ticks() - self._asked_at > _ASK_AGAIN_SECONDS:
            self._asked_at = self._ticks()
            self._has_staff = await shops.has_staff(unit.connection)
        return self._has_staff


def _only(places: Sequence[TalkShop]) -> str | None:
    return places[0].key if len(places) == 1 else None
