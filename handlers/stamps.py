"""The stamp card: see it, and stamp it with the code of the shop.

    postback stamp.show -> Stamps.card -> the card
    a text that is a shop's rotating code -> Stamps.visit -> the card, with the bonus

The code comes from the QR code on the shop's tablet, which puts it into the friend's talk; a
photograph of it is refused with a kind word.
"""

from typing import Final

from bot import keys
from bot.coupons.stamp_rules import Bonus
from bot.coupons.stamps import Card, Stamped, Stamping
from bot.line.messages import Message, flex, postback, quick_reply, text
from bot.membership.codes import MARK, CodeError
from bot.postbacks import ShowStamps, StartSurvey
from bot.routing import Context, Messages, Router
from flex_templates import render

router: Final = Router("stamps")

WELCOME: Final = "welcome"
_IN_A_ROW: Final = 5


@router.postback(ShowStamps)
async def show(ctx: Context, _: ShowStamps) -> Messages:
    """Show how full the card is."""
    card = await ctx[keys.STAMPS].card(ctx.unit, ctx.friend.person_id)
    return [_bubble(ctx, card, said=None)]


@router.message("text")
async def scanned(ctx: Context) -> Messages | None:
    """Stamp the card for a shop's code; any other text is somebody else's."""
    written = str(ctx.content.get("text", ""))
    if not written[:3].upper().startswith(f"{MARK}."):
        return None
    if await ctx[keys.MEMBERSHIP].of(ctx.unit, ctx.friend) is None:
        account = ctx[keys.ACCOUNT]
        start = postback(
            account.buttons.survey, StartSurvey(WELCOME), display_text=account.buttons.survey
        )
        words = ctx[keys.WALLET].stamps.not_a_member
        return [text(words, quick_reply=quick_reply(start))]
    stamped = await ctx[keys.STAMPS].visit(ctx.unit, ctx.friend, written, why=ctx.why, now=ctx.now)
    return _said(ctx, stamped)


@router.error(CodeError)
async def old(ctx: Context, _: CodeError) -> Messages:
    """Ask for the code that is on the shop's screen now."""
    return [text(ctx[keys.WALLET].stamps.old_code)]


def _said(ctx: Context, stamped: Stamped) -> Messages:
    wallet = ctx[keys.WALLET]
    words = wallet.stamps
    if stamped.outcome is Stamping.TODAY_DONE:
        return [text(words.today_done)]
    if stamped.outcome is Stamping.TOO_SOON and stamped.next_at is not None:
        return [text(words.too_soon.format(at=wallet.dates.at(stamped.next_at)))]
    is_full = stamped.card.stamps >= ctx[keys.STAMPS].rules.size
    said = [_bubble(ctx, stamped.card, said=words.full if is_full else words.stamped)]
    if stamped.coupon is not None:
        said += ctx[keys.COUPON_SCREENS].issued(stamped.coupon, now=ctx.now)
    return said


def _bubble(ctx: Context, card: Card, *, said: str | None) -> Message:
    words, rules = ctx[keys.WALLET].stamps, ctx[keys.STAMPS].rules
    ahead = rules.next_bonus(card.stamps)
    progress = words.progress.format(stamps=card.stamps, size=rules.size)
    after = progress
    if ahead is not None:
        after = words.next.format(count=ahead.at - card.stamps, bonus=_bonus(ctx, ahead))
    places = [
        {"stamped": place <= card.stamps, "mark": str(place)} for place in range(1, rules.size + 1)
    ]
    bubble = render(
        "stamps",
        account=ctx[keys.ACCOUNT],
        title=rules.name,
        said=said,
        progress=progress,
        places=[places[start : start + _IN_A_ROW] for start in range(0, rules.size, _IN_A_ROW)],
        next=after,
        show=ctx[keys.WALLET].pages.show_stamps,
        page_url=ctx[keys.PAGE_LINKS].stamps(ctx.friend.person_id, now=ctx.now),
    )
    return flex(words.alt_text if said is None else said, bubble)


def _bonus(ctx: Context, bonus: Bonus) -> str:
    if bonus.points is not None:
        return ctx[keys.WALLET].stamps.bonus_points.format(points=bonus.points)
    return ctx[keys.COUPONS].campaigns[str(bonus.coupon)].title
