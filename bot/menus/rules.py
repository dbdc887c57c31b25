"""The rules of who sees which menu, checked against the account's segments and menus.

    menus.yaml + Segments + known menus -> Rules -> choosing

They are read in two steps, for segments name the menus and rules name the segments:
``bot.content.menus`` reads the names, this module what is asked.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import orjson
from pydantic import Field, ValidationInfo, field_validator, model_validator

from bot import content
from bot.content.menus import MenuRule, MenuRules
from bot.content.yaml_source import Several, Source
from bot.people.derived import today_in_tokyo
from bot.segments import model
from bot.segments.atoms import Menu, sources
from bot.segments.service import Segments, UnknownSegmentError
from bot.store.types import from_ms

#: Any day will do to learn what a rule reads.
_SOME_DAY = today_in_tokyo(from_ms(0))

#: Without one, the keys of menus are not checked.
Known: TypeAlias = Collection[str] | None


class Rule(MenuRule):
    """Who sees which menu, and when."""

    when: model.Tree | None = None

    @field_validator("segment")
    @classmethod
    def _is_defined(cls, key: str | None, info: ValidationInfo) -> str | None:
        if key is not None:
            try:
                _asks_no_menu(_segments(info)[key].rule, _segments(info))
            except UnknownSegmentError as error:
                raise ValueError(str(error)) from None
        return key

    @field_validator("when")
    @classmethod
    def _reads_no_menu(cls, when: model.Rule | None, info: ValidationInfo) -> model.Rule | None:
        if when is not None:
            _asks_no_menu(when, _segments(info))
        return when

    @field_validator("menu")
    @classmethod
    def _is_known(cls, key: str, info: ValidationInfo) -> str:
        return _menu(key, info)

    def asked(self, segments: Segments) -> model.Rule:
        """Return what is asked of a friend."""
        if self.when is not None:
            return self.when
        return segments[str(self.segment)].rule


class Rules(MenuRules):
    """All rules."""

    rules: Several[Rule] = Field()

    @field_validator("default")
    @classmethod
    def _is_known(cls, key: str, info: ValidationInfo) -> str:
        return _menu(key, info)

    @model_validator(mode="after")
    def _names_differ(self) -> "Rules":
        keys = [rule.key for rule in self.rules if rule.key is not None]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(
                f"two rules are called {', '.join(twice)}; give each a key of its own"
            )
        return self

    def in_order(self) -> tuple[Rule, ...]:
        """Return the rules as they are asked: by priority, then as written."""
        return tuple(sorted(self.rules, key=lambda rule: -rule.priority))

    def number(self, rule: Rule) -> int:
        """Return a rule's place in the file, from 1."""
        return next(place for place, one in enumerate(self.rules, 1) if one is rule)


def load(path: Path, segments: Segments, *, menus: Known = None) -> Rules:
    """Read a file of rules.

    Args:
        path: such as ``menus.yaml``.
        segments: those that rules may name, and the fields they may ask of.
        menus: the keys of the account's menus.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return Source.open(path).parse(Rules, segments=segments, catalogue=segments.catalogue,
                                   menus=menus)  # fmt: skip


def of_content(segments: Segments, *, menus: Known = None, folder: Path = content.FOLDER) -> Rules:
    """Read the account's own rules.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return load(folder / "menus.yaml", segments, menus=menus)


def read(values: Any, segments: Segments, *, menus: Known = None, name: str = "rules") -> Rules:
    """Read rules from JSON values; problems call them ``name``.

    Raises:
        ContentError: lists each mistake with its place and mend.
    """
    source = Source(orjson.dumps(values).decode(), name=name)
    return source.parse(Rules, segments=segments, catalogue=segments.catalogue, menus=menus)


def _menu(key: str, info: ValidationInfo) -> str:
    known: Known = (info.context or {}).get("menus")
    if known is not None and key not in known:
        names = ", ".join(sorted(known)) or "none is defined"
        raise ValueError(
            f"there is no menu {key}; define it in richmenus/{key}.yaml, or choose one of {names}"
        )
    return key


def _segments(info: ValidationInfo) -> Segments:
    context: Mapping[str, Segments] = info.context or {}
    return context["segments"]


def _asks_no_menu(rule: model.Rule, segments: Segments) -> None:
    read = sources(segments.tree(rule, today=_SOME_DAY))
    if any(isinstance(source, Menu) for source in read):
        raise ValueError("asks which menu is shown, and would decide it; ask something else")
