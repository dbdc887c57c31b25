"""A menu found on LINE, written as a definition: it is ours from then on.

LINE's object + picture -> Written (in the words of actions.py where they fit) -> a folder,
or the account's definitions
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.content import stored
from bot.content.model import Kind
from bot.content.writing import text_of
from bot.content.yaml_source import ContentError, Source
from bot.line import limits
from bot.line.counting import graphemes
from bot.postbacks import parse
from richmenus import pictures
from richmenus.actions import ASKED, Does
from richmenus.definition import SIZES, Area, Menu
from richmenus.picture import header
from richmenus.pictures import Origin
from richmenus.same import same_object
from richmenus.version import Version, digest_of, filled, outline_of

_ENDINGS: Final = {"PNG": "png", "JPEG": "jpg"}
_WORDS: Final = {data.action: word for word, (data, _) in ASKED.items()}


class AdoptError(ValueError):
    """The menu cannot be written as a definition."""


@dataclass(frozen=True, slots=True)
class Written:
    """A menu found on LINE, in the words of a definition."""

    rich_menu_id: str
    values: Mapping[str, Any]
    #: The name of its picture, beside the definition.
    image: str
    version: Version
    #: Whether LINE's menu is just that; else it is to be made anew.
    is_same: bool

    @property
    def key(self) -> str:
        """The key of the new definition."""
        return self.version.key


def written(
    key: str, found: Mapping[str, Any], picture: bytes, *, fits: Callable[[Does], bool]
) -> Written:
    """Say a menu of LINE's in the words of a definition.

    Args:
        key: of the new definition.
        found: as LINE returns it.
        picture: as LINE keeps it.
        fits: whether the account can answer an action; what it cannot stays as LINE has it.

    Raises:
        AdoptError: it cannot be said.
        PictureError: LINE's picture is none that we know.
    """
    image = f"{key}.{_ENDINGS[header(picture).format]}"
    values = as_written(key, found, image, fits=fits)
    try:
        menu = Source(text_of(values), name=str(found["richMenuId"])).parse(Menu)
    except ContentError as error:
        raise AdoptError(str(error)) from error
    version = filled(outline_of(menu, digest_of(picture)), picture)
    is_same = same_object(version.body, found)
    return Written(str(found["richMenuId"]), values, image, version, is_same)


def into_folder(folder: Path, menu: Written) -> tuple[Path, Path]:
    """Write definition and picture as files.

    Raises:
        AdoptError: there is one of them already.
    """
    definition, image = folder / f"{menu.key}.yaml", folder / menu.image
    for path in (definition, image):
        if path.exists():
            raise AdoptError(f"{path} is there already; choose another --key")
    text = yaml.safe_dump(dict(menu.values), allow_unicode=True, sort_keys=False, width=99)
    folder.mkdir(parents=True, exist_ok=True)
    image.write_bytes(menu.version.picture)
    definition.write_text(f"# Found on LINE as {menu.rich_menu_id}.\n{text}", "utf-8")
    return definition, image


async def into_account(
    connection: AsyncConnection, menu: Written, *, known: Collection[str], now: datetime
) -> None:
    """Write definition and picture into the account, as a change of it.

    Args:
        connection: in a transaction.
        menu: what was found.
        known: keys of the account's menus.
        now: the moment.

    Raises:
        AdoptError: there is a menu of this key already.
    """
    await stored.begin(connection, now=now)
    if menu.key in known:
        raise AdoptError(f"the account has a menu {menu.key} already; choose another --key")
    source = f"adopt:{menu.rich_menu_id}"
    values = dict(menu.values)
    await stored.put(connection, Kind.RICH_MENU, menu.key, values, source=source, now=now)
    named = (Origin.FILE, menu.image)
    await pictures.put(connection, named, menu.version.picture, source=source, now=now)


def as_written(
    key: str, found: Mapping[str, Any], image: str, *, fits: Callable[[Does], bool]
) -> dict[str, Any]:
    """Return a menu of LINE's as an author would write it."""
    size = (found["size"]["width"], found["size"]["height"])
    named = next((name for name, pixels in SIZES.items() if pixels == size), None)
    return {
        "key": key,
        "bar_text": found["chatBarText"],
        "size": named or {"width": size[0], "height": size[1]},
        **({} if found.get("selected", True) else {"opened": False}),
        "image": image,
        "areas": [
            _area(number, area, size, fits)
            for number, area in enumerate(found.get("areas", ()), 1)
        ],
    }


def _area(
    number: int, area: Mapping[str, Any], size: tuple[int, int], fits: Callable[[Does], bool]
) -> dict[str, Any]:
    """Write one area; what LINE lets leave the picture ends at its edge here."""
    bounds, action = dict(area["bounds"]), dict(area["action"])
    bounds["width"] = min(bounds["width"], size[0] - bounds["x"])
    bounds["height"] = min(bounds["height"], size[1] - bounds["y"])
    label = _label(number, action)
    return {"bounds": bounds, "label": label, "action": _action(label, action, fits)}


def _label(number: int, action: Mapping[str, Any]) -> str:
    for name in ("label", "displayText", "text"):
        said = str(action.get(name) or "").strip()
        if said and graphemes(said) <= limits.LABEL_GRAPHEMES:
            return said
    return f"エリア{number}"


def _action(label: str, action: Mapping[str, Any], fits: Callable[[Does], bool]) -> Any:
    """Write an action in words, if they mean exactly it; else as LINE has it."""
    wanted = {"label": label, **action}
    raw = {name: value for name, value in action.items() if name != "label"}
    for written in (*_guesses(action), {"advanced": {"line": raw}}):
        try:
            area = Area.model_validate({"label": label, "action": written})
        except ValidationError:
            continue
        if area.action.as_line(label) == wanted and fits(area.action):
            return written
    raise AdoptError(f"{label}: an action that LINE takes no more: {action.get('type')}")


def _guesses(action: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what an author might have written; whether it means the same is seen afterwards."""
    ours, values = parse(str(action.get("data", "")))
    uri = str(action.get("uri", ""))
    match action.get("type"):
        case "postback":
            if ours in _WORDS:
                yield _WORDS[ours]
            yield {"survey": values.get("survey", "")}
            said = action.get("displayText")
            more = {} if said is None else {"display_text": said}
            yield {"advanced": {"postback": action.get("data", ""), **more}}
        case "uri":
            yield {"tel": uri.removeprefix("tel:")}
            yield {"url": uri}
        case "message":
            yield {"text": action.get("text", "")}
        case "richmenuswitch":
            yield {"tab": values.get("menu", "")}
        case "datetimepicker":
            days = {"initial": "initial", "min": "earliest", "max": "latest"}
            given = {
                ours: _day(action[theirs]) for theirs, ours in days.items() if theirs in action
            }
            yield {"date": values.get("attribute", ""), **given}
        case _:
            return


def _day(value: str) -> date | str:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value
