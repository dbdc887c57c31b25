"""Messages to many: narrowcasts, audiences, and what people did with what they got."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Campaign:
    """A call whose effect LINE measures."""

    request_id: str
    via: str
    #: Seconds since 1970.
    at: float
    messages: list[dict[str, Any]]
    unit: str | None = None
    delivered: list[str] = field(default_factory=list)
    #: Users who saw it, once for each time.
    seen: list[str] = field(default_factory=list)
    #: Taps on addresses: message number (from 1), address, user.
    clicks: list[list[Any]] = field(default_factory=list)


@dataclass(slots=True)
class Narrowcast:
    """A narrowcast on its way."""

    request_id: str
    accepted_at: float
    messages: list[dict[str, Any]]
    #: recipient, filter, limit as asked.
    order: dict[str, Any]
    silent: bool = False
    #: waiting, sending, succeeded, failed.
    phase: str = "waiting"
    sending_at: float = 0.0
    done_at: float = 0.0
    targets: list[str] = field(default_factory=list)
    completed_at: float | None = None
    success_count: int = 0
    error_code: int | None = None
    failed_description: str | None = None


@dataclass(slots=True)
class Job:
    """An upload to an audience."""

    job_id: int
    description: str
    created_at: float
    count: int
    ready_at: float


@dataclass(slots=True)
class Audience:
    """An audience."""

    audience_id: int
    #: UPLOAD, CLICK, IMP, CHAT_TAG.
    kind: str
    description: str
    created_at: float
    ready_at: float
    user_ids: list[str] = field(default_factory=list)
    is_ifa: bool = False
    request_id: str | None = None
    click_url: str | None = None
    #: Shared by another account through Business Manager.
    shared: bool = False
    jobs: list[Job] = field(default_factory=list)


@dataclass(slots=True)
class Campaigns:
    """All of it."""

    #: By request id.
    sent: dict[str, Campaign] = field(default_factory=dict)
    narrowcasts: dict[str, Narrowcast] = field(default_factory=dict)
    #: By id as text.
    audiences: dict[str, Audience] = field(default_factory=dict)
    next_audience_id: int = 4389303728991
    next_job_id: int = 1
