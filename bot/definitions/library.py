"""The account's definitions in a running process: read at its start, and again when they change.

    definitions -> Library.refresh -> listeners: people, surveys, segments, menus, at one moment

A definition that can no longer be read, after an upgrade say, never stops a process: the last one
that could is used, or it is left out, and the log, a metric and ``enishi doctor`` tell of it.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final, TypeAlias

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import metrics
from bot.content import folder, stored
from bot.content.model import Document, Kind
from bot.content.yaml_source import ContentError, Problem, Source
from bot.definitions.building import build
from bot.definitions.model import Contents
from bot.definitions.plan import account
from bot.rounds import Round
from bot.signals import CONTENT, Signals

_log = structlog.get_logger(__name__)

#: The net under a lost signal, and all that a command of another machine is heard by.
LOOK_SECONDS: Final = 5.0

Listener: TypeAlias = Callable[[Contents], None]


class Library:
    """What is defined now."""

    def __init__(self) -> None:
        """Start with the sample.

        Raises:
            ContentError: the sample has mistakes.
        """
        sample = _sample()
        self._good = {(each.kind, each.key): each for each in sample}
        built = build(sample)
        if built.problems or built.contents is None:
            raise ContentError(tuple(built.problems))
        self._listeners: list[Listener] = []
        #: Reading what changed, while it is watched.
        self.round = Round()
        #: Of what is stored; 0: nothing ever was.
        self.revision = 0
        self.contents: Contents = built.contents
        #: What is wrong with stored definitions, of which an earlier one is used, or none.
        self.problems: Sequence[Problem] = ()

    @property
    def is_sample(self) -> bool:
        """Whether nothing was ever stored."""
        return self.revision == 0

    def listen(self, listener: Listener) -> None:
        """Call with the contents now, and whenever they have changed."""
        self._listeners.append(listener)
        listener(self.contents)

    async def refresh(self, connection: AsyncConnection) -> bool:
        """Read what is stored, if it changed; return whether it did."""
        revision = await stored.revision(connection)
        if revision == self.revision:
            return False
        self._take(account(await stored.read(connection)))
        for listener in self._listeners:
            listener(self.contents)
        self.revision = revision
        return True

    async def watch(self, engine: AsyncEngine, signals: Signals) -> None:
        """Refresh on every signal, until cancelled."""
        while True:
            await signals.wait(CONTENT, at_most=LOOK_SECONDS)
            try:
                async with self.round, engine.connect() as connection:
                    await self.refresh(connection)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                _log.warning("content.not_read", error=type(error).__name__)

    def _take(self, documents: Sequence[Document]) -> None:
        menus = {each.key for each in documents if each.kind is Kind.RICH_MENU}
        built = build(documents)
        problems = built.problems
        for document in built.broken:
            _log.error("content.unreadable", definition=document.name)
        metrics.BROKEN_DEFINITIONS.set(len(built.broken))
        while built.broken or built.lost or built.contents is None:
            # What names something broken may be well again once an earlier one stands for that.
            documents = self._without(documents, built.broken or built.lost)
            built = build(documents, unread_menus=menus)
        for problem in built.problems:  # taps that name what is not there
            _log.error("menus.unfit", problem=str(problem))
        self._good |= {(each.kind, each.key): each for each in documents}
        self.contents = built.contents
        self.problems = tuple(dict.fromkeys((*problems, *built.problems)))

    def _without(
        self, documents: Sequence[Document], broken: Collection[Document]
    ) -> list[Document]:
        """Put what was good before in the place of what is broken, or nothing."""
        kept = []
        for document in documents:
            if document not in broken:
                kept.append(document)
                continue
            good = self._good.pop((document.kind, document.key), None)
            if good is not None and good is not document:
                kept.append(good)
        if not any(each.kind is Kind.MENUS for each in kept):
            kept.append(_only_default(documents))
        return kept


def _sample() -> list[Document]:
    reading = folder.sample()
    if reading.problems:
        raise ContentError(tuple(reading.problems))
    return list(reading.documents)


def _only_default(documents: Sequence[Document]) -> Document:
    """Make rules that show everybody the default menu."""
    default = "guest"
    for document in documents:
        if document.kind is Kind.MENUS and isinstance(document.values, dict):
            default = str(document.values.get("default", default))
    is_key = re.fullmatch(r"[a-z][a-z0-9_]*", default)
    text = f"rules: []\ndefault: {default if is_key else 'guest'}\n"
    return Document(Kind.MENUS, Kind.MENUS.value, Source(text, name="the default menu alone"))
