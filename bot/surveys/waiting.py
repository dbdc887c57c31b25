"""Whose answer is waited for, and when to look whether to remind them; no I/O."""

from datetime import datetime
from typing import Final

from bot.surveys.definition import Survey
from bot.surveys.engine import Progress, State
from bot.surveys.repository import Stored

#: States in which the friend's answer is waited for.
WAITS: Final = frozenset({State.ASKING, State.REVIEWING})


def nudge_at(
    survey: Survey, progress: Progress, before: Stored | None, now: datetime
) -> datetime | None:
    """Say when to look after the friend; an earlier moment stands, to spare the index a write."""
    if survey.nudge is None or progress.state not in WAITS:
        return None
    if before is not None and before.nudge_id is not None:
        return None
    if before is not None and before.nudge_at is not None:
        return before.nudge_at
    return survey.nudge.after(now)
