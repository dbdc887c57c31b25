"""What friends are told about their talk with staff."""

from datetime import datetime

from bot.content import Talk
from bot.conversations.hours import OpeningHours, shown_moment
from bot.conversations.service import Handoff
from bot.line.messages import Message, QuickReply, postback, quick_reply, text
from bot.postbacks import AskTurn, LeaveStaff


def handed_over(talk: Talk, handoff: Handoff, *, now: datetime) -> list[Message]:
    """Say that staff have the talk now: at once, or when they are back."""
    if not handoff.is_open:
        return [text(away(talk, handoff.hours, now=now), quick_reply=waiting(talk))]
    if handoff.again:
        return [text(talk.with_staff, quick_reply=waiting(talk))]
    words = talk.connecting.replace("{hours}", handoff.hours.shown(now) or "24時間")
    return [text(words, quick_reply=waiting(talk))]


def away(talk: Talk, hours: OpeningHours, *, now: datetime) -> str:
    """Say that nobody is there, and when somebody is again."""
    opening = hours.next_opening(now)
    if opening is None:
        return talk.away_open_end
    return talk.away.replace("{when}", shown_moment(opening, now=now))


def turn(talk: Talk, position: int | None) -> str:
    """Say how many wait before a friend."""
    if position is None:
        return talk.with_staff
    if position == 1:
        return talk.next_in_line
    return talk.position.replace("{position}", str(position))


def waiting(talk: Talk) -> QuickReply:
    """Return what a friend can do while waiting."""
    return quick_reply(
        postback(talk.turn, AskTurn(), display_text=talk.turn),
        postback(talk.leave, LeaveStaff(), display_text=talk.leave),
    )
