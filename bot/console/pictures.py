"""Pictures of friends and stickers, which lie at LINE: fetched by us, so that browsers need not.

address -> is it LINE's? -> GET -> checked, made small -> kept in memory for those who ask next

A picture that is not to be had is asked for again only after a while; screens show a letter.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import aiohttp
import structlog
from aiohttp import web

from bot.files.kinds import LINE_PICTURES, type_of
from bot.files.pictures import PictureError, thumbnail
from bot.line.pictures import is_of_line

_log = structlog.get_logger(__name__)

#: What a screen shows of a face, for fine displays.
SIDE: Final = 128
_MOST_BYTES: Final = 2_000_000
#: Some 8 kB each.
_KEPT: Final = 2_000
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5, connect=2)
_AGAIN_SECONDS: Final = 300.0
_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """One that can be shown."""

    data: bytes
    content_type: str


class LinePictures:
    """Fetches them."""

    def __init__(self, base: str) -> None:
        """Name LINE's address, or that of what stands in for it."""
        self._base = base
        self._http: aiohttp.ClientSession | None = None
        self._kept: OrderedDict[str, tuple[float, Picture | None]] = OrderedDict()
        self._asked: dict[str, asyncio.Task[Picture | None]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have connections while inside."""
        async with aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, timeout=_TIMEOUT
        ) as self._http:
            yield
            for task in list(self._asked.values()):
                task.cancel()
            await asyncio.gather(*self._asked.values(), return_exceptions=True)

    async def get(self, url: str, *, is_small: bool = True) -> Picture | None:
        """Return a picture, or None: it is not LINE's, not there, or none.

        Args:
            url: of the picture.
            is_small: made a small JPEG; else as it came, a PNG say, with what is see-through.
        """
        if not is_of_line(url, base=self._base):
            return None
        now = asyncio.get_running_loop().time()
        if (kept := self._kept.get(url)) is not None and (kept[1] or now < kept[0]):
            self._kept.move_to_end(url)
            return kept[1]
        if url not in self._asked:  # everybody who asks meanwhile waits for the one fetch
            self._asked[url] = asyncio.create_task(self._fetch(url, is_small=is_small))
        try:
            return await asyncio.shield(self._asked[url])
        finally:
            if url in self._asked and self._asked[url].done():
                del self._asked[url]

    async def _fetch(self, url: str, *, is_small: bool) -> Picture | None:
        found = None
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, PictureError):
            async with self._slots:
                data = await self._read(url)
            if data and is_small:
                found = Picture((await thumbnail(data, side=SIDE)).jpeg, "image/jpeg")
            elif data and type_of(data) in LINE_PICTURES:
                found = Picture(data, type_of(data))
        if found is None:
            _log.info("picture.not_there", host=url.split("/")[2])
        again = asyncio.get_running_loop().time() + _AGAIN_SECONDS
        self._kept[url] = (again, found)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    async def _read(self, url: str) -> bytes | None:
        if self._http is None:
            return None
        async with self._http.get(url, allow_redirects=False) as answer:
            if answer.status != HTTPStatus.OK:
                return None
            data = bytearray()
            async for chunk in answer.content.iter_chunked(64 * 1024):
                data += chunk
                if len(data) > _MOST_BYTES:
                    return None
        return bytes(data)


PICTURES: Final = web.AppKey("PICTURES", LinePictures)
