"""What can be done here: from the menus, and under what the bot did not understand.

postback help.show -> the help bubble
"""

from typing import Final

from bot import keys
from bot.line.messages import flex, postback
from bot.postbacks import ShowCard, ShowHelp, StartSurvey
from bot.routing import Context, Messages, Router
from flex_templates import render

router: Final = Router("help")

WELCOME: Final = "welcome"


@router.postback(ShowHelp)
async def show(ctx: Context, _: ShowHelp) -> Messages:
    """Offer what this friend can do: become a member, or show the card."""
    account = ctx[keys.ACCOUNT]
    member = await ctx[keys.MEMBERSHIP].of(ctx.unit, ctx.friend)
    buttons = account.buttons
    action = (
        postback(buttons.survey, StartSurvey(WELCOME), display_text=buttons.survey)
        if member is None
        else postback(buttons.card, ShowCard(), display_text=buttons.card)
    )
    return [flex(account.help.alt_text, render("help", account=account, buttons=[action]))]
