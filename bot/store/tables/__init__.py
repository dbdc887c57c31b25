"""Every table, on one MetaData: one module a domain."""

from bot.store.tables import (
    changes,
    conversations,
    definitions,
    friends,
    inbox,
    membership,
    menus,
    merges,
    outbox,
    rich_menus,
    surveys,
)
from bot.store.tables.base import metadata

__all__ = [
    "changes",
    "conversations",
    "definitions",
    "friends",
    "inbox",
    "membership",
    "menus",
    "merges",
    "metadata",
    "outbox",
    "rich_menus",
    "surveys",
]
