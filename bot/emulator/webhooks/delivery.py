"""One webhook request and the attempts to deliver it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class DeliveryState(StrEnum):
    """How far a webhook got."""

    #: Waiting, under way, or waiting for its redelivery.
    PENDING = "pending"
    #: Answered with 2xx in time.
    DELIVERED = "delivered"
    #: Given up.
    FAILED = "failed"
    #: No webhook is set, or it is switched off.
    DROPPED = "dropped"


@dataclass(slots=True)
class Attempt:
    """One request to the bot."""

    #: Milliseconds since 1970, virtual.
    at: int
    status: int | None
    latency_ms: float
    #: LINE's error statistics name: could_not_connect, request_timeout, error_status_code.
    reason: str | None = None
    #: What the signature header said.
    signature: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the bot answered with 2xx in time."""
        return self.reason is None

    def wire(self) -> dict[str, Any]:
        """Return the attempt as the control API shows it."""
        return {
            "at": self.at,
            "status": self.status,
            "latencyMs": round(self.latency_ms, 2),
            "reason": self.reason,
            "signature": self.signature,
        }


@dataclass(slots=True)
class Delivery:
    """The events of one request body."""

    number: int
    at: int
    url: str | None
    events: list[dict[str, Any]]
    state: DeliveryState = DeliveryState.PENDING
    attempts: list[Attempt] = field(default_factory=list)
    #: An extra copy sent on purpose; its attempts are not repeated.
    duplicate: bool = False

    def wire(self) -> dict[str, Any]:
        """Return the delivery as the control API shows it."""
        return {
            "id": self.number,
            "at": self.at,
            "url": self.url,
            "state": self.state,
            "duplicate": self.duplicate,
            "events": self.events,
            "attempts": [attempt.wire() for attempt in self.attempts],
        }
