"""Saving and restoring the platform's state: one JSON file, and a folder of media beside it.

    World -> snapshot bytes -> FILE (replaced in one step)      media -> FILE.media/<sha256>

A file of another shape is refused with an error that says so; it is never half-read.
"""

import dataclasses
import functools
import hashlib
import os
import types
import typing
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from bot.emulator.model import World

#: Turns parsed JSON into a value.
Build: TypeAlias = Callable[[Any], Any]


class UnreadableStateError(Exception):
    """The state file is not one of this emulator's; delete it or name another."""


def encode(world: World) -> bytes:
    """Return the state as JSON."""
    return orjson.dumps(world)


def decode(data: bytes) -> World:
    """Return the state that ``encode`` wrote.

    Raises:
        UnreadableStateError: the bytes are not such a state.
    """
    try:
        return typing.cast("World", _dataclass_builder(World)(orjson.loads(data)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableStateError(str(error)) from error


@functools.cache
def _builder(hint: Any) -> Build | None:
    """Return what turns parsed JSON into the annotated type; None when it is that already."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _dataclass_builder(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        return _optional(_builder(next(item for item in arguments if item is not type(None))))
    if origin is dict:
        return _mapping(_builder(arguments[1]))
    if origin is list:
        return _sequence(_builder(arguments[0]))
    return None


def _optional(inner: Build | None) -> Build | None:
    return inner and (lambda value: None if value is None else inner(value))


def _mapping(item: Build | None) -> Build | None:
    return item and (lambda value: {key: item(entry) for key, entry in value.items()})


def _sequence(item: Build | None) -> Build | None:
    return item and (lambda value: [item(entry) for entry in value])


def _dataclass_builder(cls: type) -> Build:
    """Return what makes a dataclass; fields it no longer has are left out."""
    hints = typing.get_type_hints(cls)
    names = frozenset(hints)
    builders = {name: make for name, hint in hints.items() if (make := _builder(hint))}

    def build(value: dict[str, Any]) -> Any:
        if not names.issuperset(value):
            value = {key: item for key, item in value.items() if key in names}
        for name, make in builders.items():
            if name in value:
                value[name] = make(value[name])
        return cls(**value)

    return build


class MediaStore:
    """Files by the hash of their bytes: in memory, and in a folder when there is one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._files: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """Keep bytes and return the key to get them back."""
        key = hashlib.sha256(data).hexdigest()
        if key not in self._files:
            self._files[key] = data
            if self._folder is not None:
                self._folder.mkdir(parents=True, exist_ok=True)
                write_atomically(self._folder / key, data)
        return key

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under a key."""
        if key not in self._files and self._folder is not None:
            path = self._folder / key
            if path.is_file():
                self._files[key] = path.read_bytes()
        return self._files.get(key)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file in one step, so that a crash leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.write_bytes(data)
    draft.replace(path)


def media_folder(state_path: Path) -> Path:
    """Return the folder that holds the media of a state file."""
    return state_path.with_name(f"{state_path.name}.media")
