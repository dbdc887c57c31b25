"""The registry of performers, and the run of a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from bot.content.actions import MESSAGES, Action
from bot.errors import SetupError
from bot.friends.model import Friend
from bot.line.messages import Message
from bot.metrics import ACTIONS_LEFT_OUT, labelled
from bot.store.unit import Unit

_log = structlog.get_logger(__name__)


class GoneError(Exception):
    """What an action names is defined no more; its performer has changed nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a list of actions is run for."""

    unit: Unit
    friend: Friend
    #: What caused it, for the trace of calls, such as ``event:<webhookEventId>``.
    why: str
    #: Where values and tags come from, such as ``survey:welcome:1``.
    source: str
    #: In the words of the shop, for the history of tags and talks.
    reason: str
    now: datetime
    #: The arrival number of the event, where there is one.
    event_id: int | None = None


class Performer(Protocol):
    """Carries out one kind of action."""

    async def __call__(self, moment: Moment, action: Any, /) -> Sequence[Message]:
        """Do it inside the moment's unit, and return what is to be said about it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An action with where it is written, for the error that names it."""

    #: ``file:line:column``.
    place: str
    action: Action


class Actions:
    """What this process can carry out."""

    def __init__(self, performers: Mapping[str, Performer]) -> None:
        """Name the performers by the word after ``do:``."""
        self._performers = dict(performers)

    def require(self, listed: Iterable[Listed]) -> None:
        """Check that every action has its performer, and one that knows what it names.

        Raises:
            SetupError: lists each that has none, with file, line and mend.
        """
        problems = [
            f"  {item.place}: {problem}" for item in listed if (problem := self._problem(item))
        ]
        if problems:
            raise SetupError("\n".join(["Some actions cannot be carried out:", *problems]))

    async def run(self, moment: Moment, actions: Iterable[Action]) -> list[Message]:
        """Carry actions out in order.

        One that names what is defined no more is left out, logged and counted: whoever is half
        way through an earlier version of a survey gets all the rest.

        Returns:
            What they say; it belongs into the reply to the event.
        """
        said: list[Message] = []
        for action in actions:
            try:
                said += await self._performers[action.do](moment, action)
            except GoneError as gone:
                labelled(ACTIONS_LEFT_OUT, action.do).inc()
                _log.warning("action.left_out", source=moment.source, problem=str(gone))
        return said

    def most_said(self, actions: Iterable[Action]) -> int:
        """Return how many messages a list can lead to."""
        return sum(MESSAGES.get(action.do, 0) for action in actions)

    def _problem(self, item: Listed) -> str | None:
        performer = self._performers.get(item.action.do)
        if performer is None:
            known = ", ".join(sorted(self._performers)) or "nothing"
            return f"do: {item.action.do} cannot be done here; remove it, or choose: {known}"
        lacks = getattr(performer, "lacks", None)
        found: str | None = None if lacks is None else lacks(item.action)
        return found
