"""The error answers of LINE's HTTP API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Detail:
    """One entry of ``details``; either half may be missing on the wire."""

    message: str | None = None
    property: str | None = None

    def wire(self) -> dict[str, str]:
        """Return the JSON object, without absent halves."""
        pairs = (("message", self.message), ("property", self.property))
        return {key: value for key, value in pairs if value is not None}


class LineError(Exception):
    """An answer other than success.

    Args:
        status: HTTP status.
        message: LINE's top-level message; LINE reserves the right to reword it.
        details: entries of ``details``; None omits the key, an empty sequence keeps ``[]``.
        extra: further top-level properties, such as ``sentMessages`` of a 409.
        headers: further response headers.
    """

    def __init__(
        self,
        status: int,
        message: str,
        details: Sequence[Detail] | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details
        self.extra = extra or {}
        self.headers = headers or {}

    def wire(self) -> dict[str, Any]:
        """Return the JSON body."""
        body: dict[str, Any] = {"message": self.message}
        if self.details is not None:
            body["details"] = [detail.wire() for detail in self.details]
        return {**body, **self.extra}


def not_found(message: str = "Not found") -> LineError:
    """Answer 404."""
    return LineError(404, message)


def invalid_parameter(name: str) -> LineError:
    """Answer 400 for a malformed path or query parameter."""
    return LineError(400, f"The value for the '{name}' parameter is invalid")


def invalid_property(name: str) -> LineError:
    """Answer 400 for a value of the body that cannot be read as what it should be."""
    return LineError(
        400, f"The property, {name}, in the request body is invalid (line: -, column: -)"
    )


def body_errors(details: Sequence[Detail]) -> LineError:
    """Answer 400 with every violation of the request body."""
    return LineError(400, f"The request body has {len(details)} error(s)", details)


def query_error(name: str, message: str) -> LineError:
    """Answer 400 for one violation in the query."""
    return LineError(400, "The request has 1 error(s)", [Detail(message, name)])


def message_errors(index: int, details: Sequence[Detail]) -> LineError:
    """Answer 400 for the inner structure of one template or flex message.

    The blank after the bracket is a no-break space, as captured from the live platform.
    """
    return LineError(
        400, f"A message (messages[{index}])\u00a0in the request body is invalid", details
    )
