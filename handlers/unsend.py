"""Taking a message back: every copy of it is erased, and nothing is said.

    unsend -> inbox.mask, Conversations.unsent, and Surveys.unsent where it was an answer

Source: LINE's guideline on unsent messages asks that they are neither shown nor kept.
"""

from functools import partial
from typing import Final

from bot import keys
from bot.inbox import repository as inbox
from bot.routing import Context, Messages, Router

router: Final = Router("unsend")


@router.event("unsend")
async def unsent(ctx: Context) -> Messages:
    """Erase the message wherever it is kept."""
    message_id = ctx.content.get("messageId")
    if isinstance(message_id, str):
        await ctx[keys.CONVERSATIONS].unsent(ctx.unit, message_id)
        await ctx[keys.SURVEYS].unsent(ctx.unit, ctx.friend, message_id, now=ctx.now)
        await ctx[keys.MENUS].refresh(ctx.unit, ctx.user_id, why=ctx.why, now=ctx.now)
        ctx.unit.defer(partial(inbox.mask, message_id=message_id))
    return []
