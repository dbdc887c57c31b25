"""Bring the menus to LINE: plan, apply, verify; then, when friends have moved, delete the old.

    versions -> publish -> Published -> (store the ids, link friends again) -> retire

Nothing that a friend can see is taken away before its successor stands. Stopped after any call,
publishing again picks up what is there; with nothing to do it only looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from richmenus.plan import Found, MenuOnLine, Plan, Version, make_plan


class PublishError(RuntimeError):
    """LINE did not do as asked; publishing again goes on from here."""


class MenuCalls(Protocol):
    """What LINE can be asked about menus; each call raises ``PublishError`` when refused."""

    async def list_menus(self) -> Sequence[tuple[str, str]]:
        """Return id and name of every menu."""

    async def create(self, menu: Mapping[str, Any]) -> str:
        """Create a menu and return its id."""

    async def upload(self, rich_menu_id: str, png: bytes) -> None:
        """Give a menu its picture; this can be done once."""

    async def picture(self, rich_menu_id: str) -> bytes:
        """Return a menu's picture, empty while it has none."""

    async def default(self) -> str | None:
        """Return the id of the default menu."""

    async def set_default(self, rich_menu_id: str) -> None:
        """Show a menu to everybody who has none of their own."""

    async def aliases(self) -> Mapping[str, str]:
        """Return ids of menus by alias."""

    async def create_alias(self, alias: str, rich_menu_id: str) -> None:
        """Name a menu."""

    async def point_alias(self, alias: str, rich_menu_id: str) -> None:
        """Let an alias name another menu."""

    async def delete(self, rich_menu_id: str) -> None:
        """Delete a menu; one that is gone already is no mistake."""


@dataclass(frozen=True, slots=True)
class Published:
    """The menus as they are on LINE now."""

    #: Ids by key.
    ids: Mapping[str, str]
    #: Keys of the menus made this time.
    created: tuple[str, ...]
    #: What friends may still be linked to: link them again, then ``retire``.
    old: tuple[MenuOnLine, ...]


async def look(line: MenuCalls, wanted: Sequence[Version]) -> Found:
    """See what LINE has."""
    names = {version.name for version in wanted}
    menus = []
    for rich_menu_id, name in await line.list_menus():
        has_picture = name in names and bool(await line.picture(rich_menu_id))
        menus.append(MenuOnLine(rich_menu_id, name, has_picture=has_picture))
    default, aliases = await line.default(), await line.aliases()
    return Found(menus=tuple(menus), default=default, aliases=aliases)


async def publish(line: MenuCalls, wanted: Sequence[Version], *, default: str) -> Published:
    """Create what is missing and point the default and the aliases to it.

    Args:
        line: LINE.
        wanted: every menu of the account.
        default: the key of the menu for everybody who has none of their own.

    Raises:
        PublishError: LINE refused a call, or a picture cannot be read back.
        KeyError: no menu has the default's key.
    """
    if default not in {version.key for version in wanted}:
        raise KeyError(default)
    found = await look(line, wanted)
    plan = make_plan(wanted, found)
    ids = await _completed(line, wanted, plan)
    await _point(line, found, wanted, ids, default)
    created = tuple(version.key for version in plan.missing)
    return Published(ids=ids, created=created, old=plan.old)


async def retire(line: MenuCalls, wanted: Sequence[Version]) -> tuple[str, ...]:
    """Delete the old menus, and return their ids; who is still linked to one sees the default.

    Raises:
        PublishError: LINE refused a call, or not every version stands: nothing was deleted then.
    """
    plan = make_plan(wanted, await look(line, wanted))
    if plan.missing or plan.bare:
        raise PublishError("old menus stay until every new one is on LINE: publish first")
    for menu in plan.old:
        await line.delete(menu.rich_menu_id)
    return tuple(menu.rich_menu_id for menu in plan.old)


async def _completed(line: MenuCalls, wanted: Sequence[Version], plan: Plan) -> Mapping[str, str]:
    """Create, upload and read back, until every version stands; return ids by key."""
    ids = dict(plan.ready)
    for version in wanted:
        if version.key in ids:
            continue
        rich_menu_id = plan.bare.get(version.key) or await line.create(
            version.menu.as_line(version.name)
        )
        await line.upload(rich_menu_id, version.picture)
        if not await line.picture(rich_menu_id):
            raise PublishError(f"menu {version.key}: its picture cannot be read back from LINE")
        ids[version.key] = rich_menu_id
    return ids


async def _point(
    line: MenuCalls,
    found: Found,
    wanted: Sequence[Version],
    ids: Mapping[str, str],
    default: str,
) -> None:
    for version in wanted:
        rich_menu_id = ids[version.key]
        if version.alias not in found.aliases:
            await line.create_alias(version.alias, rich_menu_id)
        elif found.aliases[version.alias] != rich_menu_id:
            await line.point_alias(version.alias, rich_menu_id)
    if found.default != ids[default]:
        await line.set_default(ids[default])
