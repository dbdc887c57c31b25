"""The member card: tap, show, scan.

    postback card.show -> Membership.of -> a bubble with the barcode (a free reply)

The picture lives at a signed address that expires; the number stands in the bubble as text too.
"""

from functools import cache
from typing import Final

from bot import keys
from bot.content import Account
from bot.line.messages import flex, postback, quick_reply, text
from bot.membership.number import MemberNumber
from bot.postbacks import ShowCard, StartSurvey
from bot.routing import Context, Messages, Router
from flex_templates import Prepared, prepared

router: Final = Router("card")

WELCOME: Final = "welcome"


@router.postback(ShowCard)
async def show(ctx: Context, _: ShowCard) -> Messages:
    """Show the card, or how to get one."""
    account = ctx[keys.ACCOUNT]
    member = await ctx[keys.MEMBERSHIP].of(ctx.unit, ctx.friend)
    if member is None:
        start = postback(
            account.buttons.survey, StartSurvey(WELCOME), display_text=account.buttons.survey
        )
        return [text(account.card.not_a_member, quick_reply=quick_reply(start))]
    picture = ctx[keys.CARD_LINKS].url(member.number, now=ctx.now)
    shown = MemberNumber(member.number).shown
    bubble = _bubble(account).fill(image_url=picture, number=shown)
    return [flex(account.card.alt_text, bubble)]


@cache
def _bubble(account: Account) -> Prepared:
    return prepared("member_card", "image_url", "number", account=account)
