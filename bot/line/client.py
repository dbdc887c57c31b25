"""The one way to LINE's API.

    dispatcher, menus, account -> LineClient -> LINE -> Answer

A call never raises for what LINE or the network does, and never tries again on its own: whether
to repeat a call is the dispatcher's decision, and depends on what the call would cost twice.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from http import HTTPStatus
from time import perf_counter
from typing import Any, Final, TypeAlias

import aiohttp
import orjson
from multidict import CIMultiDict
from yarl import URL

from bot.line.answers import Answer, Outcome, read
from bot.line.endpoints import endpoint_of
from bot.line.wire import NotConnectedError, Wire

__all__ = ["Answer", "LineClient", "Observe", "Outcome", "open_session", "open_wire"]

#: Told of every call: the endpoint's name, the status (none when no answer came), the seconds.
Observe: TypeAlias = Callable[[str, int | None, float], None]

LINE_BASE: Final = "https://api.line.me"
LINE_DATA_BASE: Final = "https://api-data.line.me"

#: More calls in flight than the dispatcher ever has, so that no call waits for a connection.
CONNECTIONS: Final = 512
#: A connection that takes longer is given up before anything was sent on it.
CONNECT_SECONDS: Final = 3
SEND_TIMEOUT: Final = aiohttp.ClientTimeout(total=5, connect=CONNECT_SECONDS)
CALL_TIMEOUT: Final = aiohttp.ClientTimeout(total=10, connect=CONNECT_SECONDS)
#: Pictures up to a megabyte go up, videos come down.
BLOB_TIMEOUT: Final = aiohttp.ClientTimeout(total=60, connect=CONNECT_SECONDS)

_RETRY_KEY: Final = "X-Line-Retry-Key"
#: Raised before a connection stood, so the call cannot have reached LINE.
_NOT_CONNECTED: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


def open_session() -> aiohttp.ClientSession:
    """Open the process's connections to LINE; call it inside the running loop and close it last.

    Environment proxies and ``~/.netrc`` are not read: looking them up costs two threads a call.
    """
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=60, keepalive_timeout=30)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
    )


@asynccontextmanager
async def open_wire(base: str, token: str) -> AsyncIterator[Wire]:
    """Open the process's connections for sending."""
    wire = Wire(base, {**_headers(token), "Content-Type": "application/json"})
    try:
        yield wire
    finally:
        wire.close()


def _headers(token: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "User-Agent": "enishi",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }


class LineClient:
    """Calls LINE as one channel."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        *,
        base: str,
        token: str,
        data_base: str | None = None,
        observe: Observe | None = None,
        wire: Wire | None = None,
    ) -> None:
        """Name the channel.

        Args:
            http: carries everything but what ``wire`` does.
            base: where LINE's API is.
            token: of the channel.
            data_base: where its pictures and videos are; by default LINE's own, or ``base``.
            observe: told of every call.
            wire: carries what is sent, at less cost; see ``open_wire``.
        """
        self._http = http
        self._wire = wire
        self._base = base.rstrip("/")
        own_data_base = LINE_DATA_BASE if self._base == LINE_BASE else self._base
        self._data_base = (data_base or own_data_base).rstrip("/")
        self._observe = observe
        # Naming these here keeps aiohttp from working out its own for every call.
        self._headers: CIMultiDict[str] = CIMultiDict(_headers(token))
        self._json_headers = self._headers.copy()
        self._json_headers["Content-Type"] = "application/json"

    async def send(self, path: str, body: bytes, *, retry_key: str | None = None) -> Answer:
        """Post JSON that is already bytes: the way of every reply, push and menu link.

        Args:
            path: such as ``/v2/bot/message/push``, escaped.
            body: sent as it is; a repeated call must send the same bytes.
            retry_key: a UUID. LINE answers 400 to it on all but push, multicast, narrowcast and
                broadcast.
        """
        if self._wire is not None:
            return await self._on_wire(self._wire, "POST", path, body, retry_key)
        headers = self._json_headers
        if retry_key is not None:
            headers = headers.copy()
            headers[_RETRY_KEY] = retry_key
        return await self._exchange("POST", _url(self._base, path), body, headers, SEND_TIMEOUT)

    async def ask(self, path: str) -> Answer:
        """Get what is short, over the connections for sending; the caller repeats it at need."""
        if self._wire is not None:
            return await self._on_wire(self._wire, "GET", path, b"", None)
        return await self.call("GET", path)

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        data: bytes | None = None,
        content_type: str | None = None,
        blob: bool = False,
        at_most: int | None = None,
    ) -> Answer:
        """Make one of the calls that are not sending.

        Args:
            method: of GET, PUT and DELETE, aiohttp repeats one whose kept connection had gone.
            path: escaped, with its query.
            body: sent as JSON.
            data: sent as it is, named by ``content_type``.
            content_type: such as ``image/png``.
            blob: the path lives on LINE's host for pictures and videos.
            at_most: bytes of an answer; a larger one is given up, as refused with 413.
        """
        headers = self._headers
        if body is not None:
            data, headers = orjson.dumps(body), self._json_headers
        elif content_type is not None:
            headers = headers.copy()
            headers["Content-Type"] = content_type
        url = _url(self._data_base if blob else self._base, path)
        timeout = BLOB_TIMEOUT if blob else CALL_TIMEOUT
        return await self._exchange(method, url, data, headers, timeout, at_most=at_most)

    async def _on_wire(
        self, wire: Wire, method: str, path: str, body: bytes, retry_key: str | None
    ) -> Answer:
        started = perf_counter()
        try:
            response = await wire.ask(
                method, path, body, None if retry_key is None else {_RETRY_KEY: retry_key}
            )
        except NotConnectedError as error:
            answer = Answer(Outcome.UNREACHABLE, message=str(error))
        except (OSError, TimeoutError) as error:
            answer = Answer(Outcome.UNKNOWN, message=type(error).__name__)
        else:
            answer = read(response.status, response.headers, response.body)
        if self._observe is not None:
            self._observe(endpoint_of(method, path), answer.status, perf_counter() - started)
        return answer

    async def _exchange(
        self,
        method: str,
        url: URL,
        data: bytes | None,
        headers: CIMultiDict[str],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own, not asyncio's
        *,
        at_most: int | None = None,
    ) -> Answer:
        started = perf_counter()
        try:
            # A redirect is not followed: aiohttp would send the body, and the token, once more.
            async with self._http.request(
                method,
                url,
                data=data,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                raw = await _read(response, at_most)
        except _NOT_CONNECTED as error:
            answer = Answer(Outcome.UNREACHABLE, message=type(error).__name__)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            answer = Answer(Outcome.UNKNOWN, message=type(error).__name__)
        else:
            if raw is None:
                too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                answer = Answer(Outcome.REFUSED, too_large, message=f"more than {at_most} bytes")
            else:
                answer = read(response.status, response.headers, raw)
        if self._observe is not None:
            self._observe(
                endpoint_of(method, url.raw_path), answer.status, perf_counter() - started
            )
        return answer


async def _read(response: aiohttp.ClientResponse, at_most: int | None) -> bytes | None:
    """Return what an answer holds; None: it is more than wanted, and the rest is not read."""
    if at_most is None:
        return await response.read()
    if (response.content_length or 0) > at_most:
        return None
    whole = bytearray()
    async for chunk in response.content.iter_any():
        whole += chunk
        if len(whole) > at_most:
            return None
    return bytes(whole)


@lru_cache(maxsize=256)
def _url(base: str, path: str) -> URL:
    return URL(base + path, encoded=True)
