"""Asking LINE for a friend's name and picture.

    outbox (kind profile) -> GET /v2/bot/profile/{userId} -> profiles table

A 404 is normal: the friend blocked us or gave no consent. It is kept too, for it is an answer.
Answers that come together are stored together: after a campaign there are hundreds a second.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.friends import repository
from bot.line.answers import Answer, Outcome
from bot.line.endpoints import path
from bot.outbox.model import Call
from bot.outbox.requests import Request

#: How long an answer waits for others.
GATHER_SECONDS: Final = 0.02


class ProfileFetch:
    """Makes the calls that fetch profiles."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._answers: dict[str, Mapping[str, Any]] = {}
        self._storing: asyncio.Task[None] | None = None

    async def request(self, call: Call) -> Request | None:
        """Return the profile call; whoever queued it knew that the profile is wanted."""
        return Request("GET", path("/v2/bot/profile/{}", _user_id(call)))

    async def answered(self, call: Call, answer: Answer) -> Answer:
        """Keep the profile, or that there is none to be had."""
        if answer.status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
            profile = answer.body if answer.status == HTTPStatus.OK else {}
            self._answers[_user_id(call)] = profile
            if self._storing is None:
                self._storing = asyncio.create_task(self._store())
            await asyncio.shield(self._storing)  # who goes leaves the others' answers in place
            return replace(answer, outcome=Outcome.DONE)
        return answer

    async def _store(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        answers, self._answers, self._storing = self._answers, {}, None
        async with self._engine.begin() as connection:
            await repository.save_profiles(connection, answers, at=self._clock())


def _user_id(call: Call) -> str:
    return str(orjson.loads(call.body)["userId"])
