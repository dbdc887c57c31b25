"""Attributes of every kind, small enough to hold in the head."""

from typing import Any, Final

import orjson

from bot.people.definition import ATTRIBUTE, Attribute, Definitions

TEA: Final = [
    {"value": "green", "label": {"ja": "緑茶", "en": "Green tea"}},
    {"value": "black", "label": {"ja": "紅茶", "en": "Black tea"}},
    {"value": "oolong", "label": {"ja": "烏龍茶", "en": "Oolong"}},
]


def attribute(kind: str, key: str = "it", **more: Any) -> Attribute:
    """Define an attribute as a file would."""
    label = more.pop("label", {"ja": f"{key}の欄", "en": key.title()})
    return ATTRIBUTE.validate_json(
        orjson.dumps({"kind": kind, "key": key, "label": label, **more})
    )


def every_kind() -> Definitions:
    """Define one attribute of each kind, named as its kind."""
    return Definitions(
        [
            attribute("text", "text"),
            attribute("number", "number"),
            attribute("choice", "choice", choices=TEA),
            attribute("multi_choice", "multi_choice", choices=TEA),
            attribute("date", "date"),
            attribute("boolean", "boolean"),
            attribute("postal_code", "postal_code"),
            attribute("prefecture", "prefecture"),
            attribute("phone", "phone"),
            attribute("email", "email"),
        ]
    )
