"""Linking menus to users: what may be linked, and changes that take effect later."""

from bot.emulator.acts import menus
from bot.emulator.errors import LineError, not_found
from bot.emulator.model import PendingLink, RichMenu, World
from bot.emulator.platform import Platform

_NO_IMAGE = "must upload richmenu image before applying it to user"


def require_menu(world: World, rich_menu_id: str) -> RichMenu:
    """Return a menu.

    Raises:
        LineError: 404.
    """
    menu = world.menus.menus.get(rich_menu_id)
    if menu is None:
        raise not_found()
    return menu


def require_image(menu: RichMenu) -> None:
    """Refuse to show a menu without a picture.

    Raises:
        LineError: 400.
    """
    if menu.media_key is None:
        raise LineError(400, _NO_IMAGE, [])


def schedule(
    platform: Platform, changes: dict[str, str | None], request_id: str | None = None
) -> None:
    """Let changes take effect after the delay that bulk calls have."""
    delay = platform.world.behaviour.menu_bulk_seconds
    due_at = platform.clock.seconds() + delay
    platform.world.menus.pending.append(PendingLink(due_at, changes, request_id))
    platform.on_change()
    apply_due(platform)


def apply_due(platform: Platform) -> None:
    """Give users the menus whose time has come."""
    known = platform.world.menus
    if not known.pending:
        return
    now = platform.clock.seconds()
    due = [pending for pending in known.pending if pending.due_at <= now]
    known.pending = [pending for pending in known.pending if pending.due_at > now]
    for pending in due:
        _apply(platform, pending)


def _apply(platform: Platform, pending: PendingLink) -> None:
    known = platform.world.menus
    batch = known.batches.get(pending.request_id or "")
    for user_id, menu_id in pending.changes.items():
        if batch is not None and user_id in known.failing_users:
            batch.unfinished[user_id] = menu_id
        else:
            menus.link(platform, user_id, menu_id)
    if batch is not None:
        batch.completed_at = pending.due_at
        batch.phase = "failed" if batch.unfinished else "succeeded"
        known.failing_users.clear()
