"""Handlers, in the order they are asked."""

from typing import Final

from bot.routing import Router
from handlers import card, fallback, follow, help, message, staff_talk, survey, unsend  # noqa: A004 - a noun

root: Final = Router(
    "root",
    follow.router,
    survey.router,
    card.router,
    help.router,
    unsend.router,
    staff_talk.router,
    message.router,
    fallback.router,
)

#: What a friend is told when their event could not be handled after all.
apologise: Final = fallback.apologise
