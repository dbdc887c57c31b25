"""A day picked in a menu: kept with the friend.

    postback date.pick, params.date -> People.learn -> a word of thanks

A menu of another time may name an attribute that is gone: then the button is an old one.
"""

from contextlib import suppress
from datetime import date
from typing import Final

from bot import keys
from bot.line.messages import text
from bot.people.model import PeopleError
from bot.postbacks import PickDate
from bot.routing import Context, Messages, Router

router: Final = Router("picked")


@router.postback(PickDate)
async def picked(ctx: Context, data: PickDate) -> Messages:
    """Keep the day."""
    day = _day(ctx)
    if day is None:
        return [text(ctx[keys.ACCOUNT].replies.old_button)]
    known = {data.attribute: day.isoformat()}
    person_id = ctx.friend.person_id
    await ctx[keys.PEOPLE].learn(ctx.unit, person_id, known, source="menu", now=ctx.now)
    words = ctx[keys.ACCOUNT].replies.date_kept
    return [text(words.replace("{day}", f"{day.year}年{day.month}月{day.day}日"))]


@router.error(PeopleError)
async def unfit(ctx: Context, _: PeopleError) -> Messages:
    """Answer what cannot be kept like any old button."""
    return [text(ctx[keys.ACCOUNT].replies.old_button)]


def _day(ctx: Context) -> date | None:
    params = ctx.content.get("params")
    with suppress(ValueError):
        return date.fromisoformat(str(params.get("date"))) if isinstance(params, dict) else None
    return None
