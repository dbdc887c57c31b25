"""How talks go: as account.yaml says, but for what admins have changed in the console.

    account.yaml + talk_settings -> TalkRules.now -> everybody who asks, from then on

Only what differs from the file is stored, so a later change of the file still counts elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.content import Talk
from bot.conversations.hours import HoursError, OpeningHours
from bot.rounds import Round
from bot.signals import TALK_RULES, Signals
from bot.store.batch import Query, document

_log = structlog.get_logger(__name__)

#: The net under a lost signal.
LOOK_SECONDS: Final = 5.0

_REVISION: Final = Query("SELECT revision FROM talk_settings WHERE id = 1")
_READ: Final = Query("SELECT revision, changes, icon FROM talk_settings WHERE id = 1")
_KEEP: Final = Query(
    "INSERT INTO talk_settings (id, revision, changes, icon, changed_at) "
    "VALUES (1, 1, :changes, :icon, :now) ON CONFLICT (id) DO UPDATE SET "
    "revision = talk_settings.revision + 1, changes = excluded.changes, icon = excluded.icon, "
    "changed_at = excluded.changed_at"
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What admins have changed."""

    #: By the name of the field of ``Talk``, as YAML would have it.
    values: Mapping[str, Any]
    #: Shown beside the name of staff who speak under theirs: a token of ``PictureLinks``.
    icon: str | None = None


class TalkRules:
    """The rules as they are now; handlers and services ask each time."""

    def __init__(self, written: Talk) -> None:
        """Begin with what the file says."""
        #: As account.yaml has it.
        self.written = written
        self.now = written
        #: Of the account, where a shop has none of its own.
        self.hours = OpeningHours.read(written.hours.days)
        self.changes = Changes({})
        #: Reading what changed, while it is watched.
        self.round = Round()
        self._revision = 0

    def with_changes(self, values: Mapping[str, Any]) -> Talk:
        """Return what the rules would be.

        Raises:
            ValidationError: they would not hold together.
            HoursError: of the account's hours.
        """
        talk = Talk.model_validate(self.written.model_dump(mode="json") | dict(values))
        OpeningHours.read(talk.hours.days)
        return talk

    def differing(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Leave out what the file says anyway."""
        written = self.written.model_dump(mode="json")
        return {name: value for name, value in values.items() if written[name] != value}

    async def refresh(self, connection: AsyncConnection) -> bool:
        """Read what is stored, if it changed; return whether it did."""
        rows = await _REVISION.rows(connection)
        if not rows or rows[0][0] == self._revision:
            return False
        revision, changes, icon = (await _READ.rows(connection))[0]
        self._revision = revision
        self._take(Changes(document(changes), icon))
        return True

    async def watch(self, engine: AsyncEngine, signals: Signals) -> None:
        """Refresh on every signal, until cancelled."""
        while True:
            await signals.wait(TALK_RULES, at_most=LOOK_SECONDS)
            try:
                async with self.round, engine.connect() as connection:
                    await self.refresh(connection)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                _log.warning("talk_rules.not_read", error=type(error).__name__)

    def _take(self, changes: Changes) -> None:
        try:
            now = self.with_changes(changes.values)
        except (ValidationError, HoursError) as error:  # the file has moved on under them
            _log.error(
                "talk_rules.unreadable",
                error=type(error).__name__,
                mend="save the settings of talks in the console anew; account.yaml is used",
            )
            now = self.written
        self.changes, self.now = changes, now
        self.hours = OpeningHours.read(now.hours.days)


async def keep(connection: AsyncConnection, changes: Changes, *, now: datetime) -> None:
    """Store what admins have changed; ``TALK_RULES`` tells every process once it is committed."""
    values = orjson.dumps(dict(changes.values)).decode()
    await _KEEP.count(connection, changes=values, icon=changes.icon, now=now)
