"""Keeping bytes under the name of their content: the same picture twice is kept once.

bytes -> sha-256 -> files/ab/cdef…    (a folder; the protocol is what an object store offers, too)
"""

import asyncio
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Final, Protocol

_KEY: Final = re.compile(r"[0-9a-f]{64}")


class FileStore(Protocol):
    """Takes bytes and gives them back by key."""

    async def put(self, data: bytes) -> str:
        """Keep bytes; return their key. Kept already, nothing happens."""
        ...

    async def get(self, key: str) -> bytes | None:
        """Return bytes; None: nothing is kept under this key."""
        ...

    async def delete(self, key: str) -> None:
        """Forget bytes; what is not there is forgotten already."""
        ...


class FolderStore:
    """A file store in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, data: bytes) -> str:
        """Keep bytes; a crash leaves either all of them or none."""
        key = hashlib.sha256(data).hexdigest()
        await asyncio.to_thread(self._write, key, data)
        return key

    async def get(self, key: str) -> bytes | None:
        """Return bytes."""
        return await asyncio.to_thread(self._read, key)

    async def delete(self, key: str) -> None:
        """Forget bytes."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def path(self, key: str) -> Path | None:
        """Return where the bytes lie, for a server that sends files by itself; None: nowhere."""
        path = self._path(key)
        return path if path.is_file() else None

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("not the key of a file")
        return self._folder / key[:2] / key[2:]

    def _write(self, key: str, data: bytes) -> None:
        path = self._path(key)
        if path.is_file() and path.stat().st_size == len(data):
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            with half.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)

    def _read(self, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None
