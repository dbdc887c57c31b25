"""POST /console/till/undo: take back what was done in the last five minutes, with a reason."""

from datetime import datetime
from typing import Final

from aiohttp import web

from bot import keys
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.pages.till.acts import Act, RefusedError, do
from bot.console.pages.till.asked import LONGEST_REASON
from bot.coupons.model import UNDO
from bot.points.model import Kind, UnknownChangeError
from bot.purchases import repository as purchases
from bot.staff.rights import Right
from bot.store import batch
from bot.store.batch import Query

routes: Final = Routes()
_BILL: Final = Query(
    "SELECT staff_id, shop, recorded_at FROM purchases WHERE id = :id AND person_id = :person_id"
)
_USE: Final = Query(
    "SELECT staff_id, shop, at, undone_at FROM redemptions "
    "WHERE id = :id AND person_id = :person_id"
)
_VISIT: Final = Query(
    "SELECT staff_id, shop, at, undone_at FROM stamp_visits "
    "WHERE id = :id AND person_id = :person_id"
)


@routes.post("/till/undo", access=Right.TILL_USE)
async def undo(request: web.Request) -> web.Response:
    """Take one act back."""
    return await do(request, _undo)


async def _undo(act: Act) -> str:
    kind, _, number = str(act.given.get("what", "")).partition(":")
    reason = str(act.given.get("reason", "")).strip()[:LONGEST_REASON]
    if kind not in _UNDOING or not (number.isascii() and number.isdigit()):
        raise web.HTTPBadRequest
    if not reason:
        raise RefusedError(act.say(N_("取り消す理由を入力してください。")))
    if await _UNDOING[kind](act, int(number), reason):
        act.note("till.undo", what=f"{kind}:{number}")
    return act.say(N_("取り消しました。"))


async def _purchase(act: Act, number: int, reason: str) -> bool:
    rows = await _BILL.rows(act.unit.connection, id=number, person_id=act.asked.person_id)
    _require(act, rows[0] if rows else None)
    bills = await purchases.of_person(act.unit.connection, act.asked.person_id)
    if any(bill.purchase_id == number and bill.cancelled_at is not None for bill in bills):
        return False  # sent again after a lost connection
    await act.request.config_dict[keys.PURCHASES].take_back(
        act.unit,
        number,
        key=act.asked.key,
        actor=act.station.actor,
        reason=reason,
        now=act.now,
    )
    return True


async def _points(act: Act, number: int, reason: str) -> bool:
    points = act.request.config_dict[keys.POINTS]
    try:
        change = await points.change(act.unit, number)
    except UnknownChangeError:
        change = None
    is_theirs = change is not None and change.person_id == act.asked.person_id
    if change is None or not is_theirs or change.kind not in {Kind.SPEND, Kind.ADJUST}:
        return _require(act, None)
    _require(act, (change.actor.staff_id, change.actor.shop, change.at))
    reversal = await points.reverse(
        act.unit,
        number,
        key=act.asked.key,
        reason=reason,
        actor=act.station.actor,
        now=act.now,
    )
    return reversal.is_new


async def _redemption(act: Act, number: int, reason: str) -> bool:
    rows = await _USE.rows(act.unit.connection, id=number, person_id=act.asked.person_id)
    _require(act, rows[0][:3] if rows else None)
    if rows[0][3] is not None:
        return False
    await act.request.config_dict[keys.COUNTER].undo(
        act.unit,
        number,
        reason=reason,
        actor=act.station.actor,
        may_undo_others=True,  # seen above
        now=act.now,
    )
    return True


async def _visit(act: Act, number: int, reason: str) -> bool:
    rows = await _VISIT.rows(act.unit.connection, id=number, person_id=act.asked.person_id)
    _require(act, rows[0][:3] if rows else None)
    if rows[0][3] is not None:
        return False
    await act.request.config_dict[keys.STAMPS].undo(
        act.unit, number, reason=reason, actor=act.station.actor, now=act.now
    )
    return True


def _require(act: Act, made: tuple[int | None, str | None, int | datetime] | None) -> bool:
    """See that an act is of this shop, young enough, and theirs, or that they may for others.

    Raises:
        RefusedError: it is not.
    """
    if made is None or not act.station.staff.scope.sees(made[1]):
        raise RefusedError(act.say(N_("取り消せる操作が見つかりません。")))
    staff_id, _, at = made
    done_at = at if isinstance(at, datetime) else batch.instant(at)
    if act.now - done_at >= UNDO:
        raise RefusedError(act.say(N_("取り消せる5分を過ぎています。")))
    is_own = staff_id == act.station.staff.staff_id
    if not is_own and not act.station.staff.may(Right.POINTS_ADJUST):
        words = N_(
            "ほかのスタッフの操作です。その人に代わるか、店長以上の方が取り消してください。"
        )
        raise RefusedError(act.say(words))
    return True


_UNDOING: Final = {
    "purchase": _purchase,
    "points": _points,
    "redemption": _redemption,
    "visit": _visit,
}
