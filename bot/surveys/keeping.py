"""How far each friend is, as it is stored, and what an end tells of the person.

engine (a progress) -> Keeping.keep -> survey_progress, attributes of the person, versions
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.friends.model import Friend
from bot.outbox import repository as outbox
from bot.people.service import People
from bot.store import arrival
from bot.store.tables.surveys import survey_consents, survey_runs
from bot.store.unit import Unit
from bot.surveys import versions
from bot.surveys.choosing import ConsentQuestion
from bot.surveys.definition import Survey, SurveyError
from bot.surveys.engine import Progress, State
from bot.surveys.repository import PROGRESS, Stored
from bot.surveys.waiting import nudge_at


class UnknownSurveyError(SurveyError):
    """A button of a survey that this account no longer has."""


@dataclass(frozen=True, slots=True)
class Step:
    """A survey and how far the friend is with it now."""

    #: In the version that the friend answers.
    survey: Survey
    progress: Progress
    #: This step handed the answers in: now its actions are due.
    is_end: bool = False
    #: The question that was open is there no more; this is where the friend goes on.
    is_elsewhere: bool = False


class Keeping:
    """The surveys of an account, and where its friends stand in them."""

    def __init__(self, surveys: Mapping[str, Survey], people: People) -> None:
        self.definitions = dict(surveys)
        self._people = people
        #: Earlier versions that somebody is half way through; None: nobody knows it any more.
        self._earlier: dict[tuple[str, int], Survey | None] = {}
        #: Versions that are kept for certain.
        self._remembered: frozenset[tuple[str, int]] = frozenset()

    def replace(self, surveys: Mapping[str, Survey]) -> None:
        """Go by other definitions from now on; those before are known for who is half way."""
        self._earlier |= {(s.key, s.version): s for s in self.definitions.values()}
        self.definitions = dict(surveys)
        for survey in surveys.values():
            self._earlier.pop((survey.key, survey.version), None)
        self._remembered = frozenset()

    async def remember(self, connection: AsyncConnection, *, now: datetime) -> None:
        """Store what is defined now."""
        await versions.remember(connection, self.definitions.values(), now)
        self._remembered = frozenset((s.key, s.version) for s in self.definitions.values())

    def survey(self, key: str) -> Survey:
        """Return a survey as it can be started now.

        Raises:
            UnknownSurveyError: there is none.
        """
        try:
            return self.definitions[key]
        except KeyError:
            raise UnknownSurveyError(key) from None

    async def version_of(self, unit: Unit, progress: Progress) -> Survey:
        """Return the definition that a progress belongs to, or the one of now if it is lost."""
        current = self.survey(progress.survey)
        if progress.version == current.version:
            return current
        key = (progress.survey, progress.version)
        if key not in self._earlier:
            self._earlier[key] = await versions.recall(unit.connection, *key)
        return self._earlier[key] or current

    async def stored(self, unit: Unit, friend: Friend, key: str) -> Stored | None:
        """Return where a friend stands; None: never begun."""
        if friend.version == 0:  # met in this batch: nothing of theirs is stored
            unit.know_absent(PROGRESS, (friend.friend_id, key))
        return await unit.get(PROGRESS, (friend.friend_id, key))

    async def keep(
        self,
        unit: Unit,
        friend: Friend,
        survey: Survey,
        before: Stored | None,
        progress: Progress,
        *,
        now: datetime,
    ) -> Step:
        """Keep a step; ``before`` is where this run stood, None at its start."""
        was_done = before is not None and before.progress.state is State.DONE
        is_done = progress.state is State.DONE
        stored = Stored(
            friend.friend_id,
            progress,
            now,
            done_at=before.done_at if before and was_done else now if is_done else None,
            nudge_at=nudge_at(survey, progress, before, now),
            nudge_id=None if before is None or before.nudge_id is None else 0,
            messages={} if before is None else _still_answers(before, progress),
        )
        if before is not None and before.nudge_id:
            await self.withdraw(unit, before.nudge_id, now)
        if before is None and (survey.key, survey.version) not in self._remembered:
            unit.defer(lambda connection: versions.remember(connection, [survey], now))
        unit.put(PROGRESS, (friend.friend_id, survey.key), stored)
        if is_done and not progress.is_changing:
            handed_in = before.progress if before is not None and was_done else None
            await self._tell(unit, friend, survey, handed_in, progress, now=now)
        return Step(survey, progress, is_end=is_done and not was_done)

    async def _tell(
        self,
        unit: Unit,
        friend: Friend,
        survey: Survey,
        before: Progress | None,
        after: Progress,
        *,
        now: datetime,
    ) -> None:
        """Let the person be known for what is handed in, and no more for what was taken back."""
        told = survey.attributes(after.answers)
        if before is not None:
            person = await self._people.of(unit, friend.person_id)
            earlier = survey.attributes(before.answers_handed_in)
            told |= {
                name: None
                for name, value in earlier.items()
                if name not in told and person.attributes.get(name) == value
            }
        source = source_of(survey)
        await self._people.learn_what_fits(unit, friend.person_id, told, source=source, now=now)

    def keep_consent(
        self, unit: Unit, friend: Friend, survey: Survey, key: str, *, agreed: bool, now: datetime
    ) -> None:
        """Keep the terms with the answer, where the question asks to agree to some."""
        question = survey.question(key)
        if isinstance(question, ConsentQuestion):
            row = {"id": arrival.number(), "friend_id": friend.friend_id, "survey": survey.key}
            row |= {"survey_version": survey.version, "question": key, "answered_at": now}
            row |= {"terms_version": question.terms_version, "terms": question.terms}
            unit.add(survey_consents, row | {"agreed": agreed})

    async def note_message(
        self, unit: Unit, friend: Friend, key: str, question: str, message_id: str
    ) -> None:
        """Note which message was the answer, should it be taken back."""
        stored = await self.stored(unit, friend, key)
        if stored is not None and message_id and question in stored.progress.answers:
            messages = {**stored.messages, question: message_id}
            unit.put(PROGRESS, (friend.friend_id, key), replace(stored, messages=messages))

    def archive(self, unit: Unit, stored: Stored) -> None:
        """Keep a run that another one follows."""
        progress = stored.progress
        row = {"id": arrival.number(), "friend_id": stored.friend_id, "survey": progress.survey}
        row |= {"survey_version": progress.version, "answers": dict(progress.answers)}
        unit.add(survey_runs, row | {"done_at": stored.done_at or stored.updated_at})

    async def withdraw(self, unit: Unit, call_id: int, now: datetime) -> bool:
        """Take back a reminder that still waits for the friend: they are here.

        At once, since what waits is handed out before the unit is written; harmless if the event
        fails after all.
        """
        return await outbox.withdraw(unit.connection, call_id, now=now)


def source_of(survey: Survey) -> str:
    """Return how values and tags name the survey that they come from."""
    return f"survey:{survey.key}:{survey.version}"


def _still_answers(before: Stored, progress: Progress) -> Mapping[str, str]:
    """Keep the messages of answers that have not changed."""
    if not before.messages:
        return {}
    then, now = before.progress.answers, progress.answers
    return {
        question: message_id
        for question, message_id in before.messages.items()
        if question in now and now[question] == then.get(question)
    }
