"""What differs between two definitions, field by field, in words a person reads.

before, after -> differences -> Difference(field, before, after)
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

#: What the items of a list are called by, the first that all of them have.
_NAMES: Final = ("key", "value", "field", "label")
_LONGEST: Final = 60


class _Absent:
    """Stands for what is not there: None is a value."""


_ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not what it was."""

    field: str
    #: None: it was not there.
    before: str | None
    #: None: it is no longer there.
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.field}: + {self.after}"
        if self.after is None:
            return f"{self.field}: - {self.before}"
        return f"{self.field}: {self.before} -> {self.after}"


def differences(before: Any, after: Any) -> Iterator[Difference]:
    """List the fields that differ; items of a list are told apart by their keys."""
    yield from _compare("", before, after)


def _compare(field: str, before: Any, after: Any) -> Iterator[Difference]:
    if _same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            inner = f"{field}.{name}" if field else str(name)
            yield from _compare(inner, before.get(name, _ABSENT), after.get(name, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list) and _has_parts(before + after):
        yield from _compare_lists(field, before, after)
    else:
        yield Difference(field, _words(before), _words(after))


def _compare_lists(field: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    name = _name(before, after)
    if name is None:
        for index in range(max(len(before), len(after))):
            old, new = (each[index] if index < len(each) else _ABSENT for each in (before, after))
            yield from _compare(f"{field}[{index + 1}]", old, new)
        return
    old_items = {item[name]: item for item in before}
    new_items = {item[name]: item for item in after}
    for key in dict.fromkeys([*old_items, *new_items]):
        old, new = old_items.get(key, _ABSENT), new_items.get(key, _ABSENT)
        yield from _compare(f"{field}[{key}]", old, new)
    kept = [key for key in old_items if key in new_items]
    if kept != [key for key in new_items if key in old_items]:
        order = ", ".join(map(str, old_items)), ", ".join(map(str, new_items))
        yield Difference(f"{field} (order)", *map(_short, order))


def _name(before: Sequence[Any], after: Sequence[Any]) -> str | None:
    for name in _NAMES:
        lists = [[_called(item, name) for item in each] for each in (before, after)]
        if all(None not in keys and len(set(keys)) == len(keys) for keys in lists):
            return name
    return None


def _called(item: Any, name: str) -> str | None:
    called = item.get(name) if isinstance(item, Mapping) else None
    return called if isinstance(called, str) else None


def _has_parts(items: Sequence[Any]) -> bool:
    return any(isinstance(item, (Mapping, list)) for item in items)


def _same(one: Any, other: Any) -> bool:
    # 1, 1.0 and true are equal for Python, and differ in a definition.
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)


def _words(value: Any) -> str | None:
    if isinstance(value, _Absent):
        return None
    if isinstance(value, date):
        return str(value)
    return _short(json.dumps(value, ensure_ascii=False, default=str))


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
