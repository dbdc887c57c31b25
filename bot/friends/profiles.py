"""Asking LINE for a friend's name and picture.

    outbox (kind profile) -> GET /v2/bot/profile/{userId} -> profiles table

A 404 is normal: the friend blocked us or gave no consent. It is kept too, for it is an answer.
"""

from dataclasses import replace
from http import HTTPStatus

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.friends import repository
from bot.line.answers import Answer, Outcome
from bot.line.endpoints import path
from bot.outbox.model import Call
from bot.outbox.requests import Request


class ProfileFetch:
    """Makes the calls that fetch profiles."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def request(self, call: Call) -> Request | None:
        """Return the profile call; whoever queued it knew that the profile is wanted."""
        return Request("GET", path("/v2/bot/profile/{}", _user_id(call)))

    async def answered(self, call: Call, answer: Answer) -> Answer:
        """Keep the profile, or that there is none to be had."""
        if answer.status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
            profile = answer.body if answer.status == HTTPStatus.OK else {}
            async with self._engine.begin() as connection:
                await repository.save_profile(
                    connection, _user_id(call), profile, at=self._clock()
                )
            return replace(answer, outcome=Outcome.DONE)
        return answer


def _user_id(call: Call) -> str:
    return str(orjson.loads(call.body)["userId"])
