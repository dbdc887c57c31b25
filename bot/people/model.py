"""A person and what is known of them; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self


class PeopleError(Exception):
    """Something that cannot be known of a person, or not like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer."""

    person_id: int
    #: What is known, by attribute name; JSON values.
    attributes: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    #: Keys of the tags they carry, sorted.
    tags: tuple[str, ...] = ()
    created_at: datetime
    #: 0 until first stored.
    version: int = 0

    def knowing(self, **attributes: Any) -> Self:
        """Return the person with more attributes known; None: this one no longer is."""
        known = {**self.attributes, **attributes}
        return replace(self, attributes={k: v for k, v in known.items() if v is not None})

    def tagged(self, *tags: str) -> Self:
        """Return the person with these tags added."""
        return replace(self, tags=tuple(sorted({*self.tags, *tags})))

    def untagged(self, *tags: str) -> Self:
        """Return the person without these tags."""
        return replace(self, tags=tuple(tag for tag in self.tags if tag not in tags))
