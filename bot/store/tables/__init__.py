"""Every table, on one MetaData: one module a domain."""

from bot.store.tables import (
    changes,
    conversations,
    friends,
    inbox,
    membership,
    menus,
    outbox,
    rich_menus,
    surveys,
)
from bot.store.tables.base import metadata

__all__ = [
    "changes",
    "conversations",
    "friends",
    "inbox",
    "membership",
    "menus",
    "metadata",
    "outbox",
    "rich_menus",
    "surveys",
]
