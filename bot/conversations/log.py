"""The log of what happened to conversations: who did it, why, and how it stood afterwards."""

from datetime import datetime

from bot.conversations.model import Change, Conversation
from bot.conversations.repository import CONVERSATIONS
from bot.store import arrival
from bot.store.tables.conversations import conversation_changes
from bot.store.unit import Unit

#: Changes that end a wait, and since when their friends have waited.
_LASTED = frozenset({Change.ANSWERED, Change.CLOSED, Change.ENDED})


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
    unit.add(
        conversation_changes,
        {
            "id": arrival.number(),
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
