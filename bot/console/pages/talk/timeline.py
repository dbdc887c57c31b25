"""What a talk shows, in order: days, bubbles, and lines for what staff and the bot did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TOKYO
from bot.conversations import reading
from bot.conversations.reading import Delivery, TalkChange, TalkMessage

#: Of one page there are no more changes than this; older ones come with older messages.
_CHANGES: Final = 200
_UNDER_WAY: Final = Delivery.SENDING


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a talk."""

    line_id: int
    at: datetime
    #: Where this is the first one of a day.
    day: date | None = None
    message: TalkMessage | None = None
    change: TalkChange | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stretch of a talk, oldest first."""

    lines: Sequence[Line]
    #: Of the oldest message, to go on from; None: that is where the talk begins.
    before: int | None
    #: Of the newest message or note.
    newest: int

    @property
    def is_under_way(self) -> bool:
        """Whether something has not left yet, so that the screen should look again soon."""
        return any(line.message and line.message.delivery is _UNDER_WAY for line in self.lines)


async def read(
    connection: AsyncConnection,
    friend_id: int,
    *,
    before: int | None = None,
    limit: int = reading.PAGE,
) -> Timeline:
    """Return a page of a talk, the newest or the one before a message."""
    messages = await reading.messages_of(connection, friend_id, before=before, limit=limit)
    is_whole = len(messages) < limit
    after = 0 if is_whole else messages[0].message_id
    changes = await reading.changes_of(
        connection, friend_id, before=before, after=after, limit=_CHANGES
    )
    lines = [Line(m.message_id, m.at, message=m) for m in messages]
    lines += [Line(c.change_id, c.at, change=c) for c in changes]
    lines.sort(key=lambda line: line.line_id)
    return Timeline(
        lines=_with_days(lines),
        before=None if is_whole else messages[0].message_id,
        newest=max((m.message_id for m in messages), default=0),
    )


def _with_days(lines: Sequence[Line]) -> list[Line]:
    marked, last = [], None
    for line in lines:
        day = line.at.astimezone(TOKYO).date()
        first = day if day != last else None
        marked.append(Line(line.line_id, line.at, first, line.message, line.change))
        last = day
    return marked
