"""A TCP proxy on loopback, to cut, delay and refuse the connections that go through it.

children -> Proxy (one port that stays) -> targets (ports that come and go, asked in turn)
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

HOST: Final = "127.0.0.1"
_CHUNK: Final = 65_536
#: How long connections that were cut may take to be gone.
_GOODBYE_SECONDS: Final = 1.0
#: How long a port that was given back may be held by somebody else.
_REBIND_SECONDS: Final = 5.0


class Proxy:
    """Stands in front of a server."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.port = 0
        #: Ports behind the proxy.
        self.targets: Sequence[int] = ()
        #: Seconds that everything passing is held back.
        self.delay = 0.0
        self._next = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        if self._server is not None:
            return
        deadline = asyncio.get_running_loop().time() + _REBIND_SECONDS
        while True:
            try:
                self._server = await asyncio.start_server(self._serve, HOST, self.port)
            except OSError:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.05)
            else:
                break
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Cut every connection and take no new one until ``start``."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self.cut()
        deadline = asyncio.get_running_loop().time() + _GOODBYE_SECONDS
        while self._open and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - they set no event
            await asyncio.sleep(0.005)
        await asyncio.sleep(0)  # what was cut is told so

    def cut(self) -> None:
        """Break every connection as a failing network does, in the middle of whatever it says."""
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            there = await self._connect()
            if there is None:
                return
            self._open.add(there[1])
            try:
                await asyncio.gather(self._pump(reader, there[1]), self._pump(there[0], writer))
            finally:
                self._open.discard(there[1])
                there[1].transport.abort()
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(len(self.targets)):
            self._next += 1
            port = self.targets[self._next % len(self.targets)]
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(HOST, port)
        return None

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(chunk)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
