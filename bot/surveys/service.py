"""Surveys as friends answer them: the engine's steps, kept with the friend."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.friends.model import Friend
from bot.people.service import People
from bot.store.unit import Unit
from bot.surveys import engine
from bot.surveys.choosing import AGREED, ChoicesQuestion
from bot.surveys.definition import Survey
from bot.surveys.engine import NotAChoiceError, OldVersionError, Progress, State
from bot.surveys.keeping import Keeping, Step, UnknownSurveyError, source_of
from bot.surveys.repository import PROGRESS, Stored, forget_told
from bot.surveys.sending import ImageQuestion, LocationQuestion
from bot.surveys.waiting import WAITS

__all__ = ["LISTENS_FOR", "Move", "NotYetAgainError", "Step", "Surveys", "UnknownSurveyError"]

#: For so long after the last question a text is taken for its answer; later it is a new talk.
LISTENS_FOR: Final = timedelta(hours=24)

#: A function of the engine, with all of its arguments but these two.
Move: TypeAlias = Callable[[Survey, Progress], Progress]


class NotYetAgainError(engine.AlreadyDoneError):
    """The survey may be answered again, but not before ``from_``."""

    def __init__(self, key: str, from_: datetime) -> None:
        super().__init__(f"{key}: not again before {from_}")
        self.from_ = from_


class Surveys:
    """The account's surveys."""

    def __init__(self, surveys: Mapping[str, Survey], people: People) -> None:
        self._kept = Keeping(surveys, people)

    @property
    def definitions(self) -> Mapping[str, Survey]:
        """Every survey that can be started now, by key."""
        return self._kept.definitions

    def replace(self, surveys: Mapping[str, Survey]) -> None:
        """Let friends start these from now on; whoever is half way through finishes theirs."""
        self._kept.replace(surveys)

    async def remember(self, connection: AsyncConnection, *, now: datetime) -> None:
        """Keep what is defined now, so that every process can finish what another one began."""
        await self._kept.remember(connection, now=now)

    async def preload(self, unit: Unit, friends: Sequence[Friend]) -> None:
        """Let the progress of a batch's friends be read in one statement, once it is asked for."""
        unit.expect(PROGRESS, [(f.friend_id, key) for f in friends for key in self.definitions])

    async def done(self, unit: Unit, friend: Friend) -> frozenset[str]:
        """Return the keys of the surveys that this friend has answered to the end."""
        found = await self._all(unit, friend)
        return frozenset(s.progress.survey for s in found if s.progress.state is State.DONE)

    async def current(self, unit: Unit, friend: Friend, key: str) -> Step | None:
        """Return where the friend stands in a survey; None: never begun."""
        self._kept.survey(key)
        stored = await self._kept.stored(unit, friend, key)
        if stored is None:
            return None
        return Step(await self._kept.version_of(unit, stored.progress), stored.progress)

    async def open_step(self, unit: Unit, friend: Friend, *, now: datetime) -> Step | None:
        """Return the survey that waits for this friend's answer right now, if any.

        The last one that asked; none once the talk has rested for longer than ``LISTENS_FOR``.
        """
        waiting = [
            stored
            for stored in await self._all(unit, friend)
            if (stored.progress.state in WAITS or stored.progress.is_changing)
            and now - stored.updated_at <= LISTENS_FOR
        ]
        if not waiting:
            return None
        last = max(waiting, key=lambda stored: stored.updated_at)
        if last.nudge_id:
            await self._kept.withdraw(unit, last.nudge_id, now)
            where = (friend.friend_id, last.progress.survey)
            unit.put(PROGRESS, where, replace(last, nudge_id=0))
        survey, progress = await self._kept.version_of(unit, last.progress), last.progress
        if engine.is_whole(survey, progress):
            return Step(survey, progress)
        go_on = engine.without_unfit if progress.is_changing else engine.start
        after = go_on(survey, progress)
        step = await self._kept.keep(unit, friend, survey, last, after, now=now)
        return replace(step, is_elsewhere=True)

    async def start(self, unit: Unit, friend: Friend, key: str, *, now: datetime) -> Step:
        """Begin a survey, go on where the friend stopped, or begin again where that is allowed.

        Raises:
            AlreadyDoneError: it may be answered once only.
            NotYetAgainError: not before another day.
        """
        kept, current = self._kept, self._kept.survey(key)
        stored = await kept.stored(unit, friend, key)
        if stored is None:
            return await kept.keep(unit, friend, current, None, engine.start(current), now=now)
        progress = stored.progress
        if progress.is_over:
            again_at = current.repeat.again_at(stored.done_at or stored.updated_at)
            if again_at is not None and again_at > now:
                raise NotYetAgainError(key, again_at)
            begun = engine.start(current, progress, may_repeat=again_at is not None)
            kept.archive(unit, stored)
            return await kept.keep(unit, friend, current, None, begun, now=now)
        survey = await kept.version_of(unit, progress)
        after = engine.start(survey, progress)
        return await kept.keep(unit, friend, survey, stored, after, now=now)

    async def move(
        self, unit: Unit, friend: Friend, key: str, move: Move, *, now: datetime
    ) -> Step:
        """Let the friend do what a button says, such as ``partial(engine.back, …)``.

        Raises:
            SurveyError: it cannot be done now; nothing has changed.
        """
        current, stored = self._kept.survey(key), await self._kept.stored(unit, friend, key)
        if stored is None:
            # A button of a survey that this friend never began, from a forwarded bubble say.
            after = move(current, engine.start(current))
            return await self._kept.keep(unit, friend, current, None, after, now=now)
        survey, progress = await self._kept.version_of(unit, stored.progress), stored.progress
        if not engine.is_whole(survey, progress):
            if progress.state is not State.DONE:
                raise OldVersionError(f"{key}: {progress.version} is not what it was")
            progress = engine.without_unfit(survey, progress)
        after = move(survey, progress)
        return await self._kept.keep(unit, friend, survey, stored, after, now=now)

    async def leave(
        self,
        unit: Unit,
        friend: Friend,
        key: str,
        leave: Callable[[Progress], Progress],
        *,
        now: datetime,
    ) -> Step:
        """Let the friend go, ``engine.later`` or for good, whatever has become of the question."""
        current, stored = self._kept.survey(key), await self._kept.stored(unit, friend, key)
        if stored is None:
            after = leave(engine.start(current))
            return await self._kept.keep(unit, friend, current, None, after, now=now)
        survey = await self._kept.version_of(unit, stored.progress)
        after = leave(stored.progress)
        return await self._kept.keep(unit, friend, survey, stored, after, now=now)

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
        """Take one answer; the last one tells the person's attributes what was said.

        Raises:
            SurveyError: it is none, or none now.
        """

        def move(survey: Survey, progress: Progress) -> Progress:
            after = engine.answer(
                survey, progress, version=version, question=question, value=value
            )
            agreed = value == AGREED
            self._kept.keep_consent(unit, friend, survey, question, agreed=agreed, now=now)
            return after

        return await self.move(unit, friend, key, move, now=now)

    async def write(
        self, unit: Unit, friend: Friend, step: Step, text: str, *, message_id: str, now: datetime
    ) -> Step:
        """Take a typed text as the answer to the open question.

        Raises:
            SurveyError: it is none.
        """
        question = _open_question(step)
        if isinstance(question, ChoicesQuestion):
            pick = partial(
                engine.pick,
                version=step.progress.version,
                question=question.key,
                value=question.named(text),
                on=True,
            )
            return await self.move(unit, friend, step.survey.key, pick, now=now)
        value = question.read(text)
        return await self._hear(unit, friend, step, value, message_id=message_id, now=now)

    async def send(
        self, unit: Unit, friend: Friend, step: Step, message: Mapping[str, Any], *, now: datetime
    ) -> Step:
        """Take a picture or a place as the answer to the open question.

        Raises:
            SurveyError: the question asks for something else.
        """
        question, message_id = _open_question(step), str(message.get("id", ""))
        if question.is_sent_as != message.get("type"):
            raise NotAChoiceError(f"{question.key} is not answered with this message")
        if isinstance(question, LocationQuestion):
            value = question.place(message)
        elif isinstance(question, ImageQuestion):
            value = message_id
        else:
            raise NotAChoiceError(f"{question.key} is not answered with a message")
        return await self._hear(unit, friend, step, value, message_id=message_id, now=now)

    async def unsent(self, unit: Unit, friend: Friend, message_id: str, *, now: datetime) -> None:
        """Take back the answer that a message was, and all that it told."""
        for stored in await self._all(unit, friend):
            taken = [key for key, told in stored.messages.items() if told == message_id]
            if not taken:
                continue
            survey = await self._kept.version_of(unit, stored.progress)
            after = engine.forget(survey, stored.progress, taken[0])
            await self._kept.keep(unit, friend, survey, stored, after, now=now)
            names = list(survey.question(taken[0]).examples()) if survey.has(taken[0]) else []
            person_id, source = friend.person_id, source_of(survey)
            unit.defer(partial(forget_told, person_id=person_id, source=source, names=names))

    async def hush(self, unit: Unit, friend: Friend, *, now: datetime) -> None:
        """Take back reminders that wait for the friend, for later: staff have the talk now."""
        for stored in await self._all(unit, friend):
            key = stored.progress.survey
            nudge = self.definitions[key].nudge
            if not stored.nudge_id or nudge is None:
                continue
            if await self._kept.withdraw(unit, stored.nudge_id, now):
                again = replace(stored, nudge_id=None, nudge_at=nudge.after(now))
                unit.put(PROGRESS, (friend.friend_id, key), again)

    async def _hear(
        self,
        unit: Unit,
        friend: Friend,
        step: Step,
        value: str,
        *,
        message_id: str,
        now: datetime,
    ) -> Step:
        key, question = step.survey.key, str(step.progress.question)
        version = step.progress.version
        after = await self.answer(
            unit, friend, key, version=version, question=question, value=value, now=now
        )
        await self._kept.note_message(unit, friend, key, question, message_id)
        return after

    async def _all(self, unit: Unit, friend: Friend) -> list[Stored]:
        found = [await self._kept.stored(unit, friend, key) for key in self.definitions]
        return [stored for stored in found if stored is not None]


def _open_question(step: Step) -> Any:
    if step.progress.question is None:
        raise NotAChoiceError(f"{step.survey.key}: nothing is being asked")
    return step.survey.question(step.progress.question)
