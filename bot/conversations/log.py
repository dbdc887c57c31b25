"""The log of what happened to conversations: who did it, why, and how it stood afterwards."""

from datetime import datetime

from bot.conversations.model import Change, Conversation, State
from bot.conversations.repository import CONVERSATIONS
from bot.store import arrival, staff_events
from bot.store.tables.conversations import conversation_changes
from bot.store.tables.notices import staff_events as events
from bot.store.unit import Unit

#: Changes that end a wait, and since when their friends have waited.
_LASTED = frozenset({Change.ANSWERED, Change.CLOSED, Change.ENDED})
#: Changes that give a talk to somebody, and those by which it wants its owner.
_GIVES = frozenset({Change.ASSIGNED, Change.MOVED})
_CALLS = frozenset({Change.ASKED, Change.WROTE, Change.WOKE})


def note_change(
    unit: Unit,
    before: Conversation | None,
    after: Conversation,
    change: Change,
    *,
    by: str,
    reason: str,
    at: datetime,
) -> None:
    """Keep a conversation as it is after a change, and the change.

    Args:
        unit: of the use case.
        before: None: it did not exist.
        after: as the model made it.
        change: what happened.
        by: friend, bot, clock, or a staff member's id.
        reason: in the words of whoever did it, or the name of a rule; may be empty.
        at: when.
    """
    unit.put(CONVERSATIONS, after.friend_id, after)
    opened_at = after.opened_at
    is_first = change is not Change.ANSWERED or before is None or before.answered_at is None
    counts = change in _LASTED and opened_at is not None and is_first
    change_id = arrival.number()
    unit.add(
        conversation_changes,
        {
            "id": change_id,
            "friend_id": after.friend_id,
            "change": change.value,
            "state": after.state.value,
            "staff_id": after.staff_id,
            "shop_key": after.shop_key,
            "by_whom": by,
            "reason": reason,
            "at": at,
            "waited_seconds": int((at - opened_at).total_seconds())
            if counts and opened_at
            else None,
        },
    )
    _note_for_staff(unit, after, change, change_id, by=by, at=at)


def _note_for_staff(
    unit: Unit, after: Conversation, change: Change, change_id: int, *, by: str, at: datetime
) -> None:
    """Let those be told whom a change concerns: whoever has the talk now, or could take it."""
    owner = after.staff_id
    if owner is not None and change in _GIVES:
        kind = "assigned"
    elif after.state is State.OPEN and (owner is None or change in _CALLS):
        kind = "waiting"
    else:
        return
    row = staff_events.row(
        kind,
        f"change:{change_id}",
        friend_id=after.friend_id,
        shop_key=after.shop_key,
        staff_id=owner,
        by_staff_id=int(by) if by.isdecimal() else None,
        ref=after.heard_id,
        at=at,
    )
    unit.add(events, row)
