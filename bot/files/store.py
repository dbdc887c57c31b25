"""Keeping bytes under the name of their content: the same picture twice is kept once.

bytes -> sha-256 -> files/ab/cdef…    (a folder; the protocol is what an object store offers, too)
"""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO, Final, Protocol, TypeVar

_KEY: Final = re.compile(r"[0-9a-f]{64}")
_Seen = TypeVar("_Seen")


class FileStore(Protocol):
    """Takes bytes and gives them back by key."""

    async def put(self, data: bytes) -> str:
        """Keep bytes; return their key. Kept already, nothing happens."""
        ...

    async def get(self, key: str) -> bytes | None:
        """Return bytes; None: nothing is kept under this key."""
        ...

    async def take(
        self, pieces: AsyncIterator[bytes], look: Callable[[Path], _Seen]
    ) -> tuple[str, _Seen]:
        """Keep bytes as they come, once somebody has looked at all of them."""
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

    async def take(
        self, pieces: AsyncIterator[bytes], look: Callable[[Path], _Seen]
    ) -> tuple[str, _Seen]:
        """Keep bytes as they come; nothing stays of what ``look`` or ``pieces`` refuse.

        Args:
            pieces: of the bytes, in order; they never are in memory together.
            look: called in a thread with where all of them are; what it raises is raised.

        Returns:
            The key, and what ``look`` saw.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = self._folder / f"taking.{secrets.token_hex(8)}"
        digest = hashlib.sha256()
        try:
            with half.open("xb") as file:
                async for piece in pieces:
                    digest.update(piece)
                    await asyncio.to_thread(file.write, piece)
                await asyncio.to_thread(_finish, file)
            seen = await asyncio.to_thread(look, half)
            key = digest.hexdigest()
            await asyncio.to_thread(self._place, half, self._path(key))
        finally:
            half.unlink(missing_ok=True)
        return key, seen

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
                _finish(file)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)

    def _place(self, half: Path, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half.replace(path)

    def _read(self, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None


def _finish(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
