"""Rich menus, their aliases and the links that wait to take effect."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class RichMenu:
    """A rich menu; only its image may be added after creation, once."""

    rich_menu_id: str
    #: size, selected, name, chatBarText, areas.
    body: dict[str, Any]
    media_key: str | None = None
    content_type: str | None = None


@dataclass(slots=True)
class PendingLink:
    """A bulk or batch change on its way to the users."""

    #: Seconds since 1970.
    due_at: float
    #: New menu by user; None takes the user's own menu away.
    changes: dict[str, str | None]
    #: The batch call it belongs to.
    request_id: str | None = None


@dataclass(slots=True)
class Batch:
    """The progress of one batch call."""

    request_id: str
    accepted_at: float
    completed_at: float | None = None
    phase: str = "ongoing"
    resume_key: str | None = None
    #: Users that still wait for their change when the batch failed.
    unfinished: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class MenuDay:
    """What users did with a menu on one day; a user stands once for each time."""

    seen: list[str] = field(default_factory=list)
    #: Area number to the users who tapped it.
    taps: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class RichMenus:
    """Everything about rich menus but who has which."""

    menus: dict[str, RichMenu] = field(default_factory=dict)
    #: Alias id to menu id.
    aliases: dict[str, str] = field(default_factory=dict)
    default_id: str | None = None
    pending: list[PendingLink] = field(default_factory=list)
    #: By request id.
    batches: dict[str, Batch] = field(default_factory=dict)
    #: Users whose change in the next batch fails, for tests of resuming.
    failing_users: list[str] = field(default_factory=list)
    #: By menu id and then day: what was seen and tapped.
    days: dict[str, dict[str, MenuDay]] = field(default_factory=dict)
