"""Surveys as friends answer them: the engine's steps, kept with the friend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.friends.model import Friend
from bot.people.service import People
from bot.store.unit import Unit
from bot.surveys import engine
from bot.surveys.definition import Survey, SurveyError
from bot.surveys.engine import Progress, State
from bot.surveys.repository import PROGRESS, Stored


class UnknownSurveyError(SurveyError):
    """A button of a survey that this account no longer has."""


@dataclass(frozen=True, slots=True)
class Step:
    """A survey and how far the friend is with it now."""

    survey: Survey
    progress: Progress


class Surveys:
    """The account's surveys."""

    def __init__(self, surveys: Mapping[str, Survey], people: People) -> None:
        self._surveys = surveys
        self._people = people

    async def preload(self, unit: Unit, friends: Sequence[Friend]) -> None:
        """Let the progress of a batch's friends be read in one statement, once it is asked for."""
        unit.expect(PROGRESS, [(f.friend_id, key) for f in friends for key in self._surveys])

    async def open_step(self, unit: Unit, friend: Friend) -> Step | None:
        """Return the survey that is asking this friend right now, if any."""
        for survey in self._surveys.values():
            progress = await self._progress(unit, friend, survey.key)
            if progress is not None and progress.state is State.ASKING:
                return Step(survey, progress)
        return None

    async def done(self, unit: Unit, friend: Friend) -> frozenset[str]:
        """Return the keys of the surveys that this friend has answered to the end."""
        done = set()
        for key in self._surveys:
            progress = await self._progress(unit, friend, key)
            if progress is not None and progress.state is State.DONE:
                done.add(key)
        return frozenset(done)

    async def start(self, unit: Unit, friend: Friend, key: str, *, now: datetime) -> Step:
        """Begin a survey, or go on where the friend stopped."""
        survey = self._survey(key)
        progress = engine.start(survey, await self._progress(unit, friend, key))
        return await self._keep(unit, friend, survey, progress, now)

    async def answer(
        self,
        unit: Unit,
        friend: Friend,
        key: str,
        *,
        version: int,
        question: str,
        value: str,
        now: datetime,
    ) -> Step:
        """Take one answer; the last one tells the person's attributes what was said."""
        survey = self._survey(key)
        progress = await self._started(unit, friend, survey)
        progress = engine.answer(survey, progress, version=version, question=question, value=value)
        return await self._keep(unit, friend, survey, progress, now)

    async def back(
        self,
        unit: Unit,
        friend: Friend,
        key: str,
        *,
        version: int,
        question: str,
        now: datetime,
    ) -> Step:
        """Ask the question before this one again."""
        survey = self._survey(key)
        progress = await self._started(unit, friend, survey)
        progress = engine.back(survey, progress, version=version, question=question)
        return await self._keep(unit, friend, survey, progress, now)

    async def later(self, unit: Unit, friend: Friend, key: str, *, now: datetime) -> Step:
        """Stop asking; every answer is kept."""
        survey = self._survey(key)
        progress = engine.later(await self._started(unit, friend, survey))
        return await self._keep(unit, friend, survey, progress, now)

    async def current(self, unit: Unit, friend: Friend, key: str) -> Step | None:
        """Return where the friend stands in a survey; None: never begun."""
        survey = self._survey(key)
        progress = await self._progress(unit, friend, key)
        return None if progress is None else Step(survey, progress)

    def _survey(self, key: str) -> Survey:
        try:
            return self._surveys[key]
        except KeyError:
            raise UnknownSurveyError(key) from None

    async def _started(self, unit: Unit, friend: Friend, survey: Survey) -> Progress:
        # A tap on a button of a survey that this friend never began, from a forwarded bubble say.
        return await self._progress(unit, friend, survey.key) or engine.start(survey)

    async def _progress(self, unit: Unit, friend: Friend, key: str) -> Progress | None:
        if friend.version == 0:  # met in this batch: nothing of theirs is stored
            unit.know_absent(PROGRESS, (friend.friend_id, key))
        stored = await unit.get(PROGRESS, (friend.friend_id, key))
        return None if stored is None else stored.progress

    async def _keep(
        self, unit: Unit, friend: Friend, survey: Survey, progress: Progress, now: datetime
    ) -> Step:
        key = (friend.friend_id, survey.key)
        unit.put(PROGRESS, key, Stored(friend.friend_id, progress, now))
        if progress.state is State.DONE:
            await self._people.learn(
                unit,
                friend.person_id,
                survey.attributes(progress.answers),
                source=f"survey:{survey.key}:{survey.version}",
                now=now,
            )
        return Step(survey, progress)
