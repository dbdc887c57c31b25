"""One menu exactly as it should be on LINE: the object, the picture, and a fingerprint of both.

Menu + what its picture is known by -> Outline; Outline + the picture -> Version
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import orjson

from bot import content
from bot.content.brand import Brand
from richmenus.actions import alias_of
from richmenus.definition import FOLDER, Menu, load_all
from richmenus.picture import PictureError, content_type_of
from richmenus.recipe import recipe

_OURS: Final = "enishi"
_HASH_CHARACTERS: Final = 16


@dataclass(frozen=True)
class Outline:
    """A menu whose name on LINE says which version it is; another picture makes another one."""

    key: str
    #: As LINE takes it, the name left out.
    body: Mapping[str, Any]
    #: Hexadecimal.
    fingerprint: str

    def __hash__(self) -> int:
        """Versions of one fingerprint are one."""
        return hash((self.key, self.fingerprint))

    @property
    def name(self) -> str:
        """The name it has on LINE; friends never see it."""
        return name_of(self.key, self.fingerprint)

    @property
    def alias(self) -> str:
        """The id by which tabs find the menu, whatever its version."""
        return alias_of(self.key)

    @cached_property
    def as_line(self) -> dict[str, Any]:
        """The object that LINE takes."""
        return {**self.body, "name": self.name}


@dataclass(frozen=True)
class Version(Outline):
    """The same with its picture."""

    picture: bytes
    content_type: str

    def __hash__(self) -> int:
        """Versions of one fingerprint are one."""
        return super().__hash__()


def name_of(key: str, fingerprint: str) -> str:
    """Return the name on LINE of a version."""
    return f"{_OURS}:{key}:{fingerprint}"


def named(name: str) -> tuple[str, str] | None:
    """Return key and fingerprint of a menu of ours by its name; none for somebody else's."""
    match name.split(":"):
        case [owner, key, fingerprint] if owner == _OURS:
            return key, fingerprint
        case _:
            return None


def outline_of(menu: Menu, looks: str) -> Outline:
    """Build the outline of the version that a definition describes.

    Args:
        menu: the definition.
        looks: the recipe of a picture that we draw, or the digest of another one.
    """
    body = menu.as_line("")
    del body["name"]
    return Outline(menu.key, body, _fingerprint(body, looks))


def with_picture(outline: Outline, picture: bytes) -> Version:
    """Return a version with another picture, whatever its definition draws or names."""
    fingerprint = _fingerprint(outline.body, digest_of(picture))
    return filled(Outline(outline.key, outline.body, fingerprint), picture)


def filled(outline: Outline, picture: bytes) -> Version:
    """Add the picture to an outline."""
    try:
        content_type = content_type_of(picture)
    except PictureError:
        content_type = ""  # the lint says it, with the others
    return Version(outline.key, outline.body, outline.fingerprint, picture, content_type)


def digest_of(picture: bytes) -> str:
    """Return what a picture is known by."""
    return hashlib.sha256(picture).hexdigest()


def version_of(menu: Menu, *, folder: Path, brand: Brand, images: Path | None = None) -> Version:
    """Build the version that a file describes.

    Args:
        menu: from a file of ``folder``.
        folder: where its own picture is.
        brand: colours of a picture that we draw.
        images: keeps drawn pictures; by default ``images`` in ``folder``.
    """
    if menu.image is not None:
        picture = (folder / menu.image).read_bytes()
        return filled(outline_of(menu, digest_of(picture)), picture)
    from richmenus.draw import drawn  # noqa: PLC0415 - what draws pictures is slow to load

    picture = drawn(menu, brand, images or folder / "images")
    return filled(outline_of(menu, recipe(menu, brand)), picture)


def versions(folder: Path = FOLDER, *, brand: Brand | None = None) -> tuple[Version, ...]:
    """Read every menu of a folder, with its picture.

    Raises:
        ContentError: a definition is wrong.
    """
    colours = brand or content.account().brand
    menus = load_all(folder).values()
    return tuple(version_of(menu, folder=folder, brand=colours) for menu in menus)


def _fingerprint(body: Mapping[str, Any], looks: str) -> str:
    definition = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    said = definition + b"\0" + looks.encode()
    return hashlib.sha256(said).hexdigest()[:_HASH_CHARACTERS]
