"""What the bot counts about itself, for Prometheus at ``/metrics``."""

from functools import cache
from typing import Final, TypeVar

from prometheus_client import Counter, Gauge, Histogram

M = TypeVar("M", Counter, Gauge, Histogram)

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)

WEBHOOKS: Final = Counter("enishi_webhooks_total", "Webhook requests, by answer", ["status"])
WEBHOOK_SECONDS: Final = Histogram(
    "enishi_webhook_seconds", "From request to answer; LINE waits two seconds", buckets=_FAST
)
RECEIVED: Final = Counter("enishi_events_received_total", "Events stored for the first time")
REPEATED: Final = Counter("enishi_events_repeated_total", "Events that were known already")
REJECTED: Final = Counter("enishi_events_rejected_total", "Events that could not be queued")

HANDLED: Final = Counter("enishi_events_handled_total", "Events handled, by type", ["kind"])
FAILED: Final = Counter("enishi_events_failed_total", "Attempts at an event that failed")
DEAD: Final = Counter("enishi_events_dead_total", "Events given up as dead letters")
INBOX_DEPTH: Final = Gauge("enishi_inbox_depth", "Events that wait to be handled")
INBOX_AGE: Final = Gauge("enishi_inbox_age_seconds", "Age of the oldest event that waits")

FREE: Final = Counter("enishi_replies_total", "Messages that left free, as a reply")
MISSED: Final = Counter(
    "enishi_replies_missed_total", "Answers that LINE refused until they were free no more"
)
PAID: Final = Counter("enishi_billed_total", "Messages that LINE bills")
SETTLED: Final = Counter(
    "enishi_calls_settled_total", "Outgoing calls, by what became of them", ["kind", "state"]
)
CALLS: Final = Counter(
    "enishi_calls_troubled_total", "Attempts that met a refusal or a limit", ["kind", "state"]
)
OUTBOX_DEPTH: Final = Gauge("enishi_outbox_depth", "Outgoing calls that wait", ["state"])
MENUS_WRONG: Final = Gauge(
    "enishi_menus_wrong", "Friends of the last sample whose menu on LINE was another"
)
LINE_SECONDS: Final = Histogram(
    "enishi_line_seconds", "LINE's answers, by endpoint", ["endpoint"], buckets=_FAST
)
NOTICES: Final = Counter(
    "enishi_notices_total", "Attempts to tell staff, by way and outcome", ["way", "outcome"]
)
LINE_ERRORS: Final = Counter(
    "enishi_line_errors_total", "LINE's refusals and silences", ["endpoint", "status"]
)
ACTIONS_LEFT_OUT: Final = Counter(
    "enishi_actions_left_out_total", "Actions that named what is defined no more", ["do"]
)
BROKEN_DEFINITIONS: Final = Gauge(
    "enishi_definitions_broken", "Stored definitions that this version cannot read"
)


@cache
def labelled(metric: M, *values: str) -> M:
    """Return what counts for these labels, in order; several times an event, so it is kept."""
    return metric.labels(*values)


def observe_line(endpoint: str, status: int | None, seconds: float) -> None:
    """Count one call to LINE; a status of None means that no answer came."""
    labelled(LINE_SECONDS, endpoint).observe(seconds)
    if status is None or status >= 400:  # noqa: PLR2004 - the first HTTP error status
        LINE_ERRORS.labels(endpoint=endpoint, status=str(status or "none")).inc()
