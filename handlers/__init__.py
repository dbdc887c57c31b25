"""Handlers, in the order they are asked."""

from typing import Final

from bot.routing import Router
from handlers import (
    card,
    coupons,
    fallback,
    follow,
    help,  # noqa: A004 - a noun
    menu_tab,
    message,
    picked,
    points,
    staff_link,
    staff_talk,
    stamps,
    survey,
    unsend,
)

root: Final = Router(
    "root",
    follow.router,
    staff_link.router,
    survey.router,
    card.router,
    help.router,
    menu_tab.router,
    picked.router,
    unsend.router,
    staff_talk.router,
    points.router,
    stamps.router,
    coupons.router,
    card.typed,
    survey.answers,
    message.router,
    fallback.router,
)

#: What a friend is told when their event could not be handled after all.
apologise: Final = fallback.apologise
