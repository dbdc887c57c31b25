"""One reminder of a survey that waits for an answer.

    scheduler -> Reminder -> progress (marked) + outbox (a call that costs nothing by itself)

Both are one transaction, so a crash reminds nobody twice, and forgets nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.content import Account
from bot.friends.model import Friend, Friendship
from bot.friends.repository import FRIENDS
from bot.line.messages import Message, postback, quick_reply, text
from bot.outbox.model import messages
from bot.outbox.outside import UseCase
from bot.outbox.queue import queue
from bot.postbacks import LaterSurvey, StartSurvey
from bot.store import batch
from bot.store.batch import StaleRowError
from bot.store.unit import Unit
from bot.surveys.definition import Survey
from bot.surveys.repository import PROGRESS, Stored
from bot.surveys.rules import Nudge
from bot.surveys.service import Surveys
from bot.surveys.waiting import WAITS

#: A reminder that could not be told for so long is dropped.
KEEPS_FOR: Final = timedelta(days=3)
BATCH: Final = 200

_DUE = batch.Query(
    "SELECT p.friend_id, p.survey, f.user_id FROM survey_progress p "
    "JOIN friends f ON f.id = p.friend_id "
    "WHERE p.nudge_at <= :now ORDER BY p.nudge_at LIMIT :limit FOR UPDATE OF p SKIP LOCKED"
)


class Talks(Protocol):
    """Whose talk staff have: nobody reminds a friend who waits for a person."""

    async def preload(self, unit: Unit, friends: Sequence[Friend]) -> None:
        """Have the talks of friends read together."""

    async def is_with_staff(self, unit: Unit, friend: Friend) -> bool:
        """Whether staff have this friend's talk."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Reminds friends, in the words of an account."""

    account: Account
    surveys: Surveys
    talks: Talks

    async def run(self, use_case: UseCase, now: datetime) -> None:
        """Remind everybody whose moment has come, one transaction after another.

        A friend who answers at the same moment wins: their batch is looked at the next time.
        """
        looked_at = BATCH
        while looked_at == BATCH:
            try:
                async with use_case() as unit:
                    looked_at = await self.remind(unit, now=now)
            except StaleRowError:
                return

    async def remind(self, unit: Unit, *, now: datetime) -> int:
        """Remind the friends whose moment has come, and look after the others later.

        Args:
            unit: of a transaction of its own.
            now: by the clock.

        Returns:
            How many were looked at; ``BATCH`` of them: there may be more.
        """
        rows = await _DUE.rows(unit.connection, now=now, limit=BATCH)
        await unit.preload(PROGRESS, [(row[0], row[1]) for row in rows])
        await unit.preload(FRIENDS, [row[2] for row in rows])
        found = [friend for row in rows if (friend := await unit.get(FRIENDS, row[2]))]
        await self.talks.preload(unit, found)
        for friend_id, key, user_id in rows:
            stored = await unit.get(PROGRESS, (friend_id, key))
            friend = await unit.get(FRIENDS, user_id)
            if stored is None or friend is None:
                continue
            survey = self.surveys.definitions.get(key)
            if friend.state is Friendship.BLOCKED:
                survey = None
            if survey and survey.nudge and await self.talks.is_with_staff(unit, friend):
                seen = replace(stored, nudge_at=survey.nudge.after(now))
            else:
                seen = self._seen(unit, survey, stored, user_id, now)
            unit.put(PROGRESS, (friend_id, key), seen)
        return len(rows)

    def _seen(
        self, unit: Unit, survey: Survey | None, stored: Stored, user_id: str, now: datetime
    ) -> Stored:
        """Remind one friend, if it is time; a survey that is gone reminds nobody."""
        nudge = None if survey is None else survey.nudge
        if survey is None or nudge is None or stored.progress.state not in WAITS:
            return replace(stored, nudge_at=None)
        due = nudge.due(stored.updated_at, now)
        if due > now:
            return replace(stored, nudge_at=due)
        call = messages(
            user_id,
            [self._message(survey, nudge, stored.progress.version)],
            why=f"survey:{survey.key}",
            now=now,
            pays=nudge.pays,
            keeps_for=KEEPS_FOR,
        )
        queue(unit, call)
        return replace(stored, nudge_at=None, nudge_id=call.call_id)

    def _message(self, survey: Survey, nudge: Nudge, version: int) -> Message:
        texts = self.account.survey
        words = nudge.text or texts.nudge.replace("{title}", survey.title)
        resume = postback(texts.resume, StartSurvey(survey.key), display_text=texts.resume)
        later = postback(texts.later, LaterSurvey(survey.key, version), display_text=texts.later)
        return text(words, quick_reply=quick_reply(resume, later))
