"""The pictures of rich menus beside their definitions: looked at by a plan, kept by its apply.

    richmenus/photos/spring.jpg (an image:), richmenus/given/guest.png (by hand)
    -> pictures_compared.py -> steps -> keep -> rich_menu_pictures

They share the fate of definitions: what is in no file stays until it is asked to prune; what no
menu names any more goes with the last that did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.content import stored
from bot.definitions.fate import Fate
from richmenus import pictures
from richmenus.definition import GIVEN
from richmenus.dressing import Changes
from richmenus.pictures import Named, Origin
from richmenus.version import digest_of

#: Of menus, below the account's.
FOLDER: Final = "richmenus"
_ENDINGS: Final = {"image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class PictureStep:
    """One picture and its fate."""

    fate: Fate
    named: Named
    #: Below the folder.
    path: str
    #: What it will be; None: as it is, or gone.
    data: bytes | None = None
    #: The digest of what it is; None: it is new.
    before: str | None = None


def path_of(named: Named, content_type: str) -> str:
    """Return where a picture stands below the account's folder."""
    origin, name = named
    if origin is Origin.GIVEN:
        return f"{FOLDER}/{GIVEN}/{name}.{_ENDINGS[content_type]}"
    return f"{FOLDER}/{name}"


def changes_of(steps: Sequence[PictureStep]) -> Changes:
    """Return what changes, for whoever builds versions of what is not applied yet."""
    return Changes(
        put={step.named: step.data for step in steps if step.data is not None},
        gone=frozenset(step.named for step in steps if step.fate is Fate.REMOVED),
    )


async def keep(
    connection: AsyncConnection, steps: Sequence[PictureStep], *, source: str, now: datetime
) -> None:
    """Keep and remove pictures as was planned, in the transaction of an apply."""
    for step in steps:
        if step.data is not None:
            await pictures.put(connection, step.named, step.data, source=source, now=now)
        elif step.fate is Fate.REMOVED:
            await pictures.remove(connection, step.named)
        else:
            continue
        after = None if step.data is None else digest_of(step.data)
        await stored.note(
            connection, "picture", step.path, step.before, after, source=source, now=now
        )
