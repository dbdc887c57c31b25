"""Narrowcast: messages to friends chosen by audience and by what LINE knows of them."""

from typing import Any

from bot.emulator import ids, limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.checks import fields, quotes
from bot.emulator.checks.findings import ROOT, Findings
from bot.emulator.checks.messages import check_messages
from bot.emulator.checks.narrowcasts import check_order
from bot.emulator.errors import invalid_parameter, not_found
from bot.emulator.rules import narrowcasts
from bot.emulator.rules.calendar import iso

operations = Operations()


@operations.post("/v2/bot/message/narrowcast", retry_key=True, rate=limits.RATE_HOURLY_60)
def narrowcast(call: Call) -> Answer:
    """Send to those whom recipient, filter and limit select; done in the background."""
    body, findings = call.json(), Findings()
    order = check_order(body, findings)
    messages = check_messages(body, findings)
    quotes.require_none(messages)
    silent = bool(fields.boolean(body, "notificationDisabled", ROOT))
    narrowcasts.accept(call.platform, call.request_id, messages, order, silent=silent)
    return Answer(status=202)


@operations.get("/v2/bot/message/progress/narrowcast")
def get_progress(call: Call) -> Answer:
    """Return how far a narrowcast is."""
    request_id = call.query.get("requestId", "")
    if not ids.UUID.match(request_id):
        raise invalid_parameter("requestId")
    kept = call.platform.world.campaigns.narrowcasts.get(request_id)
    if kept is None or call.now - kept.accepted_at >= limits.NARROWCAST_LIFE_SECONDS:
        raise not_found()
    answer: dict[str, Any] = {"phase": kept.phase, "acceptedTime": iso(kept.accepted_at)}
    if kept.phase in {"sending", "succeeded"}:
        answer["successCount"] = kept.success_count
        answer["failureCount"] = len(kept.targets) - kept.success_count if kept.completed_at else 0
        answer["targetCount"] = len(kept.targets)
    if kept.phase == "failed":
        answer["errorCode"] = kept.error_code
        answer["failedDescription"] = kept.failed_description
    if kept.completed_at is not None:
        answer["completedTime"] = iso(kept.completed_at)
    return Answer(answer)
