"""Becoming friends, and parting.

    follow -> Friends.follow -> greeting (first time) or welcome back -> Menus
    unfollow -> Friends.unfollow; coupons of the last day are told that they cost a friend
    both -> pushes that met a block are taken off the ledger, and those after the return put back

The greeting says who we are and how often we write before it asks for anything.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from bot import keys
from bot.coupons import blocks
from bot.friends.model import Arrival
from bot.line import limits
from bot.line.messages import Message, flex, postback
from bot.outbox import ledger
from bot.postbacks import ShowCard, ShowHelp, StartSurvey
from bot.routing import Context, Messages, Router
from flex_templates import render

router: Final = Router("follow")

WELCOME: Final = "welcome"


@router.event("follow")
async def followed(ctx: Context) -> Messages:
    """Greet; a friend who is back is not asked the same things again."""
    arrival = await ctx[keys.FRIENDS].follow(
        ctx.unit, ctx.user_id, at=ctx.occurred_at, why=ctx.why
    )
    account = ctx[keys.ACCOUNT]
    if arrival is Arrival.FIRST:
        await ctx[keys.MENUS].refresh(ctx.unit, ctx.user_id, why=ctx.why, now=ctx.now)
        start = postback(
            account.greeting.button,
            StartSurvey(WELCOME),
            display_text=account.greeting.button,
        )
        hello = flex(account.greeting.alt_text, render("greeting", account=account, start=start))
        return [hello, *await _gifts(ctx)]
    await ctx[keys.MENUS].relink(ctx.unit, ctx.user_id, why=ctx.why, now=ctx.now)
    _correct_bill(ctx)
    done = await ctx[keys.SURVEYS].done(ctx.unit, ctx.friend)
    first = (
        postback(account.buttons.card, ShowCard(), display_text=account.buttons.card)
        if WELCOME in done
        else postback(
            account.buttons.survey, StartSurvey(WELCOME), display_text=account.buttons.survey
        )
    )
    more = postback(account.buttons.help, ShowHelp(), display_text=account.buttons.help)
    bubble = render("welcome_back", account=account, buttons=[first, more])
    return [flex(account.welcome_back.alt_text, bubble)]


async def _gifts(ctx: Context) -> Sequence[Message]:
    """Show the coupons that come with the greeting, as far as one reply carries them."""
    gifts = await ctx[keys.COUPONS].greet(ctx.unit, ctx.friend, why=ctx.why, now=ctx.now)
    shown = [m for gift in gifts for m in ctx[keys.COUPON_SCREENS].issued(gift, now=ctx.now)]
    return shown[: limits.MESSAGES_PER_CALL - 1]


def _correct_bill(ctx: Context) -> None:
    """Count what LINE bills, now that we know whether the friend was there to be pushed to."""
    ctx.unit.defer(
        partial(ledger.correct_since, user_id=ctx.user_id, since=ctx.occurred_at, now=ctx.now)
    )


@router.event("unfollow")
async def unfollowed(ctx: Context) -> Messages:
    """Remember the block; there is nobody to answer."""
    friend = await ctx[keys.FRIENDS].unfollow(
        ctx.unit, ctx.user_id, at=ctx.occurred_at, why=ctx.why
    )
    _correct_bill(ctx)
    if friend.blocked_at is not None:
        price = partial(blocks.note, person_id=friend.person_id, at=friend.blocked_at)
        ctx.unit.defer(price)
    return []
