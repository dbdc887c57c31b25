"""Flex bubbles, one Jinja2 template of JSON each.

    render("help", account=..., buttons=[...]) -> help.json.j2 -> dict, for bot.line.messages.flex
    prepared("member_card", "number", ...)     -> .fill(number="2 0...") -> the same as raw JSON

Every ``{{ expression }}`` becomes JSON by itself, whoever wrote it: no name or text can break out
of a bubble, and templates put no quotes around values. All templates take ``account``; each names
the rest of what it takes in its first line.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, Undefined
from markupsafe import Markup

_FOLDER: Final = Path(__file__).parent
#: Wraps the name of a text to be filled in; private-use characters, which no text contains.
_SLOT: Final = re.compile("\ue000(.+?)\ue001")


class FlexTemplateError(RuntimeError):
    """A template is missing, lacks a value or does not make JSON."""


class Prepared:
    """A bubble of which only a few texts vary; filling it costs microseconds."""

    def __init__(self, bubble: dict[str, Any]) -> None:
        """Split the JSON of a bubble at its slots."""
        source = json.dumps(bubble, ensure_ascii=False, separators=(",", ":"))
        self._parts = _SLOT.split(source)

    def fill(self, **texts: str) -> orjson.Fragment:
        """Put the texts in, each wherever the template used it.

        Raises:
            KeyError: a text is missing.
        """
        parts = self._parts.copy()
        for index in range(1, len(parts), 2):
            parts[index] = orjson.dumps(texts[parts[index]]).decode()[1:-1]
        return orjson.Fragment("".join(parts))


def render(name: str, /, **values: object) -> dict[str, Any]:
    """Fill ``<name>.json.j2``.

    Args:
        name: the template, without its suffix.
        values: anything JSON can carry, or objects whose attributes the template reads.

    Raises:
        FlexTemplateError: names the template and what is wrong with it.
    """
    return _filled(_environment(), name, values)


def slot(text: str) -> str:
    """Return the place of a text to be filled in, where it lies inside another value."""
    return f"\ue000{text}\ue001"


def prepared(name: str, /, *texts: str, **constants: object) -> Prepared:
    """Render once what is the same for every friend, and leave the named texts open.

    Args:
        name: as for ``render``.
        texts: values to come, as strings; the template may place them, not decide by them.
            Those inside of other values are named by ``slot``.
        constants: all other values.
    """
    slots = {text: slot(text) for text in texts}
    return Prepared(render(name, **constants, **slots))


def _filled(environment: Environment, name: str, values: dict[str, object]) -> dict[str, Any]:
    try:
        text = environment.get_template(f"{name}.json.j2").render(values)
        bubble: dict[str, Any] = json.loads(text)
    except TemplateError as error:
        raise FlexTemplateError(f"flex template {name}: {error}") from error
    except (TypeError, ValueError) as error:
        raise FlexTemplateError(f"flex template {name} made no JSON: {error}") from error
    return bubble


@cache
def _environment() -> Environment:
    return _opened(_FOLDER)


def _opened(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,  # marks what macros make as Markup, so that finalize lets it through
        finalize=_as_json,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _as_json(value: object) -> Markup:
    """Turn what an expression made into JSON; what a macro made is JSON already."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, Undefined):
        str(value)  # raises, naming the variable
    return Markup(json.dumps(value, ensure_ascii=False))  # noqa: S704 -- JSON, never shown as HTML
