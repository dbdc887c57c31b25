"""Asking LINE who a friend is: later and off the message path, as a call like any other."""

from datetime import datetime

from bot.outbox.model import Kind, request
from bot.outbox.queue import queue
from bot.store.unit import Unit


def ask_profile(unit: Unit, user_id: str, *, why: str, now: datetime) -> None:
    """Fetch the friend's name and picture once the unit is committed."""
    # A lane of its own: no answer to the friend waits for it.
    lane = f"profile:{user_id}"
    queue(unit, request(lane, Kind.PROFILE, {"userId": user_id}, why=why, now=now))
