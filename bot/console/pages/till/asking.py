"""GET /console/till/outcome: was the act of this key done? Asked after a lost connection.

What is done by then stays done; what is not, and is past its deadline, will never be.
"""

from collections.abc import Mapping
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.pages.till import asked, saying
from bot.console.pages.till.answering import answer, whole
from bot.console.pages.till.asked import Asked, UnfitError
from bot.console.pages.till.looking import look
from bot.console.pages.till.station import station_of
from bot.console.visitor import clock_of
from bot.membership.number import plain
from bot.staff.rights import Right
from bot.store.batch import Query
from bot.store.unit import Unit

routes: Final = Routes()

_DONE: Final = Query(
    "SELECT 1 FROM point_changes WHERE key = :key "
    "UNION ALL SELECT 1 FROM purchases WHERE external_id = :key "
    "UNION ALL SELECT 1 FROM purchase_returns WHERE key = :key "
    "UNION ALL SELECT 1 FROM redemptions WHERE key = :key AND person_id = :person_id "
    "UNION ALL SELECT 1 FROM stamp_visits WHERE key = :key "
    "UNION ALL SELECT 1 FROM member_notes WHERE key = :key"
)
#: A card's number has no key: it is theirs, or claimed for them, or it was not done.
_CARD: Final = Query(
    "SELECT 1 FROM member_cards WHERE system = 'card' AND number = :number "
    "AND person_id = :person_id UNION ALL SELECT 1 FROM card_conflicts WHERE system = 'card' "
    "AND number = :number AND person_id = :person_id AND settled_at IS NULL"
)
_UNDONE: Final = {
    "redemption": Query(
        "SELECT 1 FROM redemptions WHERE id = :id AND person_id = :person_id "
        "AND undone_at IS NOT NULL"
    ),
    "visit": Query(
        "SELECT 1 FROM stamp_visits WHERE id = :id AND person_id = :person_id "
        "AND undone_at IS NOT NULL"
    ),
    "note": Query(
        "SELECT 1 FROM member_notes WHERE id = :id AND person_id = :person_id "
        "AND removed_at IS NOT NULL"
    ),
}


@routes.get("/till/outcome", access=Right.TILL_USE)
async def outcome(request: web.Request) -> web.Response:
    """Say whether an act was done."""
    now = clock_of(request)()
    try:
        act = asked.read(request.query)
    except UnfitError:
        raise web.HTTPBadRequest from None
    async with request.config_dict[resources.ENGINE].connect() as connection:
        station = await station_of(request, connection)
        is_done = await _is_done(connection, act, request.query)
        if not is_done:
            return answer(said="", late=act.is_late(now))
        looked = await look(request, Unit(connection), act.person_id, now=now)
    said = saying.say(request, N_("通信が切れましたが、操作は実行されていました。"))
    is_live = asked.was_live(request.query)
    return whole(request, station, looked, said=said, done=True, is_live=is_live)


async def _is_done(connection: AsyncConnection, act: Asked, given: Mapping[str, str]) -> bool:
    if await _DONE.rows(connection, key=act.key, person_id=act.person_id):
        return True
    number = plain(given.get("number", ""))
    if number and await _CARD.rows(connection, number=number, person_id=act.person_id):
        return True
    what = f"note:{given['note']}" if "note" in given else given.get("what", "")
    kind, _, number = what.partition(":")
    if kind not in _UNDONE or not (number.isascii() and number.isdigit()):
        return False
    return bool(await _UNDONE[kind].rows(connection, id=int(number), person_id=act.person_id))
