"""Talking with a person: asked for, waited for, and left again.

    staff.ask, or a text with a keyword -> Conversations.ask -> when somebody will answer
    a message while staff have the talk -> silence, or once in a while: the shop is closed

What friends tap is answered by the bot all the same, and staff see it.
"""

from typing import Final

from bot import keys
from bot.conversations import telling
from bot.line.messages import text
from bot.postbacks import AskStaff, AskTurn, LeaveStaff
from bot.routing import Context, Messages, Router

router: Final = Router("staff_talk")


@router.postback(AskStaff)
async def ask(ctx: Context, _: AskStaff) -> Messages:
    """Hand the talk over."""
    return await _hand_over(ctx, reason="button")


@router.postback(AskTurn)
async def ask_turn(ctx: Context, _: AskTurn) -> Messages:
    """Say how many wait."""
    talk, talks = ctx[keys.TALK_RULES].now, ctx[keys.CONVERSATIONS]
    if not await talks.is_with_staff(ctx.unit, ctx.friend):
        return [text(talk.ended)]
    position = await talks.position(ctx.unit, ctx.friend)
    return [text(telling.turn(talk, position), quick_reply=telling.waiting(talk))]


@router.postback(LeaveStaff)
async def leave(ctx: Context, _: LeaveStaff) -> Messages:
    """Give the talk back to the bot."""
    talk = ctx[keys.TALK_RULES].now
    left = await ctx[keys.CONVERSATIONS].leave(ctx.unit, ctx.friend, now=ctx.now)
    return [text(talk.left if left else talk.ended)]


@router.message("text")
async def wrote(ctx: Context) -> Messages | None:
    """Leave the answer to staff, or call them by a keyword."""
    if await ctx[keys.CONVERSATIONS].is_with_staff(ctx.unit, ctx.friend):
        return await _silence(ctx)
    words = ctx.content.get("text")
    if isinstance(words, str) and ctx[keys.CONVERSATIONS].asks_for_staff(words):
        return await _hand_over(ctx, reason="keyword")
    return None


@router.message("*")
async def sent(ctx: Context) -> Messages | None:
    """Leave what was sent to staff."""
    if await ctx[keys.CONVERSATIONS].is_with_staff(ctx.unit, ctx.friend):
        return await _silence(ctx)
    return None


async def _hand_over(ctx: Context, *, reason: str) -> Messages:
    await ctx[keys.SURVEYS].hush(ctx.unit, ctx.friend, now=ctx.now)
    handoff = await ctx[keys.CONVERSATIONS].ask(
        ctx.unit, ctx.friend, event_id=ctx.event_id, reason=reason, now=ctx.now
    )
    return telling.handed_over(ctx[keys.TALK_RULES].now, handoff, now=ctx.now)


async def _silence(ctx: Context) -> Messages:
    """Say nothing, but that the shop is closed where the friend has not heard so lately."""
    await ctx[keys.SURVEYS].hush(ctx.unit, ctx.friend, now=ctx.now)
    talk = ctx[keys.TALK_RULES].now
    hours = await ctx[keys.CONVERSATIONS].away(ctx.unit, ctx.friend, now=ctx.now)
    if hours is None:
        return []
    words = telling.away(talk, hours, now=ctx.now)
    return [text(words, quick_reply=telling.waiting(talk))]
