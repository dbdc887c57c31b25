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
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from bot.emulator.model import World


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
        return typing.cast("World", _build(World, orjson.loads(data)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableStateError(str(error)) from error


@functools.cache
def _field_types(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _build(hint: Any, value: Any) -> Any:
    """Turn parsed JSON into the annotated type."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = _field_types(hint)
        return hint(**{k: _build(hints[k], v) for k, v in value.items() if k in hints})
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        inner = next(item for item in arguments if item is not type(None))
        return None if value is None else _build(inner, value)
    if origin is dict:
        return {key: _build(arguments[1], item) for key, item in value.items()}
    if origin is list:
        return [_build(arguments[0], item) for item in value]
    return value


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
