"""The account's segments: who is in them, and in which one friend is.

content/segments/*.yaml -> Segments -> menus, deliveries, console
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import content
from bot.content import MenuRules
from bot.friends.model import Friend
from bot.people.bilingual import Bilingual
from bot.people.vocabulary import Vocabulary
from bot.segments import model, repository
from bot.segments.atoms import Tree
from bot.segments.catalogue import Catalogue
from bot.segments.facts import FactReader, Facts
from bot.segments.fields import catalogue
from bot.segments.memory import Predicate, predicate
from bot.segments.repository import Count
from bot.segments.resolve import resolve
from bot.store.unit import Unit
from bot.surveys.definition import Survey


def open_segments(
    vocabulary: Vocabulary,
    surveys: Mapping[str, Survey],
    menus: MenuRules,
    folder: Path = content.FOLDER,
) -> "Segments":
    """Read the segments of a content folder, against what this account can be asked.

    Args:
        vocabulary: refreshed, if rules may ask for attributes that were imported.
        surveys: by key.
        menus: who sees which.
        folder: whose ``segments/`` to read.

    Raises:
        ContentError: lists the mistakes of all files.
    """
    names = {menu: Bilingual.same(menu) for menu in sorted(menus.menus)}
    fields = catalogue(vocabulary, surveys=surveys, menus=names, default_menu=menus.default)
    return Segments(model.load_all(fields, folder), fields, FactReader(tuple(surveys)))


class UnknownSegmentError(LookupError):
    """The account has no segment of this key."""


class Segments:
    """The named rules of an account."""

    def __init__(
        self, segments: Mapping[str, model.Segment], catalogue: Catalogue, reader: FactReader
    ) -> None:
        self._segments = segments
        self._reader = reader
        self._day: date | None = None
        self._predicates: Mapping[str, Predicate] = {}
        self.catalogue = catalogue

    def __getitem__(self, key: str) -> model.Segment:
        try:
            return self._segments[key]
        except KeyError:
            known = ", ".join(self._segments) or "none is defined"
            raise UnknownSegmentError(f"there is no segment {key}; there are: {known}") from None

    @property
    def keys(self) -> Sequence[str]:
        """Every segment's key."""
        return tuple(self._segments)

    def replace(self, other: "Segments") -> None:
        """Be what others are, from now on: whoever holds these need not be told."""
        self._segments, self._reader = other._segments, other._reader  # noqa: SLF001 - its kind
        self.catalogue = other.catalogue
        self._day = None

    def tree(self, rule: model.Rule, *, today: date) -> Tree:
        """Return what a rule means on a day in Tokyo."""
        return resolve(rule, self.catalogue, today)

    async def count(self, connection: AsyncConnection, rule: model.Rule, *, today: date) -> Count:
        """Count the friends who fit a rule."""
        return await repository.count(connection, self.tree(rule, today=today))

    async def preload(self, unit: Unit, friends: Sequence[Friend]) -> None:
        """Read what segments ask of a batch's friends, in one statement a kind."""
        await self._reader.preload(unit, friends)

    async def facts(self, unit: Unit, friend: Friend) -> Facts:
        """Return what segments can know of a friend."""
        return await self._reader.read(unit, friend)

    async def of(self, unit: Unit, friend: Friend, *, today: date) -> frozenset[str]:
        """Return the keys of all segments a friend is in, as the events so far have left it."""
        return self.matching(await self.facts(unit, friend), today=today)

    def matching(self, facts: Facts, *, today: date) -> frozenset[str]:
        """Return the keys of all segments that facts fit."""
        if today != self._day:
            self._predicates = {
                key: predicate(self.tree(segment.rule, today=today))
                for key, segment in self._segments.items()
            }
            self._day = today
        return frozenset(key for key, fits in self._predicates.items() if fits(facts))
