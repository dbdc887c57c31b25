"""Every table, on one MetaData: one module a domain."""

from bot.store.tables import (
    api,
    changes,
    conversations,
    coupons,
    definitions,
    friends,
    inbox,
    membership,
    menus,
    merges,
    outbox,
    points,
    purchases,
    rich_menus,
    staff,
    stamps,
    surveys,
)
from bot.store.tables.base import metadata

__all__ = [
    "api",
    "changes",
    "conversations",
    "coupons",
    "definitions",
    "friends",
    "inbox",
    "membership",
    "menus",
    "merges",
    "metadata",
    "outbox",
    "points",
    "purchases",
    "rich_menus",
    "staff",
    "stamps",
    "surveys",
]
