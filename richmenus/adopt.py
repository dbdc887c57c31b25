"""A menu found on LINE, written as a definition: it is ours from then on.

LINE's object + picture -> <key>.yaml + <key>.png, in the words of actions.py where they fit
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from bot import content
from bot.content.yaml_source import ContentError
from bot.line import limits
from bot.line.counting import graphemes
from bot.postbacks import parse
from richmenus.actions import ASKED
from richmenus.definition import SIZES, Area, read
from richmenus.picture import header
from richmenus.same import same_object
from richmenus.version import Version, version_of

_ENDINGS: Final = {"PNG": "png", "JPEG": "jpg"}
_WORDS: Final = {data.action: word for word, (data, _) in ASKED.items()}


class AdoptError(ValueError):
    """The menu cannot be written as a definition."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A menu that is ours now."""

    definition: Path
    image: Path
    #: As the definition describes it.
    version: Version
    #: Whether LINE's menu is just that; else it is to be made anew.
    is_same: bool


def adopt(folder: Path, key: str, found: Mapping[str, Any], picture: bytes) -> Adopted:
    """Write definition and picture.

    Raises:
        AdoptError: there is a definition of this key.
        PictureError: LINE's picture is none that we know.
    """
    definition = folder / f"{key}.yaml"
    if definition.exists():
        raise AdoptError(f"{definition} is there already; choose another --key")
    image = folder / f"{key}.{_ENDINGS[header(picture).format]}"
    if image.exists():
        raise AdoptError(f"{image} is there already; choose another --key")
    text = yaml.safe_dump(
        as_written(key, found, image.name), allow_unicode=True, sort_keys=False, width=99
    )
    image.write_bytes(picture)
    definition.write_text(f"# Found on LINE as {found['richMenuId']}.\n{text}", "utf-8")
    try:
        menu = read(definition)
    except ContentError as error:
        definition.unlink()
        image.unlink()
        raise AdoptError(str(error)) from error
    version = version_of(menu, folder=folder, brand=content.account().brand)
    return Adopted(definition, image, version, same_object(version.body, found))


def as_written(key: str, found: Mapping[str, Any], image: str) -> dict[str, Any]:
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
            _area(number, area, size) for number, area in enumerate(found.get("areas", ()), 1)
        ],
    }


def _area(number: int, area: Mapping[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    """Write one area; what LINE lets leave the picture ends at its edge here."""
    bounds, action = dict(area["bounds"]), dict(area["action"])
    bounds["width"] = min(bounds["width"], size[0] - bounds["x"])
    bounds["height"] = min(bounds["height"], size[1] - bounds["y"])
    label = _label(number, action)
    return {"bounds": bounds, "label": label, "action": _action(label, action)}


def _label(number: int, action: Mapping[str, Any]) -> str:
    for name in ("label", "displayText", "text"):
        said = str(action.get(name) or "").strip()
        if said and graphemes(said) <= limits.LABEL_GRAPHEMES:
            return said
    return f"エリア{number}"


def _action(label: str, action: Mapping[str, Any]) -> Any:
    """Write an action in words, if they mean exactly it; else as LINE has it."""
    wanted = {"label": label, **action}
    raw = {name: value for name, value in action.items() if name != "label"}
    for written in (*_guesses(action), {"advanced": {"line": raw}}):
        try:
            area = Area.model_validate({"label": label, "action": written})
        except ValidationError:
            continue
        if area.action.as_line(label) == wanted:
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
