"""JSON Schemas of every file an account is written in, for editors that complete and check.

    models -> schemas -> docs/schemas/*.json <- "# yaml-language-server: $schema=…" in a file

They say what a schema can; what definitions say of each other is for ``enishi content plan``.
"""

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bot.content import Account, Stickers, Wallet
from bot.coupons.campaign import Campaign
from bot.coupons.stamp_rules import StampRules
from bot.membership.ranks import RankRules
from bot.membership.settings import CardRules
from bot.menus.rules import Rules
from bot.people.definition import AttributesFile
from bot.people.tags import TagsFile
from bot.points.rules import PointRules
from bot.segments.model import Segment
from bot.surveys.definition import Survey
from richmenus.definition import Menu

#: By the name of the schema.
MODELS: Final[Mapping[str, type[BaseModel]]] = {
    "account": Account,
    "attributes": AttributesFile,
    "coupon": Campaign,
    "membership": CardRules,
    "menus": Rules,
    "points": PointRules,
    "ranks": RankRules,
    "richmenu": Menu,
    "segment": Segment,
    "stamps": StampRules,
    "stickers": Stickers,
    "survey": Survey,
    "tags": TagsFile,
    "wallet": Wallet,
}

_FIELD: Final = re.compile(r"    (\w+):")
_NOTE: Final = re.compile(r"    #: ?(.*)")
_REFERENCE: Final = re.compile(r":\w+:`~?([\w.]+)`|``([^`]*)``")


@cache
def texts() -> Mapping[str, str]:
    """Return every schema as the text of its file, by file name."""
    return {f"{name}.json": _text(name, model) for name, model in sorted(MODELS.items())}


def _text(name: str, model: type[BaseModel]) -> str:
    made = model.model_json_schema(schema_generator=_Commented)
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": f"Enishi: {name}"}
    return (
        json.dumps({**head, **made, "title": head["title"]}, indent=2, ensure_ascii=False) + "\n"
    )


class _Commented(GenerateJsonSchema):
    """Describes fields with the comments above them, for whoever hovers over one."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a model, in words for its author."""
        made, model = super().model_schema(schema), schema["cls"]
        notes = dict(_inherited(model))
        names = {field.alias or name: name for name, field in model.model_fields.items()}
        for written, described in made.get("properties", {}).items():
            described.pop("title", None)
            if note := notes.get(names.get(written, written)):
                described["description"] = note
        made.pop("title", None)
        if "description" in made:
            made["description"] = _plain(made["description"].partition("\n\n")[0])
        return made


def _inherited(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    for cls in reversed(model.__mro__):
        if issubclass(cls, BaseModel) and cls is not BaseModel:
            yield from _notes(cls)


@cache
def _notes(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """List the fields of a class with the ``#:`` lines above each."""
    found, above = [], list[str]()
    for line in _classes(model.__module__).get(model.__qualname__, ()):
        if note := _NOTE.fullmatch(line):
            above.append(note[1])
            continue
        if (field := _FIELD.match(line)) and above:
            found.append((field[1], _plain(" ".join(above))))
        above = []
    return tuple(found)


@cache
def _classes(module: str) -> Mapping[str, list[str]]:
    """Return the lines of a module's classes, by name; inspect would parse it for each anew."""
    text = inspect.getsource(sys.modules[module])
    lines, nodes = text.splitlines(), ast.parse(text).body
    classes = (node for node in nodes if isinstance(node, ast.ClassDef))
    return {node.name: lines[node.lineno : node.end_lineno] for node in classes}


def _plain(words: str) -> str:
    return _REFERENCE.sub(lambda found: found[1] or found[2], words).replace("\n", " ")
