"""What can be done here: from the menus, and under what the bot did not understand.

postback help.show -> the help bubble
"""

from typing import Final

from bot import keys
from bot.line.messages import Action, flex, postback
from bot.postbacks import ShowCard, ShowHelp, StartSurvey
from bot.routing import Context, Messages, Router
from flex_templates import render

router: Final = Router("help")

WELCOME: Final = "welcome"


@router.postback(ShowHelp)
async def show(ctx: Context, _: ShowHelp) -> Messages:
    """Offer what this friend can do: become a member; or show the card, and tell more."""
    account = ctx[keys.ACCOUNT]
    member = await ctx[keys.MEMBERSHIP].of(ctx.unit, ctx.friend)
    buttons = account.buttons
    if member is None:
        label = buttons.survey
        actions = [postback(label, StartSurvey(WELCOME), display_text=label)]
    else:
        card = postback(buttons.card, ShowCard(), display_text=buttons.card)
        actions = [card, *_surveys(ctx)]
    return [flex(account.help.alt_text, render("help", account=account, buttons=actions))]


def _surveys(ctx: Context) -> list[Action]:
    """Offer what the account asks its members; a survey that is gone is not offered."""
    known = ctx[keys.SURVEYS].definitions
    return [
        postback(known[key].title, StartSurvey(key), display_text=known[key].title)
        for key in ctx[keys.ACCOUNT].help.surveys
        if key in known
    ]
