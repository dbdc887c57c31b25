"""What a friend writes or sends, outside of buttons.

    message -> a kind word and what can be done here
    a text too many that the bot did not understand -> staff, if there are any

Nothing a friend sends meets silence. What may answer the open question of a survey was taken by
``handlers.survey`` before.
"""

from typing import Final

from bot import keys
from bot.content import Talk
from bot.content.account import Buttons
from bot.conversations import telling
from bot.conversations.model import BOT
from bot.line.messages import Message, QuickReply, postback, quick_reply, text
from bot.postbacks import AskStaff, ShowCard, ShowHelp, StartSurvey
from bot.routing import Context, Messages, Router

router: Final = Router("message")

WELCOME: Final = "welcome"


@router.message("text")
async def wrote(ctx: Context) -> Messages:
    """Help, since nobody here understands free text yet."""
    return await _answer(ctx, ctx[keys.ACCOUNT].replies.unknown_text)


@router.message("sticker", "image", "video", "audio", "file", "location", "*")
async def sent(ctx: Context) -> Messages:
    """Thank for what was sent, by its kind."""
    replies = ctx[keys.ACCOUNT].replies
    words = {
        "sticker": replies.sticker,
        "image": replies.image,
        "video": replies.video,
        "audio": replies.audio,
        "file": replies.file,
        "location": replies.location,
    }
    kind = str(ctx.content.get("type"))
    return await _answer(ctx, words.get(kind, replies.other))


async def _answer(ctx: Context, words: str) -> list[Message]:
    talk = ctx[keys.TALK_RULES].now
    if ctx.content.get("type") == "text" and await _is_once_too_often(ctx):
        handoff = await ctx[keys.CONVERSATIONS].ask(
            ctx.unit, ctx.friend, event_id=ctx.event_id, reason="misses", by=BOT, now=ctx.now
        )
        return telling.handed_over(talk, handoff, now=ctx.now)
    done = await ctx[keys.SURVEYS].done(ctx.unit, ctx.friend)
    ways_on = _ways_on(ctx[keys.ACCOUNT].buttons, talk, is_member=WELCOME in done)
    return [text(words, quick_reply=ways_on)]


async def _is_once_too_often(ctx: Context) -> bool:
    """Whether the bot has now failed to understand often enough for staff to take over."""
    return await ctx[keys.CONVERSATIONS].missed(
        ctx.unit, ctx.friend, event_id=ctx.event_id, now=ctx.now
    )


def _ways_on(buttons: Buttons, talk: Talk, *, is_member: bool) -> QuickReply:
    first = (
        postback(buttons.card, ShowCard(), display_text=buttons.card)
        if is_member
        else postback(buttons.survey, StartSurvey(WELCOME), display_text=buttons.survey)
    )
    more = postback(buttons.help, ShowHelp(), display_text=buttons.help)
    staff = postback(talk.button, AskStaff(), display_text=talk.button)
    return quick_reply(first, more, staff)
