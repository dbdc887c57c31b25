"""What can be done with a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from bot.people.model import PeopleError, Person
from bot.people.repository import PEOPLE
from bot.people.vocabulary import Vocabulary
from bot.store import arrival
from bot.store.tables.friends import attribute_changes, tag_changes
from bot.store.unit import Unit

_log = structlog.get_logger(__name__)


class People:
    """Customers and what is known of them."""

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        """Choose what can be said of people; by default what the content files define."""
        self.vocabulary = vocabulary or Vocabulary.of_content()

    async def of(self, unit: Unit, person_id: int) -> Person:
        """Return a person that is known to exist.

        Raises:
            LookupError: nobody has this id.
        """
        person = await unit.get(PEOPLE, person_id)
        if person is None:
            raise LookupError(f"no person {person_id}")
        return person

    def create(self, unit: Unit, *, now: datetime) -> Person:
        """Start a new customer."""
        person = Person(person_id=arrival.number(), created_at=now)
        unit.put(PEOPLE, person.person_id, person)
        return person

    async def learn(
        self,
        unit: Unit,
        person_id: int,
        attributes: Mapping[str, Any],
        *,
        source: str,
        now: datetime,
    ) -> Person:
        """Set attributes and keep who said so; what is known already is left alone.

        Args:
            unit: the batch being worked on.
            person_id: whose attributes.
            attributes: JSON values by attribute name; None: it is no longer known.
            source: such as ``survey:welcome:1``; :mod:`bot.people.history` lists the others.
            now: when it was said.

        Raises:
            UnknownAttributeError: nobody defined one of them.
            UnfitError: a value does not fit its attribute.
        """
        person = await self.of(unit, person_id)
        news = {k: v for k, v in attributes.items() if person.attributes.get(k) != v}
        if not news:
            return person
        await self._check(unit, news)
        person = person.knowing(**news)
        unit.put(PEOPLE, person_id, person)
        for name, value in news.items():
            change = {"id": arrival.number(), "person_id": person_id, "name": name}
            change |= {"value": value, "source": source, "changed_at": now}
            unit.add(attribute_changes, change)
        return person

    async def learn_what_fits(
        self,
        unit: Unit,
        person_id: int,
        attributes: Mapping[str, Any],
        *,
        source: str,
        now: datetime,
    ) -> Person:
        """Set the attributes that can be kept now, and leave out the others.

        A definition may go, or offer less, while a friend is half way through what sets it. That
        must not cost them the rest.
        """
        try:
            return await self.learn(unit, person_id, attributes, source=source, now=now)
        except PeopleError:
            fitting = {k: v for k, v in attributes.items() if v is None or self._fits(k, v)}
            left_out = sorted(attributes.keys() - fitting.keys())
            _log.warning("people.not_kept", attributes=left_out, source=source)
            return await self.learn(unit, person_id, fitting, source=source, now=now)

    async def tag(
        self,
        unit: Unit,
        person_id: int,
        tag: str,
        *,
        reason: str,
        source: str,
        now: datetime,
    ) -> Person:
        """Put a tag on a person; one that is there already stays, with its first reason.

        Raises:
            UnknownTagError: nobody defined it.
        """
        person = await self.of(unit, person_id)
        if tag in person.tags:
            return person
        if tag not in self.vocabulary.tags:
            await self.vocabulary.refresh(unit.connection)
        person = person.tagged(self.vocabulary.tags[tag].key)
        self._keep_tag(unit, person, tag, added=True, reason=reason, source=source, now=now)
        return person

    async def untag(
        self,
        unit: Unit,
        person_id: int,
        tag: str,
        *,
        reason: str,
        source: str,
        now: datetime,
    ) -> Person:
        """Take a tag off a person, if it is there."""
        person = await self.of(unit, person_id)
        if tag not in person.tags:
            return person
        person = person.untagged(tag)
        self._keep_tag(unit, person, tag, added=False, reason=reason, source=source, now=now)
        return person

    async def _check(self, unit: Unit, news: Mapping[str, Any]) -> None:
        values = {name: value for name, value in news.items() if value is not None}
        try:
            for name, value in values.items():
                self.vocabulary.check(name, value)
        except PeopleError:  # another process may have defined it since
            await self.vocabulary.refresh(unit.connection)
            for name, value in values.items():
                self.vocabulary.check(name, value)

    def _fits(self, name: str, value: Any) -> bool:
        try:
            self.vocabulary.check(name, value)
        except PeopleError:
            return False
        return True

    def _keep_tag(
        self,
        unit: Unit,
        person: Person,
        tag: str,
        *,
        added: bool,
        reason: str,
        source: str,
        now: datetime,
    ) -> None:
        unit.put(PEOPLE, person.person_id, person)
        change = {"id": arrival.number(), "person_id": person.person_id, "tag": tag}
        change |= {"added": added, "reason": reason, "source": source, "changed_at": now}
        unit.add(tag_changes, change)
