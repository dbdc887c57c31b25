"""What became of one call to LINE.

    status + headers + body, or a network error -> Answer -> the dispatcher decides what is next

The dispatcher asks one thing first: can LINE have taken the call? DONE and DUPLICATE: yes.
UNKNOWN: perhaps. Every other outcome: no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

import orjson

#: Long enough for LINE's words on five broken messages, short enough for a row of a table.
MESSAGE_CHARACTERS: Final = 500


class Outcome(StrEnum):
    """What became of a call, as far as the bot can know."""

    #: 2xx.
    DONE = "done"
    #: 409: LINE had already accepted this retry key.
    DUPLICATE = "duplicate"
    #: 429 for going too fast, or too many at once.
    RATE_LIMITED = "rate limited"
    #: 429 because the month's messages are used up.
    MONTH_LIMITED = "month limited"
    #: 401: the access token is missing, wrong or expired.
    UNAUTHORIZED = "unauthorized"
    #: Any other refusal; the same call would be refused again.
    REFUSED = "refused"
    #: No connection came about, so nothing was sent.
    UNREACHABLE = "unreachable"
    #: 5xx, a time-out or a cut connection: LINE may have accepted the call.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """LINE's answer, or the lack of one."""

    outcome: Outcome
    #: Empty when no answer came.
    status: int | None = None
    #: ``X-Line-Request-Id``, to ask LINE about this call and to count its opens.
    request_id: str | None = None
    raw: bytes = b""
    #: LINE's own words with the places they are about, or the network error's name.
    message: str = ""
    #: Seconds. LINE documents no such header; a proxy may send one.
    retry_after: float | None = None
    #: With DUPLICATE: the request that LINE accepted the first time.
    accepted_request_id: str | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object of the answer; empty when there is none."""
        try:
            value = orjson.loads(self.raw)
        except orjson.JSONDecodeError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def ok(self) -> bool:
        """Whether LINE has taken the call, now or before."""
        return self.outcome in (Outcome.DONE, Outcome.DUPLICATE)


def read(status: int, headers: Mapping[str, str], raw: bytes) -> Answer:
    """Understand an answer of LINE."""
    request_id = headers.get("x-line-request-id")
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(Outcome.DONE, status, request_id, raw)
    message = _words(raw) or f"HTTP {status}"
    return Answer(
        outcome=_outcome(status, message),
        status=status,
        request_id=request_id,
        raw=raw,
        message=message,
        retry_after=_seconds(headers.get("retry-after", "")),
        accepted_request_id=headers.get("x-line-accepted-request-id"),
    )


def _outcome(status: int, message: str) -> Outcome:
    match status:
        case HTTPStatus.CONFLICT:
            return Outcome.DUPLICATE
        case HTTPStatus.TOO_MANY_REQUESTS:
            # Only its words tell the month's limit from the others.
            return Outcome.MONTH_LIMITED if "monthly" in message else Outcome.RATE_LIMITED
        case HTTPStatus.UNAUTHORIZED:
            return Outcome.UNAUTHORIZED
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Outcome.UNKNOWN
        case _:
            # A redirect too: whoever answered was not LINE, and the call went no further.
            return Outcome.REFUSED


def _words(raw: bytes) -> str:
    """Put LINE's message and its details in one line; every part of them may be missing."""
    body = Answer(Outcome.UNKNOWN, raw=raw).body
    head = body.get("message") or body.get("error_description") or body.get("error") or ""
    details = body.get("details")
    places = [_detail(each) for each in details] if isinstance(details, list) else []
    return ": ".join(filter(None, (str(head), "; ".join(filter(None, places)))))[
        :MESSAGE_CHARACTERS
    ]


def _detail(detail: Any) -> str:
    if not isinstance(detail, dict):
        return ""
    words, place = detail.get("message", ""), detail.get("property", "")
    return f"{words} ({place})" if place else str(words)


def _seconds(value: str) -> float | None:
    return float(value) if value.isascii() and value.isdigit() else None
