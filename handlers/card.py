"""The member card: join, show, scan; and the cards that members had before.

    postback card.show -> Membership.of, rank, points -> a bubble with the barcode (a free reply)
    postback card.join -> Membership.join -> the same
    a text that is the number of an older card -> "is it yours?" -> card.link -> linking.link

The picture lives at a signed address that expires; the number stands in the bubble as text too.
"""

from functools import cache
from typing import Final

from bot import keys
from bot.content import Account, Wallet
from bot.line.messages import Message, flex, postback, quick_reply, text
from bot.membership import linking, wording
from bot.membership.linking import Linked
from bot.membership.number import MemberNumber, plain
from bot.membership.repository import Member
from bot.points.actor import NOBODY
from bot.postbacks import JoinMembers, LinkCard, ShowCard, ShowPoints, ShowStamps, StartSurvey
from bot.routing import Context, Messages, Router
from flex_templates import Prepared, prepared

router: Final = Router("card")
#: Asked behind staff's own talks: a number typed to them is for them.
typed: Final = Router("typed cards")

WELCOME: Final = "welcome"
_SHORTEST: Final = 4
_LONGEST: Final = 26


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
    return await _card(ctx, member)


@router.postback(JoinMembers)
async def join(ctx: Context, _: JoinMembers) -> Messages:
    """Make the friend a member, and show the card."""
    known = await ctx[keys.MEMBERSHIP].of(ctx.unit, ctx.friend)
    member = await ctx[keys.MEMBERSHIP].join(ctx.unit, ctx.friend, now=ctx.now)
    if known is not None:
        return await _card(ctx, member)
    await ctx[keys.MENUS].refresh(ctx.unit, ctx.user_id, why=ctx.why, now=ctx.now)
    return [text(ctx[keys.WALLET].card.joined), *await _card(ctx, member)]


@router.postback(LinkCard)
async def link(ctx: Context, data: LinkCard) -> Messages:
    """Tie an older card to the member; whoever has one becomes a member."""
    words = ctx[keys.WALLET].card
    if ctx[keys.CARD_RULES].older(data.number) is None:
        return [text(words.not_a_card)]
    member = await ctx[keys.MEMBERSHIP].join(ctx.unit, ctx.friend, now=ctx.now)
    linked = await linking.link(
        ctx.unit, member.person_id, data.number, how="typed", actor=NOBODY, now=ctx.now
    )
    said = {
        Linked.LINKED: words.linked,
        Linked.ALREADY: words.already,
        Linked.CONFLICT: words.conflict,
    }
    await ctx[keys.MENUS].refresh(ctx.unit, ctx.user_id, why=ctx.why, now=ctx.now)
    return [text(said[linked])]


@typed.message("text")
async def wrote(ctx: Context) -> Messages | None:
    """Ask whether a number is that of a card they have; any other text is somebody else's."""
    written = str(ctx.content.get("text", ""))
    if not _SHORTEST <= len(written) <= _LONGEST:
        return None
    number = plain(written)
    card = ctx[keys.CARD_RULES].older(number) if number.isdigit() else None
    if card is None:
        return None
    words = ctx[keys.WALLET].card
    tie = postback(words.tie, LinkCard(number), display_text=words.tie)
    asked = words.is_it_yours.format(number=number, name=card.name)
    return [text(asked, quick_reply=quick_reply(tie))]


async def _card(ctx: Context, member: Member) -> list[Message]:
    account, wallet = ctx[keys.ACCOUNT], ctx[keys.WALLET]
    standing = await ctx[keys.RANKS].of(ctx.unit, member.person_id)
    balance = await ctx[keys.POINTS].balance(ctx.unit, member.person_id, now=ctx.now)
    bubble = _bubble(account, wallet).fill(
        image_url=ctx[keys.CARD_LINKS].url(member.number, now=ctx.now),
        page_url=ctx[keys.PAGE_LINKS].card(member.person_id, now=ctx.now),
        number=MemberNumber(member.number).shown,
        rank=standing.rank.name,
        to_next=wording.to_next(wallet, ctx[keys.RANKS].rules, standing),
        points=wallet.points.balance.format(points=f"{balance.points:,}"),
        expiry=wording.expiry(wallet, balance),
    )
    return [flex(account.card.alt_text, bubble)]


@cache
def _bubble(account: Account, wallet: Wallet) -> Prepared:
    buttons = [
        postback(wallet.card.show_points, ShowPoints(), display_text=wallet.card.show_points),
        postback(wallet.card.show_stamps, ShowStamps(), display_text=wallet.card.show_stamps),
    ]
    texts = ("image_url", "page_url", "number", "rank", "to_next", "points", "expiry")
    return prepared(
        "member_card",
        *texts,
        account=account,
        words=wallet.card,
        show_page=wallet.pages.show_card,
        buttons=buttons,
    )
