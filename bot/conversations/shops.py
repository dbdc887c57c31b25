"""The shops a conversation can belong to, their hours, and whether anybody is there to answer."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.hours import OpeningHours
from bot.store.batch import Query, document, documents

_SHOPS: Final = Query(
    'SELECT key, name, hours, exceptions FROM shops WHERE is_active ORDER BY "position", key'
)
_ANY_STAFF: Final = Query("SELECT 1 FROM staff WHERE is_active LIMIT 1")


@dataclass(frozen=True, slots=True)
class TalkShop:
    """One shop, as far as its talks go."""

    key: str
    name: str
    #: None: the account's own hours hold.
    hours: OpeningHours | None


async def active_shops(connection: AsyncConnection) -> list[TalkShop]:
    """Return the shops that take talks, in their order."""
    return [
        TalkShop(key, name, _hours(document(hours), documents(exceptions)))
        for key, name, hours, exceptions in await _SHOPS.rows(connection)
    ]


def _hours(days: dict[str, object], exceptions: list[dict[str, object]]) -> OpeningHours | None:
    return OpeningHours.read(days, exceptions) if days else None


async def has_staff(connection: AsyncConnection) -> bool:
    """Whether anybody could answer a talk."""
    return bool(await _ANY_STAFF.rows(connection))
