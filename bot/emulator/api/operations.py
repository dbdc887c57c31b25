"""Operations: method, path template and limits of each endpoint, and what a handler sees."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import orjson
from multidict import MultiMapping

from bot.emulator import limits
from bot.emulator.errors import LineError
from bot.emulator.limits import Rate
from bot.emulator.platform import Platform


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer."""

    body: Any = field(default_factory=dict)
    status: int = 200
    #: Set for anything but JSON; the body is bytes then.
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One API call that passed the gate."""

    platform: Platform
    request_id: str
    params: Mapping[str, str]
    query: MultiMapping[str]
    headers: Mapping[str, str]
    raw: bytes
    #: Virtual, seconds since 1970.
    now: float
    #: What was accepted but is close to the edge.
    warnings: list[str]

    def json(self) -> dict[str, Any]:
        """Return the body.

        Raises:
            LineError: 400, it is not a JSON object.
        """
        try:
            body = orjson.loads(self.raw)
        except orjson.JSONDecodeError as error:
            raise LineError(
                400,
                "The request body could not be parsed as JSON"
                f" (line: {error.lineno}, column: {error.colno})",
            ) from None
        if not isinstance(body, dict):
            raise LineError(
                400, "The request body could not be parsed as JSON (line: 1, column: 1)"
            )
        return body


Handler: TypeAlias = Callable[[Call], Answer | Awaitable[Answer]]
AnyHandler = TypeVar("AnyHandler", bound=Handler)


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint."""

    method: str
    path: str
    handler: Handler
    rate: Rate = limits.RATE_DEFAULT
    #: Takes ``X-Line-Retry-Key``.
    retry_key: bool = False
    #: Needs a channel access token.
    bearer: bool = True
    #: The body must be JSON.
    json: bool = True
    max_bytes: int = limits.REQUEST_MAX_BYTES
    #: The host LINE serves it from, for strict mode: api, data, access, liff.
    host: str = "api"

    @property
    def name(self) -> str:
        """Method and template, the key of its rate limit."""
        return f"{self.method} {self.path}"


class Operations:
    """A module's table of endpoints, filled by decorators."""

    def __init__(self, **defaults: Any) -> None:
        self.table: list[Operation] = []
        self._defaults = defaults

    def get(self, path: str, **options: Any) -> Callable[[AnyHandler], AnyHandler]:
        """Register a GET endpoint."""
        return self._add("GET", path, {"json": False, **options})

    def post(self, path: str, **options: Any) -> Callable[[AnyHandler], AnyHandler]:
        """Register a POST endpoint."""
        return self._add("POST", path, options)

    def put(self, path: str, **options: Any) -> Callable[[AnyHandler], AnyHandler]:
        """Register a PUT endpoint."""
        return self._add("PUT", path, options)

    def delete(self, path: str, **options: Any) -> Callable[[AnyHandler], AnyHandler]:
        """Register a DELETE endpoint."""
        return self._add("DELETE", path, {"json": False, **options})

    def _add(
        self, method: str, path: str, options: Mapping[str, Any]
    ) -> Callable[[AnyHandler], AnyHandler]:
        def register(handler: AnyHandler) -> AnyHandler:
            self.table.append(Operation(method, path, handler, **{**self._defaults, **options}))
            return handler

        return register
