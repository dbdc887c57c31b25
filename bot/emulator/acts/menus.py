"""Which rich menu a user sees, and the links that decide it."""

from typing import Any

from bot.emulator.model import RichMenu, User, UserState, World
from bot.emulator.platform import Platform


def shown(world: World, user: User) -> tuple[RichMenu, str] | None:
    """Return the menu on a user's screen and where it comes from: ``user`` or ``default``."""
    if user.state in {UserState.BLOCKED, UserState.DELETED, UserState.FOREIGN}:
        return None
    menus = world.menus.menus
    if user.state is UserState.FRIEND and (own := menus.get(user.rich_menu_id or "")):
        return own, "user"
    if default := menus.get(world.menus.default_id or ""):
        return default, "default"
    return None


def link(platform: Platform, user_id: str, rich_menu_id: str | None) -> None:
    """Give a friend a menu of their own, or take it away; nothing happens to others."""
    user = platform.world.users.get(user_id)
    if user is None or user.state is not UserState.FRIEND:
        return
    user.rich_menu_id = rich_menu_id
    tell(platform, user_id)


def tell(platform: Platform, user_id: str) -> None:
    """Let watchers know that a user's menu may look different now."""
    platform.stream.publish({"type": "richmenu", "userId": user_id})
    platform.on_change()


def tell_all(platform: Platform) -> None:
    """Let watchers know that the default menu may look different now."""
    if platform.stream.watched:
        for user_id in platform.world.users:
            platform.stream.publish({"type": "richmenu", "userId": user_id})
    platform.on_change()


def wire_shown(menu: RichMenu, source: str) -> dict[str, Any]:
    """Return the shown menu as the control API describes it."""
    return {"richMenuId": menu.rich_menu_id, "source": source, **menu.body}
