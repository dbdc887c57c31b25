"""What the last check found: do friends see on their phones what they should?

    menu_checks -> /console/menus/nightly, a part of the list of menus

Menus that were deleted on LINE are told beside it, from what LINE says now.
"""

from collections.abc import Sequence
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.access import Routes
from bot.console.rendering import render
from bot.menus import checking
from bot.menus.checking import Drift
from bot.staff.rights import Right
from bot.store.batch import Query

routes: Final = Routes()

#: Friends named on the page; the rest is counted.
NAMED: Final = 20
_NAMES: Final = Query(
    "SELECT f.user_id, f.id, p.display_name FROM friends f "
    "LEFT JOIN profiles p ON p.user_id = f.user_id WHERE f.user_id = ANY(:users::text[])"
)


@routes.get("/menus/nightly", access=Right.MENUS_READ)
async def nightly(request: web.Request) -> web.Response:
    """Show what the check of the night found, and that it was put right."""
    app = request.config_dict
    async with app[resources.ENGINE].connect() as connection:
        report = await checking.last(connection)
        strays = () if report is None else report.strays
        friends = await _friends(connection, strays[:NAMED])
    menus = app[keys.LIBRARY].contents.menus
    return render(
        request,
        "menus/nightly.html",
        report=report,
        strays=strays,
        named=[(friends.get(drift.user_id), drift) for drift in strays[:NAMED]],
        titles={key: menu.title or key for key, menu in menus.items()},
    )


async def _friends(
    connection: AsyncConnection, drifts: Sequence[Drift]
) -> dict[str, tuple[int, str | None]]:
    """Return the ids and names of friends, by user id."""
    rows = await _NAMES.rows(connection, users=[drift.user_id for drift in drifts])
    return {row[0]: (row[1], row[2]) for row in rows}
