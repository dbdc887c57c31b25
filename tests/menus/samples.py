"""Rules over an account with a field of every kind."""

from collections.abc import Mapping
from typing import Any, Final

from bot.menus import rules
from bot.menus.choosing import Chooser
from bot.menus.rules import Rules
from bot.segments import model
from bot.segments.facts import FactReader
from bot.segments.service import Segments
from tests.segments.samples import CATALOGUE, TEA

MENUS: Final = ("guest", "member", "vip", "spring")
WOMEN: Final = {"field": "attribute.sex", "op": "is", "value": "female"}
VIPS: Final = {"field": "tag", "op": "is", "value": "vip"}
MEMBERS: Final = {"field": "member", "op": "is", "value": True}


def segments(**trees: Any) -> Segments:
    """Segments by key, of this account."""
    named: Mapping[str, model.Segment] = {
        key: model.Segment(key=key, name=key, rule=model.read(tree, CATALOGUE))
        for key, tree in trees.items()
    }
    return Segments(named, CATALOGUE, FactReader([TEA.key]))


SEGMENTS: Final = segments(women=WOMEN, vips=VIPS)


def rule_set(*written: dict[str, Any], default: str = "guest") -> Rules:
    """Rules as they would be written in YAML."""
    return rules.read(
        {"rules": list(written), "default": default}, SEGMENTS, menus=MENUS, name="menus.yaml"
    )


def chooser(*written: dict[str, Any], default: str = "guest") -> Chooser:
    """The rules, ready to ask."""
    return Chooser(rule_set(*written, default=default), SEGMENTS)
