"""What can be done with a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.people.model import Person
from bot.people.repository import PEOPLE
from bot.store import arrival
from bot.store.tables.friends import attribute_changes
from bot.store.unit import Unit


class People:
    """Customers and what is known of them."""

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
            attributes: JSON values by attribute name.
            source: such as ``survey:welcome:1``.
            now: when it was said.
        """
        person = await self.of(unit, person_id)
        news = {k: v for k, v in attributes.items() if person.attributes.get(k, ...) != v}
        if not news:
            return person
        person = person.knowing(**news)
        unit.put(PEOPLE, person_id, person)
        for name, value in news.items():
            change = {"id": arrival.number(), "person_id": person_id, "name": name}
            change |= {"value": value, "source": source, "changed_at": now}
            unit.add(attribute_changes, change)
        return person
