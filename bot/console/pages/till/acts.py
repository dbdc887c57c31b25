"""What is done at the till: points given and taken, coupons used, stamps.

POST /console/till/{earn, spend, adjust, redeem, stamp} -> one transaction, one key, one audit line
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from aiohttp import web
from multidict import MultiMapping

from bot import keys, resources
from bot.console.access import Handler, Routes
from bot.console.language import N_
from bot.console.pages.till import asked, saying
from bot.console.pages.till.answering import answer, whole
from bot.console.pages.till.asked import LONGEST_REASON, Asked, UnfitError
from bot.console.pages.till.looking import look
from bot.console.pages.till.scanning import who_used
from bot.console.pages.till.station import Station, station_of
from bot.console.visitor import clock_of
from bot.coupons.model import AlreadyUsedError
from bot.coupons.stamps import Stamping
from bot.coupons.together import NotTogetherError
from bot.staff.audit import audit_in
from bot.staff.rights import Right
from bot.store.unit import Unit

routes: Final = Routes()
#: From this bill on, the till asks whether it is meant.
LARGE_YEN: Final = 100_000


class RefusedError(Exception):
    """Nothing is done, for the reason said; ``asks``: unless it is confirmed."""

    def __init__(self, said: str, *, asks: bool = False) -> None:
        super().__init__(said)
        self.said = said
        self.asks = asks


@dataclass(frozen=True, slots=True)
class Act:
    """An act that is being done."""

    request: web.Request
    unit: Unit
    station: Station
    asked: Asked
    given: MultiMapping[Any]
    now: datetime

    def say(self, message: str, /, **values: Any) -> str:
        """Return words in the reader's language."""
        return saying.say(self.request, message, **values)

    def note(self, action: str, **details: Any) -> None:
        """Write the audit log's line."""
        audit_in(
            self.unit,
            self.station.auditor,
            action,
            f"person:{self.asked.person_id}",
            now=self.now,
            shop_key=self.station.shop.key,
            details={**details, "device": self.station.device},
        )


_Doing: TypeAlias = Callable[[Act], Awaitable[str]]


def _act(path: str, right: Right) -> Callable[[_Doing], Handler]:
    """Serve an act: read it, do it in one transaction, show the member as they are then."""

    def register(doing: _Doing) -> Handler:
        async def served(request: web.Request) -> web.Response:
            return await do(request, doing)

        return routes.post(f"/till/{path}", access=right)(served)

    return register


async def do(request: web.Request, doing: _Doing) -> web.Response:
    """Do an act, and say in words what was done or why nothing was."""
    given, now = await request.post(), clock_of(request)()
    try:
        act = asked.read(given)
    except UnfitError:
        raise web.HTTPBadRequest from None
    engine = request.config_dict[resources.ENGINE]
    async with engine.connect() as connection:
        station = await station_of(request, connection)
    if act.is_late(now):
        late = N_(
            "届くまでに時間がかかりすぎたため、実行しませんでした。もう一度操作してください。"
        )
        return answer(said=saying.say(request, late), late=True)
    try:
        async with request.config_dict[resources.USE_CASE]() as unit:
            said = await doing(Act(request, unit, station, act, given, now))
    except RefusedError as error:
        return answer(said=error.said, asks=error.asks)
    except AlreadyUsedError as error:
        async with engine.connect() as connection:
            return answer(said=await who_used(request, connection, error))
    except saying.REFUSALS as error:
        return answer(said=saying.refusal(request, error))
    async with engine.connect() as connection:
        looked = await look(request, Unit(connection), act.person_id, now=now)
    return whole(request, station, looked, said=said, done=True, is_live=asked.was_live(given))


@_act("earn", Right.TILL_USE)
async def earn(act: Act) -> str:
    """Record a bill, and give its points."""
    yen = asked.typed_number(act.given, "yen")
    if yen is None or yen <= 0:
        raise RefusedError(act.say(N_("お会計の金額を、1円以上の数字で入力してください。")))
    if yen >= LARGE_YEN and act.given.get("confirmed") != "yes":
        question = N_("%(yen)s円でよろしいですか？")
        raise RefusedError(act.say(question, yen=f"{yen:,}"), asks=True)
    recorded = await act.request.config_dict[keys.PURCHASES].record(
        act.unit,
        act.asked.person_id,
        external_id=act.asked.key,
        amount_yen=yen,
        bought_at=act.now,
        actor=act.station.actor,
        now=act.now,
    )
    if recorded.is_new:
        act.note("till.earn", points=recorded.points)
    return act.say(
        N_("%(yen)s円のお会計で %(points)sポイント付けました。"),
        yen=f"{recorded.purchase.amount_yen:,}",
        points=f"{recorded.points:,}",
    )


@_act("spend", Right.TILL_USE)
async def spend(act: Act) -> str:
    """Take points."""
    points = asked.typed_number(act.given, "points")
    if points is None or points <= 0:
        raise RefusedError(act.say(N_("使うポイントを、1以上の数字で入力してください。")))
    change = await act.request.config_dict[keys.POINTS].spend(
        act.unit,
        act.asked.person_id,
        points,
        key=act.asked.key,
        reason=act.request.config_dict[keys.WALLET].points.spent,
        actor=act.station.actor,
        now=act.now,
    )
    if change.is_new:
        act.note("till.spend", points=points)
    return act.say(
        N_("%(points)sポイント使いました。残高 %(left)sポイント。"),
        points=f"{-change.points:,}",
        left=f"{change.balance_after:,}",
    )


@_act("adjust", Right.TILL_USE)
async def adjust(act: Act) -> str:
    """Correct the balance, with a reason; whoever stands here needs the right for it."""
    points, reason = asked.typed_number(act.given, "points"), str(act.given.get("reason", ""))
    if not act.station.staff.may(Right.POINTS_ADJUST):
        raise RefusedError(act.say(N_("ポイントの調整は店長以上の方だけができます。")))
    if not points:
        words = N_("増やす数、または減らす数（例: -50）を入力してください。")
        raise RefusedError(act.say(words))
    if not reason.strip():
        raise RefusedError(act.say(N_("調整の理由を入力してください。")))
    change = await act.request.config_dict[keys.POINTS].adjust(
        act.unit,
        act.asked.person_id,
        points,
        key=act.asked.key,
        reason=reason.strip()[:LONGEST_REASON],
        actor=act.station.actor,
        now=act.now,
    )
    if change.is_new:
        act.note("till.adjust", points=points)
    return act.say(
        N_("ポイントを %(points)s 調整しました。残高 %(left)sポイント。"),
        points=f"{change.points:+,}",
        left=f"{change.balance_after:,}",
    )


@_act("redeem", Right.COUPONS_REDEEM)
async def redeem(act: Act) -> str:
    """Use a coupon of the member who was scanned."""
    try:
        coupon_id = asked.whole_number(act.given, "coupon")
    except UnfitError:
        raise web.HTTPBadRequest from None
    app = act.request.config_dict
    await app[keys.COUPONS].of(act.unit, act.asked.person_id, coupon_id)
    try:
        redemption = await app[keys.COUNTER].use(
            act.unit,
            coupon_id,
            key=act.asked.key,
            how="code",
            actor=act.station.actor,
            now=act.now,
            is_sure=act.given.get("confirmed") == "yes",
        )
    except NotTogetherError as error:
        question = N_("先ほど「%(title)s」を使いました。併用できませんが、使用しますか？")
        raise RefusedError(act.say(question, title=error.title), asks=True) from None
    if redemption.is_new:
        act.note("till.redeem", coupon=str(coupon_id), campaign=redemption.campaign)
    where = await app[keys.COUNTER].receipts.where(act.unit.connection, redemption)
    return act.say(N_("使用済みにしました（%(where)s）。"), where=where)


@_act("stamp", Right.TILL_USE)
async def stamp(act: Act) -> str:
    """Stamp the card, and give the bonus that is due."""
    stamps = act.request.config_dict[keys.STAMPS]
    stamped = await stamps.stamp(
        act.unit,
        act.asked.person_id,
        key=act.asked.key,
        actor=act.station.actor,
        now=act.now,
    )
    if stamped.outcome is Stamping.TODAY_DONE:
        raise RefusedError(act.say(N_("本日のスタンプは押し済みです。")))
    if stamped.outcome is Stamping.TOO_SOON and stamped.next_at is not None:
        words = N_("前のスタンプから時間がたっていません。次は %(at)s からです。")
        raise RefusedError(act.say(words, at=saying.minute(stamped.next_at)))
    if stamped.is_new:
        act.note("till.stamp", stamps=stamped.card.stamps)
    if stamped.bonus is not None:
        words = N_("スタンプを押しました（%(stamps)s個目）。特典を付けました。")
    else:
        words = N_("スタンプを押しました（%(stamps)s個目）。")
    return act.say(words, stamps=stamped.card.stamps)
