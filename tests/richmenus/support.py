"""Menus to publish, and what LINE shows of them."""

import io
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from PIL import Image

from bot.emulator import LineEmulator
from richmenus.calls import LineMenus
from richmenus.definition import load_all
from richmenus.plan import Version

MENUS = load_all()


def version(key: str, colour: str = "#A5462A") -> Version:
    """Build a version of a sample menu with a plain picture."""
    out = io.BytesIO()
    Image.new("RGB", MENUS[key].pixels, colour).save(out, "PNG")
    return Version(MENUS[key], out.getvalue())


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    emulator: LineEmulator
    line: LineMenus
    base: str
    http: ClientSession

    @property
    def names(self) -> dict[str, str]:
        """Names of the menus on LINE by id."""
        menus = self.emulator.world.menus.menus
        return {rich_menu_id: menu.body["name"] for rich_menu_id, menu in menus.items()}

    @property
    def shown_to_all(self) -> str | None:
        """The name of the menu that a friend without an own one sees."""
        default_id = self.emulator.world.menus.default_id
        menu = self.emulator.world.menus.menus.get(default_id or "")
        return menu.body["name"] if menu and menu.media_key else None

    @property
    def aliased(self) -> dict[str, str]:
        """Names of the menus behind aliases."""
        aliases = self.emulator.world.menus.aliases
        return {alias: self.names[rich_menu_id] for alias, rich_menu_id in aliases.items()}


class CutOff(Exception):  # noqa: N818 -- it is what happens, not an error of ours
    """The publisher died."""


class Dying:
    """LINE as seen by a publisher that dies at its n-th call, before LINE takes it or after."""

    def __init__(self, line: LineMenus, *, at: int, taken: bool) -> None:
        self._line = line
        self._left = at
        self._taken = taken

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any) -> Any:
            self._left -= 1
            if self._left or self._taken:
                result = await getattr(self._line, name)(*args)
            if not self._left:
                raise CutOff
            return result

        return call
