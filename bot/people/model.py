"""A person and what is known of them; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer."""

    person_id: int
    #: What is known, by attribute name; JSON values.
    attributes: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    created_at: datetime
    #: 0 until first stored.
    version: int = 0

    def knowing(self, **attributes: Any) -> Self:
        """Return the person with more attributes known."""
        return replace(self, attributes={**self.attributes, **attributes})
