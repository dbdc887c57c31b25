"""Coupons: see them, take one, draw one, look at one.

    postback coupon.list, more -> Coupons.held, offered -> a carousel, what ends first in front
    postback coupon.claim, or a campaign's word -> Coupons.issue -> the coupon, or why not
    postback coupon.show -> the coupon, with the way to its rotating code

Asking twice shows the same coupon. Nobody uses one up by mistake: its code is for staff to scan.
"""

from collections.abc import Sequence
from typing import Final

from bot import keys
from bot.coupons.model import CouponError, UnknownCampaignError
from bot.line.messages import Message, text
from bot.postbacks import ClaimCoupon, MoreCoupons, ShowCoupon, ShowCoupons
from bot.routing import Context, Messages, Router

router: Final = Router("coupons")


@router.postback(ShowCoupons)
async def show_all(ctx: Context, _: ShowCoupons) -> Messages:
    """Show what the friend has, then what is handed out."""
    return [await _list(ctx, shown=0)]


@router.postback(MoreCoupons)
async def show_more(ctx: Context, data: MoreCoupons) -> Messages:
    """Go on behind what was shown."""
    return [await _list(ctx, shown=max(data.shown, 0))]


@router.postback(ClaimCoupon)
async def claim(ctx: Context, data: ClaimCoupon) -> Messages:
    """Hand a coupon out, or draw; what is given by staff alone is not for asking."""
    coupons = ctx[keys.COUPONS]
    campaign = await coupons.campaigns.find(ctx.unit.connection, data.campaign)
    if campaign.visibility == "hidden":
        raise UnknownCampaignError(data.campaign)
    return await _issue(ctx, campaign.key)


@router.postback(ShowCoupon)
async def show_one(ctx: Context, data: ShowCoupon) -> Messages:
    """Show a coupon of theirs."""
    coupons = ctx[keys.COUPONS]
    coupon = await coupons.of(ctx.unit, ctx.friend.person_id, data.coupon_id)
    campaign = await coupons.campaigns.find(ctx.unit.connection, coupon.campaign)
    return [ctx[keys.COUPON_SCREENS].detail(coupon, campaign, now=ctx.now)]


@router.message("text")
async def wrote(ctx: Context) -> Messages | None:
    """Take a campaign's word for its coupon; any other text is somebody else's."""
    campaign = ctx[keys.COUPONS].campaigns.by_keyword(str(ctx.content.get("text", "")))
    return None if campaign is None else await _issue(ctx, campaign.key)


@router.error(CouponError)
async def unknown(ctx: Context, _: CouponError) -> Messages:
    """An old button, or a coupon of somebody else."""
    return [text(ctx[keys.WALLET].coupons.unknown)]


async def _issue(ctx: Context, campaign: str) -> Sequence[Message]:
    issued = await ctx[keys.COUPONS].issue(
        ctx.unit, ctx.friend.person_id, campaign, why=ctx.why, now=ctx.now, friend=ctx.friend
    )
    return ctx[keys.COUPON_SCREENS].issued(issued, now=ctx.now)


async def _list(ctx: Context, *, shown: int) -> Message:
    coupons = ctx[keys.COUPONS]
    held = await coupons.held_with_campaigns(ctx.unit, ctx.friend.person_id, now=ctx.now)
    offered = await coupons.offered(ctx.unit, ctx.friend, now=ctx.now)
    return ctx[keys.COUPON_SCREENS].carousel(held, offered, shown=shown, now=ctx.now)
