"""One menu exactly as it should be on LINE: the object, the picture, and a fingerprint of both."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import orjson

from bot import content
from bot.content.brand import Brand
from richmenus.actions import alias_of
from richmenus.definition import FOLDER, Menu, load_all
from richmenus.draw import drawn, recipe
from richmenus.picture import PictureError, content_type_of

_OURS: Final = "enishi"
_HASH_CHARACTERS: Final = 16


@dataclass(frozen=True)
class Version:
    """A menu whose name on LINE says which version it is; another picture makes another one."""

    key: str
    #: As LINE takes it, the name left out.
    body: Mapping[str, Any]
    picture: bytes
    content_type: str
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


def version_of(menu: Menu, *, folder: Path, brand: Brand, images: Path | None = None) -> Version:
    """Build the version that a definition describes.

    Args:
        menu: from a file of ``folder``.
        folder: where its own picture is.
        brand: colours of a picture that we draw.
        images: keeps drawn pictures; by default ``images`` in ``folder``.
    """
    body = menu.as_line("")
    del body["name"]
    if menu.image is not None:
        picture = (folder / menu.image).read_bytes()
        looks = picture
    else:
        picture = drawn(menu, brand, images or folder / "images")
        looks = recipe(menu, brand).encode()
    try:
        content_type = content_type_of(picture)
    except PictureError:
        content_type = ""  # the lint says it, with the others
    return Version(
        key=menu.key,
        body=body,
        picture=picture,
        content_type=content_type,
        fingerprint=_fingerprint(body, looks),
    )


def with_picture(version: Version, picture: bytes, content_type: str) -> Version:
    """Return the version with another picture, whatever its definition draws or names."""
    return replace(
        version,
        picture=picture,
        content_type=content_type,
        fingerprint=_fingerprint(version.body, picture),
    )


def versions(folder: Path = FOLDER, *, brand: Brand | None = None) -> tuple[Version, ...]:
    """Read every menu of a folder, with its picture.

    Raises:
        ContentError: a definition is wrong.
    """
    colours = brand or content.account().brand
    menus = load_all(folder).values()
    return tuple(version_of(menu, folder=folder, brand=colours) for menu in menus)


def _fingerprint(body: Mapping[str, Any], looks: bytes) -> str:
    definition = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(definition + b"\0" + looks).hexdigest()[:_HASH_CHARACTERS]
