"""What nobody else handles: old buttons, and events that need no answer.

postback (not ours, or of another time) -> a kind word
accountLink, beacon, membership, videoPlayComplete, … -> recorded, silent
"""

from typing import Final

from bot import keys
from bot.line.messages import postback, quick_reply, text
from bot.postbacks import ShowHelp
from bot.routing import Context, Messages, Router

router: Final = Router("fallback")

#: Told by LINE, and nothing a friend waits for an answer to.
QUIET: Final = (
    "accountLink",
    "beacon",
    "membership",
    "messageEdited",
    "videoPlayComplete",
    "delivery",
    "things",
    "join",
    "leave",
    "memberJoined",
    "memberLeft",
    "module",
    "activated",
    "deactivated",
    "botSuspended",
    "botResumed",
)


@router.event("postback")
async def old_button(ctx: Context) -> Messages:
    """A button of another time or another tool still gets an answer.

    Switching a tab of the rich menu is a tap that LINE has acted on already: nothing to say.
    """
    params = ctx.content.get("params")
    if isinstance(params, dict) and "newRichMenuAliasId" in params:
        return []
    account = ctx[keys.ACCOUNT]
    more = postback(account.buttons.help, ShowHelp(), display_text=account.buttons.help)
    return [text(account.replies.old_button, quick_reply=quick_reply(more))]


@router.event(*QUIET)
async def noted(_: Context) -> Messages:
    """Nothing to say."""
    return []


async def apologise(ctx: Context) -> Messages:
    """Say that the bot failed; a person sees the event among the dead letters."""
    return [text(ctx[keys.ACCOUNT].replies.failed)]
