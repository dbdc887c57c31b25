"""What somebody changed on LINE behind our back.

versions that stand, by the database + what LINE has -> drift -> differences
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from richmenus.calls import LineMenus
from richmenus.plan import ALIASES, Found, Known
from richmenus.same import same_object
from richmenus.version import Version


class Kind(StrEnum):
    """Kinds of differences."""

    MENU_GONE = "menu gone"
    MENU_CHANGED = "menu changed"
    PICTURE_DIFFERS = "picture differs"
    ALIAS_GONE = "alias gone"
    ALIAS_MOVED = "alias moved"
    ALIAS_UNKNOWN = "alias unknown"
    DEFAULT_UNSET = "default unset"
    DEFAULT_OTHER = "default other"
    MENU_UNKNOWN = "menu unknown"


#: Menus that are there and are not what we gave: the next apply does not trust them.
GARBLED: Final = frozenset({Kind.MENU_CHANGED, Kind.PICTURE_DIFFERS})

_WORDS: Final = {
    Kind.MENU_GONE: "{key}: {id} was deleted; apply makes it again",
    Kind.MENU_CHANGED: "{key}: {id} is not what was published; apply makes it again",
    Kind.PICTURE_DIFFERS: "{key}: {id} has another picture; apply makes it again",
    Kind.ALIAS_GONE: "{key}: the alias {alias} was deleted; apply makes it again",
    Kind.ALIAS_MOVED: "{key}: the alias {alias} means {other}; apply moves it back",
    Kind.ALIAS_UNKNOWN: "the alias {alias} means {other}; apply deletes it",
    Kind.DEFAULT_UNSET: "{key}: is not shown to everybody any more; apply shows it again",
    Kind.DEFAULT_OTHER: "{key}: everybody is shown {other} instead; apply shows it again",
    Kind.MENU_UNKNOWN: "{id} ({name}) was not made here; adopt it, or leave it alone",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference."""

    kind: Kind
    key: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return _WORDS[self.kind].format(key=self.key, **self.values)


async def drift(
    line: LineMenus,
    standing: Sequence[tuple[Version, Known]],
    *,
    default: str | None,
) -> list[Drift]:
    """Compare every menu, picture, alias and the default with what was published last.

    Args:
        line: each standing menu's picture is fetched.
        standing: versions, and what is known of them.
        default: the key of everybody's menu; none: nobody has one now.

    Raises:
        PublishError: LINE did not answer.
    """
    found = await line.look()
    ids = {version.key: known.rich_menu_id or "" for version, known in standing}
    told = [*_of_menus(found, standing)]
    gone = {one.key for one in told}
    for version, known in standing:
        if version.key not in gone:
            picture = await line.picture(ids[version.key])
            if hashlib.sha256(picture).hexdigest() != known.line_digest:
                told.append(Drift(Kind.PICTURE_DIFFERS, version.key, {"id": ids[version.key]}))
    told += _of_aliases(found, ids)
    told += _of_default(found, ids, default)
    told += [
        Drift(Kind.MENU_UNKNOWN, values={"id": menu.rich_menu_id, "name": menu.name})
        for menu in found.menus
        if menu.rich_menu_id not in ids.values()
    ]
    return told


def _of_menus(found: Found, standing: Sequence[tuple[Version, Known]]) -> Iterator[Drift]:
    there = {menu.rich_menu_id: menu for menu in found.menus}
    for version, known in standing:
        menu = there.get(known.rich_menu_id or "")
        values = {"id": known.rich_menu_id or "?"}
        if menu is None:
            yield Drift(Kind.MENU_GONE, version.key, values)
        elif not same_object(version.body, menu.body):
            yield Drift(Kind.MENU_CHANGED, version.key, values)


def _of_aliases(found: Found, ids: Mapping[str, str]) -> Iterator[Drift]:
    for key, rich_menu_id in ids.items():
        alias = ALIASES + key
        other = found.aliases.get(alias)
        if other is None:
            yield Drift(Kind.ALIAS_GONE, key, {"alias": alias})
        elif other != rich_menu_id:
            yield Drift(Kind.ALIAS_MOVED, key, {"alias": alias, "other": other})
    for alias, other in found.aliases.items():
        if alias.startswith(ALIASES) and alias.removeprefix(ALIASES) not in ids:
            yield Drift(Kind.ALIAS_UNKNOWN, values={"alias": alias, "other": other})


def _of_default(found: Found, ids: Mapping[str, str], default: str | None) -> Iterator[Drift]:
    if default is None or default not in ids:
        return
    if found.default is None:
        yield Drift(Kind.DEFAULT_UNSET, default)
    elif found.default != ids[default]:
        yield Drift(Kind.DEFAULT_OTHER, default, {"other": found.default})
