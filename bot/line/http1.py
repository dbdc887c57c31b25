"""Reading an HTTP/1.1 response, as far as an answer of LINE's goes.

    bytes so far -> read_response -> Response, or None: there is more to come

Source: RFC 9112, sections 4 (status line), 6.3 (message body length), 7.1 (chunked).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: Answers to what is sent are small; what is larger is not LINE's.
MAX_BYTES: Final = 1_000_000
_BODILESS: Final = frozenset({204, 304})
_INTERIM: Final = range(100, 200)


class MalformedResponseError(ConnectionError):
    """What came is no HTTP response, or one that makes no end."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response that is complete."""

    status: int
    #: By names in lower case; of a repeated one, the last.
    headers: Mapping[str, str]
    body: bytes
    #: Whether the connection takes another request.
    is_kept: bool


def read_response(data: bytes, *, ended: bool = False) -> Response | None:
    """Read a response.

    Args:
        data: everything received since the request was sent.
        ended: nothing more will come.

    Raises:
        MalformedResponseError: it cannot become a response.
    """
    if len(data) > MAX_BYTES:
        raise MalformedResponseError("more bytes than an answer of LINE's has")
    head, found, rest = data.partition(b"\r\n\r\n")
    if not found:
        return None
    try:
        status, is_kept, headers = _head(head)
        if status in _INTERIM:
            return read_response(rest, ended=ended)
        body, extra = _body(status, headers, rest, ended=ended)
    except (ValueError, IndexError) as error:
        raise MalformedResponseError(f"not an HTTP response: {error}") from error
    if body is None:
        return None
    return Response(status, headers, body, is_kept and not extra and not ended)


def _head(head: bytes) -> tuple[int, bool, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status = first.split(" ", 2)[:2]
    if version not in {"HTTP/1.1", "HTTP/1.0"}:
        raise ValueError(version[:20])
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    is_kept = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    return int(status), is_kept, headers


def _body(
    status: int, headers: Mapping[str, str], rest: bytes, *, ended: bool
) -> tuple[bytes | None, bytes]:
    """Return the body, None where it is not complete, and what came after it."""
    if status in _BODILESS:
        return b"", rest
    if "transfer-encoding" in headers:
        return _unchunked(rest)
    if "content-length" in headers:
        length = int(headers["content-length"])
        return (None, b"") if len(rest) < length else (rest[:length], rest[length:])
    return (rest, b"") if ended else (None, b"")


def _unchunked(rest: bytes) -> tuple[bytes | None, bytes]:
    parts: list[bytes] = []
    while True:
        line, found, rest = rest.partition(b"\r\n")
        if not found:
            return None, b""
        size = int(line.partition(b";")[0], 16)
        if size == 0:
            # Trailers, if any, end with an empty line; without one there is only that line.
            _, found, extra = (b"\r\n" + rest).partition(b"\r\n\r\n")
            return (b"".join(parts), extra) if found else (None, b"")
        if len(rest) < size + 2:
            return None, b""
        parts.append(rest[:size])
        rest = rest[size + 2 :]
