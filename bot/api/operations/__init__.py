"""What can be called: one module a topic; this is their order in the document."""

from collections.abc import Mapping
from typing import Final

from bot.api.call import OPERATIONS, Operation
from bot.api.operations import coupons, me, members, points, purchases, webhooks

__all__ = ["ALL", "coupons", "me", "members", "points", "purchases", "webhooks"]

ALL: Final[Mapping[str, Operation]] = OPERATIONS
