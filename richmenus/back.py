"""Going back to the version before, whatever the file says, until the file is changed."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from richmenus import repository
from richmenus.repository import Past
from richmenus.version import Outline


class NoWayBackError(ValueError):
    """There is no earlier version of this menu."""


async def take_back(connection: AsyncConnection, version: Outline, *, now: datetime) -> Past:
    """Choose the version that stood before the one that stands; the next apply shows it.

    Args:
        connection: in a transaction.
        version: as definition and pictures describe it now.
        now: when somebody wished so.

    Raises:
        NoWayBackError: nothing else was ever published.
    """
    history = await repository.history(connection, version.key)
    before = [past for past in history if past.published_at and past.state != "standing"]
    if not before:
        raise NoWayBackError(f"{version.key}: no version was published before this one")
    if before[0].fingerprint == version.fingerprint:
        await repository.unpin(connection, version.key)
    else:
        await repository.pin(
            connection,
            version.key,
            before[0].fingerprint,
            instead_of=version.fingerprint,
            now=now,
        )
    return before[0]
