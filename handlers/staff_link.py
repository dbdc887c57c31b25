"""Staff who want to be told on their own LINE: the code that their console shows.

a text with the mark and a code -> linking.take -> a word to whoever has just been tied
"""

from typing import Final

from bot import keys
from bot.line.messages import text
from bot.notices import linking
from bot.routing import Context, Messages, Router

router: Final = Router("staff_link")


@router.message("text")
async def wrote(ctx: Context) -> Messages | None:
    """Tie the LINE of a staff member; any other text is somebody else's."""
    code = linking.code_in(str(ctx.content.get("text", "")))
    if code is None:
        return None
    name = await linking.take(ctx.unit, ctx.user_id, code, now=ctx.now)
    words = ctx[keys.ACCOUNT].staff_link
    return [text(words.over if name is None else words.linked.replace("{name}", name))]
