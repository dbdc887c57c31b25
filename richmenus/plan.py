"""What is missing on LINE: the menus we want against the menus found there.

    versions wanted + Found -> Plan -> publish.py

A version is told by its name on LINE, ``enishi:<key>:<hash of definition and picture>``. Menus
with other names are somebody else's and are left alone.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import orjson

from richmenus.definition import FOLDER, Menu, load_all
from richmenus.draw import IMAGES

_OURS: Final = "enishi"
_HASH_CHARACTERS: Final = 16


@dataclass(frozen=True)
class Version:
    """One menu as it should be on LINE; another picture makes another version."""

    menu: Menu
    picture: bytes

    @property
    def key(self) -> str:
        """The menu's key."""
        return self.menu.key

    @cached_property
    def name(self) -> str:
        """The name it has on LINE."""
        definition = orjson.dumps(self.menu.as_line(""), option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(definition + b"\0" + self.picture).hexdigest()
        return f"{_OURS}:{self.key}:{digest[:_HASH_CHARACTERS]}"

    @property
    def alias(self) -> str:
        """The id by which tabs find the menu, whatever its version."""
        return alias_of(self.key)


@dataclass(frozen=True, slots=True)
class MenuOnLine:
    """One menu that LINE has."""

    rich_menu_id: str
    name: str
    #: Whether the picture could be read back; looked at for wanted versions only.
    has_picture: bool = False

    @property
    def key(self) -> str | None:
        """The key of a menu of ours; none for somebody else's."""
        match self.name.split(":"):
            case [owner, key, _] if owner == _OURS:
                return key
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Found:
    """What LINE has."""

    menus: tuple[MenuOnLine, ...]
    #: The id of the default menu.
    default: str | None
    #: Ids of menus by alias.
    aliases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is there already, and what is to be done."""

    #: By key; complete on LINE.
    ready: Mapping[str, str]
    #: By key; created, but still without a picture.
    bare: Mapping[str, str]
    #: Not on LINE in any state.
    missing: tuple[Version, ...]
    #: Earlier versions, doubles, and menus no longer defined.
    old: tuple[MenuOnLine, ...]


def alias_of(key: str) -> str:
    """Return the alias of a menu."""
    return f"{_OURS}-{key}"


def make_plan(wanted: Iterable[Version], found: Found) -> Plan:
    """Compare. Of several menus of one version the same one is kept each time."""
    ready: dict[str, str] = {}
    bare: dict[str, str] = {}
    missing: list[Version] = []
    for version in wanted:
        same = [menu for menu in found.menus if menu.name == version.name]
        whole = [menu.rich_menu_id for menu in same if menu.has_picture]
        if whole:
            ready[version.key] = min(whole)
        elif same:
            bare[version.key] = min(menu.rich_menu_id for menu in same)
        else:
            missing.append(version)
    kept = {*ready.values(), *bare.values()}
    ours = (menu for menu in found.menus if menu.key is not None)
    old = tuple(menu for menu in ours if menu.rich_menu_id not in kept)
    return Plan(ready=ready, bare=bare, missing=tuple(missing), old=old)


def versions(folder: Path = FOLDER, images: Path = IMAGES) -> tuple[Version, ...]:
    """Read the menus and pictures of the sample account.

    Raises:
        ContentError: a definition is wrong.
        FileNotFoundError: a menu has no picture yet.
    """
    menus = load_all(folder).values()
    return tuple(Version(menu, (images / f"{menu.key}.png").read_bytes()) for menu in menus)
