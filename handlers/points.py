"""Points: how many, what expires next, and what changed last.

postback point.show -> Points.balance, history -> a bubble (a free reply)
"""

from typing import Final

from bot import keys
from bot.content import Wallet
from bot.line.messages import flex
from bot.points.model import Balance, Change, Kind
from bot.postbacks import ShowPoints
from bot.routing import Context, Messages, Router
from flex_templates import render

router: Final = Router("points")

_ROWS: Final = 5


@router.postback(ShowPoints)
async def show(ctx: Context, _: ShowPoints) -> Messages:
    """Show the balance and the last changes."""
    wallet, points = ctx[keys.WALLET], ctx[keys.POINTS]
    person_id = ctx.friend.person_id
    balance = await points.balance(ctx.unit, person_id, now=ctx.now)
    changes = await points.history(ctx.unit, person_id, limit=_ROWS)
    bubble = render(
        "points",
        account=ctx[keys.ACCOUNT],
        words=wallet.points,
        balance=wallet.points.balance.format(points=f"{balance.points:,}"),
        expiry=_expiry(wallet, balance),
        owed=wallet.points.owed.format(points=f"{balance.owed:,}") if balance.owed else None,
        rows=[_row(wallet, change) for change in changes],
    )
    return [flex(wallet.points.alt_text, bubble)]


def _expiry(wallet: Wallet, balance: Balance) -> str:
    if balance.next_expires_at is None:
        return wallet.points.no_expiry
    until = wallet.dates.before(balance.next_expires_at)
    return wallet.points.expiring.format(until=until, points=f"{balance.next_expiring:,}")


def _row(wallet: Wallet, change: Change) -> dict[str, str]:
    reason = wallet.points.expired if change.kind is Kind.EXPIRE else change.reason
    at = wallet.dates.at(change.at)
    return {"what": reason, "at": at, "points": f"{change.points:+,}"}
