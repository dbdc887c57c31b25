"""Every API call received, with its answer; kept in memory within bounds."""

import itertools
from collections import deque
from dataclasses import dataclass
from typing import Any

import orjson

from bot.emulator import limits

#: Bodies beyond this many bytes in sum push the oldest entries out.
_MAX_BYTES = 32 * 1024 * 1024


@dataclass(slots=True)
class LoggedCall:
    """One API call."""

    number: int
    at: int
    method: str
    path: str
    operation: str | None
    status: int
    request_id: str
    retry_key: str | None
    latency_ms: float
    body: bytes
    answer: bytes
    #: The fault that befell it; after acceptance the client saw something else than ``status``.
    fault: str | None
    #: What was accepted but is close to the edge.
    warnings: list[str]

    def wire(self) -> dict[str, Any]:
        """Return the call as the control API shows it."""
        return {
            "id": self.number,
            "at": self.at,
            "method": self.method,
            "path": self.path,
            "operation": self.operation,
            "status": self.status,
            "requestId": self.request_id,
            "retryKey": self.retry_key,
            "latencyMs": round(self.latency_ms, 2),
            "body": _json(self.body),
            "response": _json(self.answer),
            "fault": self.fault,
            "warnings": self.warnings,
        }


def _json(data: bytes) -> Any:
    """Return parsed JSON, or None for anything else (pictures, empty bodies)."""
    try:
        return orjson.loads(data)
    except ValueError:
        return None


class RequestLog:
    """The latest calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque()
        self._bytes = 0
        self.numbers = itertools.count(1)

    def add(self, call: LoggedCall) -> None:
        """Keep a call, and let the oldest go when there are too many."""
        self._calls.append(call)
        self._bytes += len(call.body) + len(call.answer)
        while len(self._calls) > limits.RESPONSE_LOG_ENTRIES or self._bytes > _MAX_BYTES:
            gone = self._calls.popleft()
            self._bytes -= len(gone.body) + len(gone.answer)

    def since(self, number: int) -> list[LoggedCall]:
        """Return the calls after the one of that number."""
        return [call for call in self._calls if call.number > number]

    def clear(self) -> None:
        """Forget all calls; numbers run on."""
        self._calls.clear()
        self._bytes = 0
