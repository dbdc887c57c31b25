"""GET /console/coupons: every campaign, what went out, what was used, and what it cost in friends.

campaigns of files and database + counts of their coupons -> a row each
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.rendering import render
from bot.console.visitor import clock_of
from bot.content import Wallet
from bot.coupons import repository, words
from bot.coupons.blocks import EVER, Price, per_campaign
from bot.coupons.campaign import Campaign
from bot.staff.rights import Right
from bot.store.batch import Query

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("クーポン"),
    path="/console/coupons",
    icon="coupon",
    right=Right.COUPONS_READ,
    position=30,
)
#: Days looked back, as the address names them; none: all of them.
_SPANS: Final[dict[str, timedelta | None]] = {
    "30": timedelta(days=30),
    "90": timedelta(days=90),
    "all": None,
}
#: Fewer blocks than this say nothing.
_FEW: Final = 5
_MANY_PERCENT: Final = 5
_POOL: Final = Query(
    "SELECT campaign, count(*) FROM coupon_serials WHERE coupon_id IS NULL GROUP BY campaign"
)
_DRAWN: Final = Query(
    "SELECT campaign, count(*) FROM coupon_draws WHERE drawn_at >= :since GROUP BY campaign"
)


_WON: Final = Query(
    "SELECT prize, count(*) FROM coupons WHERE campaign = :campaign AND issued_at >= :since "
    "AND prize IS NOT NULL GROUP BY prize"
)


@dataclass(frozen=True, slots=True)
class Won:
    """One prize of a lottery."""

    title: str
    worth: str
    #: Of the days looked at.
    won: int
    #: Of its stock; None: it has none.
    left: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One campaign."""

    campaign: Campaign
    worth: str
    #: soon, open, gone or over.
    state: str
    #: Of the days looked at; None: nothing went out.
    count: Price | None
    #: Ever, where there is a limit.
    out: int | None
    #: Codes of the owner's that are left; None: it has none.
    pool: int | None
    #: Draws of the days looked at; None: no lottery.
    drawn: int | None
    prizes: list[Won]

    @property
    def blocks_percent(self) -> float:
        """Of a hundred coupons, how many were followed by a block within a day."""
        return 0.0 if self.count is None else self.count.rate * 100

    @property
    def is_costly(self) -> bool:
        """Whether so many blocked that it is no chance."""
        blocked = 0 if self.count is None else self.count.blocked
        return blocked >= _FEW and self.blocks_percent >= _MANY_PERCENT


@routes.get("/coupons", access=Right.COUPONS_READ)
async def list_page(request: web.Request) -> web.Response:
    """Show the campaigns, those that run in front."""
    now, span = clock_of(request)(), request.query.get("days", "90")
    span = span if span in _SPANS else "90"
    back = _SPANS[span]
    since = EVER if back is None else now - back
    wallet = request.config_dict[keys.WALLET]
    campaigns = request.config_dict[keys.COUPONS].campaigns
    async with request.config_dict[resources.ENGINE].connect() as connection:
        await campaigns.refresh(connection)
        rows = await _rows(connection, wallet, list(campaigns), since=since, now=now)
    order = ["open", "soon", "gone", "over"]
    rows.sort(key=lambda row: (order.index(row.state), row.campaign.title))
    return render(
        request, "coupons/list.html", rows=rows, span=span, spans=list(_SPANS), dates=wallet.dates
    )


async def _rows(
    connection: AsyncConnection,
    wallet: Wallet,
    campaigns: list[Campaign],
    *,
    since: datetime,
    now: datetime,
) -> list[Row]:
    counts = {each.campaign: each for each in await per_campaign(connection, since=since)}
    limited = await repository.issued(connection, [one.key for one in campaigns])
    pools = {row[0]: row[1] for row in await _POOL.rows(connection)}
    drawn = {row[0]: row[1] for row in await _DRAWN.rows(connection, since=since)}
    found = []
    for one in campaigns:
        out = limited.get(one.key, 0) if one.limit.total is not None else None
        prizes = await _prizes(connection, wallet, one, since=since) if one.lottery else []
        found.append(
            Row(
                campaign=one,
                worth=words.worth(wallet, one.value),
                state=_state(one, out, now),
                count=counts.get(one.key),
                out=out,
                pool=pools.get(one.key, 0) if one.serials == "pool" else None,
                drawn=drawn.get(one.key, 0) if one.lottery else None,
                prizes=prizes,
            )
        )
    return found


async def _prizes(
    connection: AsyncConnection, wallet: Wallet, campaign: Campaign, *, since: datetime
) -> list[Won]:
    out = await repository.counters(connection, campaign.key)
    rows = await _WON.rows(connection, campaign=campaign.key, since=since)
    won = {row[0]: row[1] for row in rows}
    return [
        Won(
            title=prize.title,
            worth=words.worth(wallet, prize.value),
            won=won.get(prize.key, 0),
            left=None if prize.stock is None else max(prize.stock - out.get(prize.key, 0), 0),
        )
        for prize in (campaign.lottery.prizes if campaign.lottery else ())
    ]


def _state(campaign: Campaign, out: int | None, now: datetime) -> str:
    opens, closes = campaign.opens_at(), campaign.closes_at()
    if opens is not None and now < opens:
        return "soon"
    if closes is not None and closes <= now:
        return "over"
    total = campaign.limit.total
    return "gone" if total is not None and out is not None and out >= total else "open"
