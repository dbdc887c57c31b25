"""What staff are told of later: a row for each thing that concerns them, in its transaction.

service -> row(...) -> staff_events -> bot.notices, which decides who hears of it, and how
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.store import arrival


def row(
    kind: str,
    key: str,
    *,
    friend_id: int | None = None,
    shop_key: str | None = None,
    staff_id: int | None = None,
    by_staff_id: int | None = None,
    ref: int = 0,
    body: Mapping[str, Any] | None = None,
    at: datetime,
) -> dict[str, Any]:
    """Make the row of one event; a unit takes it with ``add``.

    Args:
        kind: of :class:`bot.notices.model.Kind`.
        key: names the event: what has it already is not told a second time.
        friend_id: whose talk.
        shop_key: of the talk.
        staff_id: whom it concerns; None: everybody whose kind of thing it is.
        by_staff_id: who did it.
        ref: the newest thing it is about.
        body: what its words need.
        at: when.
    """
    return {
        "id": arrival.number(),
        "kind": kind,
        "key": key,
        "friend_id": friend_id,
        "shop_key": shop_key,
        "staff_id": staff_id,
        "by_staff_id": by_staff_id,
        "ref": ref,
        "body": dict(body or {}),
        "at": at,
        "told": False,
    }
