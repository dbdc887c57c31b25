"""Surveys as friends answer them: the engine's steps, kept with the friend."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.friends.model import Friend
from bot.outbox import repository as outbox
from bot.people.service import People
from bot.store import arrival
from bot.store.tables.surveys import survey_consents, survey_runs
from bot.store.unit import Unit
from bot.surveys import engine, versions
from bot.surveys.choosing import AGREED, ChoicesQuestion, ConsentQuestion
from bot.surveys.definition import Survey, SurveyError
from bot.surveys.engine import NotAChoiceError, OldVersionError, Progress, State
from bot.surveys.repository import PROGRESS, Stored
from bot.surveys.sending import ImageQuestion, LocationQuestion
from bot.surveys.waiting import WAITS, nudge_at

#: For so long after the last question a text is taken for its answer; later it is a new talk.
LISTENS_FOR: Final = timedelta(hours=24)


class UnknownSurveyError(SurveyError):
    """A button of a survey that this account no longer has."""


class NotYetAgainError(engine.AlreadyDoneError):
    """The survey may be answered again, but not before ``from_``."""

    def __init__(self, key: str, from_: datetime) -> None:
        super().__init__(f"{key}: not again before {from_}")
        self.from_ = from_


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


Act = Callable[[Survey, Progress], Progress]


class Surveys:
    """The account's surveys."""

    def __init__(self, surveys: Mapping[str, Survey], people: People) -> None:
        self._surveys = dict(surveys)
        self._people = people
        #: Earlier versions that somebody is half way through; None: nobody knows it any more.
        self._earlier: dict[tuple[str, int], Survey | None] = {}
        #: Versions that are kept for certain.
        self._kept: frozenset[tuple[str, int]] = frozenset()

    @property
    def definitions(self) -> Mapping[str, Survey]:
        """Every survey that can be started now, by key."""
        return self._surveys

    def replace(self, surveys: Mapping[str, Survey]) -> None:
        """Let friends start these from now on; whoever is half way through finishes theirs."""
        self._earlier |= {(s.key, s.version): s for s in self._surveys.values()}
        self._surveys = dict(surveys)
        for survey in surveys.values():
            self._earlier.pop((survey.key, survey.version), None)
        self._kept = frozenset()

    async def remember(self, connection: AsyncConnection, *, now: datetime) -> None:
        """Keep what is defined now, so that every process can finish what another one began."""
        await versions.remember(connection, self._surveys.values(), now)
        self._kept = frozenset((s.key, s.version) for s in self._surveys.values())

    async def preload(self, unit: Unit, friends: Sequence[Friend]) -> None:
        """Let the progress of a batch's friends be read in one statement, once it is asked for."""
        unit.expect(PROGRESS, [(f.friend_id, key) for f in friends for key in self._surveys])

    async def open_step(self, unit: Unit, friend: Friend, *, now: datetime) -> Step | None:
        """Return the survey that waits for this friend's answer right now, if any.

        The last one that asked; none once the talk has rested for longer than ``LISTENS_FOR``.
        """
        last: Stored | None = None
        for key in self._surveys:
            stored = await self._stored(unit, friend, key)
            if stored is None or not (
                stored.progress.state in WAITS or stored.progress.is_changing
            ):
                continue
            if now - stored.updated_at <= LISTENS_FOR and (
                last is None or stored.updated_at > last.updated_at
            ):
                last = stored
        if last is None:
            return None
        if last.nudge_id:
            await self._withdraw(unit, last.nudge_id, now)
            where = (friend.friend_id, last.progress.survey)
            unit.put(PROGRESS, where, replace(last, nudge_id=0))
        survey = await self._version(unit, last.progress)
        if engine.is_whole(survey, last.progress):
            return Step(survey, last.progress)
        if last.progress.is_changing:
            progress = engine.without_unfit(survey, last.progress)
        else:
            progress = engine.start(survey, last.progress)
        step = await self._keep(unit, friend, survey, last, progress, now=now)
        return replace(step, is_elsewhere=True)

    async def hush(self, unit: Unit, friend: Friend, *, now: datetime) -> None:
        """Take back reminders that wait for the friend, for later: staff have the talk now."""
        for key, survey in self._surveys.items():
            stored = await self._stored(unit, friend, key)
            if stored is None or not stored.nudge_id or survey.nudge is None:
                continue
            if await self._withdraw(unit, stored.nudge_id, now):
                due = survey.nudge.after(now)
                again = replace(stored, nudge_id=None, nudge_at=due)
                unit.put(PROGRESS, (friend.friend_id, key), again)

    async def done(self, unit: Unit, friend: Friend) -> frozenset[str]:
        """Return the keys of the surveys that this friend has answered to the end."""
        done = set()
        for key in self._surveys:
            stored = await self._stored(unit, friend, key)
            if stored is not None and stored.progress.state is State.DONE:
                done.add(key)
        return frozenset(done)

    async def start(self, unit: Unit, friend: Friend, key: str, *, now: datetime) -> Step:
        """Begin a survey, go on where the friend stopped, or begin again where that is allowed."""
        current = self._survey(key)
        stored = await self._stored(unit, friend, key)
        if stored is None:
            return await self._keep(unit, friend, current, None, engine.start(current), now=now)
        progress = stored.progress
        if progress.state is State.DONE and not progress.is_changing:
            again_at = current.repeat.again_at(stored.done_at or stored.updated_at)
            if again_at is not None and again_at > now:
                raise NotYetAgainError(key, again_at)
            begun = engine.start(current, progress, may_repeat=again_at is not None)
            self._archive(unit, stored)
            return await self._keep(unit, friend, current, None, begun, now=now)
        survey = await self._version(unit, progress)
        progress = engine.start(survey, progress)
        return await self._keep(unit, friend, survey, stored, progress, now=now)

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

        def act(survey: Survey, progress: Progress) -> Progress:
            after = engine.answer(
                survey, progress, version=version, question=question, value=value
            )
            self._keep_consent(unit, friend, survey, question, agreed=value == AGREED, now=now)
            return after

        return await self._step(unit, friend, key, act, now)

    async def skip(
        self, unit: Unit, friend: Friend, key: str, *, version: int, question: str, now: datetime
    ) -> Step:
        """Leave an optional question without an answer."""

        def act(survey: Survey, progress: Progress) -> Progress:
            return engine.skip(survey, progress, version=version, question=question)

        return await self._step(unit, friend, key, act, now)

    async def pick(
        self,
        unit: Unit,
        friend: Friend,
        key: str,
        *,
        version: int,
        question: str,
        value: str,
        on: bool,
        now: datetime,
    ) -> Step:
        """Put one of several choices among the picked, or take it out."""

        def act(survey: Survey, progress: Progress) -> Progress:
            return engine.pick(
                survey, progress, version=version, question=question, value=value, on=on
            )

        return await self._step(unit, friend, key, act, now)

    async def decide(
        self, unit: Unit, friend: Friend, key: str, *, version: int, question: str, now: datetime
    ) -> Step:
        """Take the picked choices as the answer."""

        def act(survey: Survey, progress: Progress) -> Progress:
            return engine.decide(survey, progress, version=version, question=question)

        return await self._step(unit, friend, key, act, now)

    async def back(
        self, unit: Unit, friend: Friend, key: str, *, version: int, question: str, now: datetime
    ) -> Step:
        """Ask the question before this one again."""

        def act(survey: Survey, progress: Progress) -> Progress:
            return engine.back(survey, progress, version=version, question=question)

        return await self._step(unit, friend, key, act, now)

    async def change(
        self, unit: Unit, friend: Friend, key: str, *, version: int, question: str, now: datetime
    ) -> Step:
        """Ask one answered question again, from the summary."""

        def act(survey: Survey, progress: Progress) -> Progress:
            return engine.change(survey, progress, version=version, question=question)

        return await self._step(unit, friend, key, act, now)

    async def finish(
        self, unit: Unit, friend: Friend, key: str, *, version: int, now: datetime
    ) -> Step:
        """Hand in the answers of the summary."""

        def act(survey: Survey, progress: Progress) -> Progress:
            return engine.finish(survey, progress, version=version)

        return await self._step(unit, friend, key, act, now)

    async def later(self, unit: Unit, friend: Friend, key: str, *, now: datetime) -> Step:
        """Stop asking; every answer is kept."""
        return await self._leave(unit, friend, key, engine.later, now)

    async def stop(self, unit: Unit, friend: Friend, key: str, *, now: datetime) -> Step:
        """Stop asking for good; every answer is kept."""
        return await self._leave(unit, friend, key, engine.stop, now)

    async def write(
        self, unit: Unit, friend: Friend, step: Step, text: str, *, now: datetime
    ) -> Step:
        """Take a typed text as the answer to the open question.

        Raises:
            SurveyError: it is none.
        """
        question = self._open_question(step)
        here = {"version": step.progress.version, "question": question.key, "now": now}
        if isinstance(question, ChoicesQuestion):
            value = question.named(text)
            return await self.pick(unit, friend, step.survey.key, value=value, on=True, **here)
        value = question.read(text)
        return await self.answer(unit, friend, step.survey.key, value=value, **here)

    async def send(
        self, unit: Unit, friend: Friend, step: Step, message: Mapping[str, Any], *, now: datetime
    ) -> Step:
        """Take a picture or a place as the answer to the open question.

        Raises:
            SurveyError: the question asks for something else.
        """
        question = self._open_question(step)
        if question.is_sent_as != message.get("type"):
            raise NotAChoiceError(f"{question.key} is not answered with this message")
        if isinstance(question, LocationQuestion):
            value = question.place(message)
        elif isinstance(question, ImageQuestion):
            value = str(message.get("id"))
        else:
            raise NotAChoiceError(f"{question.key} is not answered with a message")
        return await self.answer(
            unit, friend, step.survey.key, version=step.progress.version,
            question=question.key, value=value, now=now,
        )  # fmt: skip

    async def current(self, unit: Unit, friend: Friend, key: str) -> Step | None:
        """Return where the friend stands in a survey; None: never begun."""
        self._survey(key)
        stored = await self._stored(unit, friend, key)
        if stored is None:
            return None
        return Step(await self._version(unit, stored.progress), stored.progress)

    def _open_question(self, step: Step) -> Any:
        if step.progress.question is None:
            raise NotAChoiceError(f"{step.survey.key}: nothing is being asked")
        return step.survey.question(step.progress.question)

    def _survey(self, key: str) -> Survey:
        try:
            return self._surveys[key]
        except KeyError:
            raise UnknownSurveyError(key) from None

    async def _version(self, unit: Unit, progress: Progress) -> Survey:
        """Return the definition that a progress belongs to, or the one of now if it is lost."""
        current = self._surveys[progress.survey]
        if progress.version == current.version:
            return current
        key = (progress.survey, progress.version)
        if key not in self._earlier:
            self._earlier[key] = await versions.recall(unit.connection, *key)
        return self._earlier[key] or current

    async def _leave(
        self,
        unit: Unit,
        friend: Friend,
        key: str,
        leave: Callable[[Progress], Progress],
        now: datetime,
    ) -> Step:
        """Let the friend go, whatever has become of the question."""
        return await self._step(
            unit, friend, key, lambda _, progress: leave(progress), now, goes_on=False
        )

    async def _step(
        self,
        unit: Unit,
        friend: Friend,
        key: str,
        act: Act,
        now: datetime,
        *,
        goes_on: bool = True,
    ) -> Step:
        current = self._survey(key)
        stored = await self._stored(unit, friend, key)
        if stored is None:
            # A button of a survey that this friend never began, from a forwarded bubble say.
            return await self._keep(
                unit, friend, current, None, act(current, engine.start(current)), now=now
            )
        survey, progress = await self._version(unit, stored.progress), stored.progress
        if not engine.is_whole(survey, progress):
            if goes_on and progress.state is not State.DONE:
                raise OldVersionError(f"{key}: {progress.version} is not what it was")
            if progress.state is State.DONE:
                progress = engine.without_unfit(survey, progress)
        return await self._keep(unit, friend, survey, stored, act(survey, progress), now=now)

    async def _stored(self, unit: Unit, friend: Friend, key: str) -> Stored | None:
        if friend.version == 0:  # met in this batch: nothing of theirs is stored
            unit.know_absent(PROGRESS, (friend.friend_id, key))
        return await unit.get(PROGRESS, (friend.friend_id, key))

    async def _keep(
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
        )
        if before is not None and before.nudge_id:
            await self._withdraw(unit, before.nudge_id, now)
        if before is None and (survey.key, survey.version) not in self._kept:
            unit.defer(lambda connection: versions.remember(connection, [survey], now))
        unit.put(PROGRESS, (friend.friend_id, survey.key), stored)
        if is_done and not progress.is_changing:
            await self._people.learn_what_fits(
                unit,
                friend.person_id,
                survey.attributes(progress.answers),
                source=f"survey:{survey.key}:{survey.version}",
                now=now,
            )
        return Step(survey, progress, is_end=is_done and not was_done)

    def _keep_consent(
        self, unit: Unit, friend: Friend, survey: Survey, key: str, *, agreed: bool, now: datetime
    ) -> None:
        question = survey.question(key)
        if isinstance(question, ConsentQuestion):
            row = {"id": arrival.number(), "friend_id": friend.friend_id, "survey": survey.key}
            row |= {"survey_version": survey.version, "question": key, "answered_at": now}
            row |= {"terms_version": question.terms_version, "terms": question.terms}
            unit.add(survey_consents, row | {"agreed": agreed})

    def _archive(self, unit: Unit, stored: Stored) -> None:
        """Keep a run that another one follows."""
        progress = stored.progress
        row = {"id": arrival.number(), "friend_id": stored.friend_id, "survey": progress.survey}
        row |= {"survey_version": progress.version, "answers": dict(progress.answers)}
        unit.add(survey_runs, row | {"done_at": stored.done_at or stored.updated_at})

    async def _withdraw(self, unit: Unit, call_id: int, now: datetime) -> bool:
        """Take back a reminder that still waits for the friend: they are here.

        At once, since what waits is handed out before the unit is written; harmless if the event
        fails after all.
        """
        return await outbox.withdraw(unit.connection, call_id, now=now)
