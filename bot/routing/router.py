"""Router: an event in, the first handler that matches out.

    handlers/__init__: root = Router("root", follow.router, survey.router, …)
    root.dispatch(ctx) -> Answer (or None: nobody handles this event)

Matching is by the event's type, the action of a postback, or the type of a message; a router's own
table is asked before its children, and those in the order they are listed. A rule error that a
handler raises is answered by the router it belongs to; any other exception is the worker's.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import structlog

from bot import postbacks
from bot.line.messages import Message
from bot.postbacks import PostbackData, PostbackError
from bot.routing.context import Context

_log = structlog.get_logger(__name__)

D = TypeVar("D", bound=PostbackData)
E = TypeVar("E", bound=Exception)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler says, and whether saying it is worth a paid message."""

    messages: Sequence[Message] = ()
    #: Push when the reply token is dead; else the answer waits for the friend's next event.
    pays: bool = False


#: What handlers return; an empty sequence is a decision to be silent.
Messages: TypeAlias = Sequence[Message] | Answer
Handler: TypeAlias = Callable[[Context, D], Awaitable[Messages]]
#: One that returns None leaves the event to the routers behind its own.
EventHandler: TypeAlias = Callable[[Context], Awaitable[Messages | None]]
_ErrorAnswer: TypeAlias = Callable[[Context, Any], Awaitable[Messages]]


class Router:
    """A table of handlers."""

    def __init__(self, name: str, *children: "Router") -> None:
        self.name = name
        self.children = children
        self._postbacks: dict[str, tuple[type[PostbackData], Handler[Any]]] = {}
        self._events: dict[str, EventHandler] = {}
        self._messages: dict[str, EventHandler] = {}
        self._errors: dict[type[Exception], _ErrorAnswer] = {}

    def postback(self, data_type: type[D]) -> Callable[[Handler[D]], Handler[D]]:
        """Register who answers one kind of button."""

        def register(handler: Handler[D]) -> Handler[D]:
            self._postbacks[data_type.action] = (data_type, handler)
            return handler

        return register

    def event(self, *kinds: str) -> Callable[[EventHandler], EventHandler]:
        """Register who answers events of a type; ``postback`` here is any not matched before."""

        def register(handler: EventHandler) -> EventHandler:
            self._events.update(dict.fromkeys(kinds, handler))
            return handler

        return register

    def message(self, *kinds: str) -> Callable[[EventHandler], EventHandler]:
        """Register who answers messages of a type; ``*`` is every type not named before."""

        def register(handler: EventHandler) -> EventHandler:
            self._messages.update(dict.fromkeys(kinds, handler))
            return handler

        return register

    def error(
        self, kind: type[E]
    ) -> Callable[
        [Callable[[Context, E], Awaitable[Messages]]], Callable[[Context, E], Awaitable[Messages]]
    ]:
        """Register what is answered when a rule says no."""

        def register(
            answer: Callable[[Context, E], Awaitable[Messages]],
        ) -> Callable[[Context, E], Awaitable[Messages]]:
            self._errors[kind] = answer
            return answer

        return register

    @property
    def actions(self) -> frozenset[str]:
        """Every postback action that is answered below this router."""
        return frozenset(self._postbacks).union(*(child.actions for child in self.children))

    async def dispatch(self, ctx: Context) -> Answer | None:
        """Run the first handler that matches; None when nobody did."""
        call = self._match(ctx)
        if call is None:
            for child in self.children:
                if (answer := await child.dispatch(ctx)) is not None:
                    return answer
            return None
        try:
            found = await call()
            return None if found is None else answer_of(found)
        except Exception as error:
            for kind in type(error).__mro__:
                if kind in self._errors:
                    _log.info("handler.rule", router=self.name, rule=type(error).__name__)
                    return answer_of(await self._errors[kind](ctx, error))
            raise

    def _match(self, ctx: Context) -> Callable[[], Awaitable[Messages | None]] | None:
        kind = ctx.event.get("type")
        if kind == "postback" and (tapped := self._tapped(ctx)) is not None:
            return tapped
        if kind == "message":
            handler = self._messages.get(str(ctx.content.get("type"))) or self._messages.get("*")
            if handler is not None:
                return lambda: handler(ctx)
        found = self._events.get(str(kind))
        return None if found is None else lambda: found(ctx)

    def _tapped(self, ctx: Context) -> Callable[[], Awaitable[Messages]] | None:
        data = ctx.content.get("data")
        action, values = postbacks.parse(data if isinstance(data, str) else "")
        if action not in self._postbacks:
            return None
        data_type, handler = self._postbacks[action]
        try:
            payload = data_type.decode(values)
        except PostbackError as error:
            _log.info("handler.old_button", router=self.name, problem=str(error))
            return None
        return lambda: handler(ctx, payload)


def answer_of(messages: Messages) -> Answer:
    """Return what a handler returned as an answer."""
    return messages if isinstance(messages, Answer) else Answer(messages)


def missing_handler(ctx: Context) -> str:
    """Say which decorator would handle an event that nobody did; for the log."""
    kind = ctx.event.get("type")
    if kind == "message":
        of = ctx.content.get("type")
        return f'@router.message("{of}")'
    return f'@router.event("{kind}")'
