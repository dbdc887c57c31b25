"""Tabs of a menu: LINE has switched already, and the choice is kept.

menu.tab -> Menus.choose_tab
"""

from typing import Final

from bot import keys
from bot.postbacks import SwitchTab
from bot.routing import Context, Messages, Router

router: Final = Router("menu_tab")


@router.postback(SwitchTab)
async def switched(ctx: Context, data: SwitchTab) -> Messages:
    """Remember the tab; there is nothing to say. A tab that LINE did not find changes nothing."""
    params = ctx.content.get("params")
    if isinstance(params, dict) and params.get("status") == "SUCCESS":
        await ctx[keys.MENUS].choose_tab(
            ctx.unit, ctx.user_id, data.menu, why=ctx.why, now=ctx.now
        )
    return []
