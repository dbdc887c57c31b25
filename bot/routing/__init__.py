"""Routing: which handler answers an event."""

from bot.routing.context import Context
from bot.routing.router import Answer, Messages, Router

__all__ = ["Answer", "Context", "Messages", "Router"]
