"""The webhook address: set, read and tried."""

from bot.emulator import limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.checks import fields
from bot.emulator.checks.findings import ROOT
from bot.emulator.errors import LineError, not_found
from bot.emulator.rules.calendar import iso
from bot.emulator.webhooks.delivery import Attempt
from bot.emulator.webhooks.sender import post

operations = Operations()

_PATH = "/v2/bot/channel/webhook/endpoint"
_REASONS = {
    None: "OK",
    "could_not_connect": "COULD_NOT_CONNECT",
    "request_timeout": "REQUEST_TIMEOUT",
    "error_status_code": "ERROR_STATUS_CODE",
    "unclassified": "UNCLASSIFIED",
}


@operations.put(_PATH, rate=limits.RATE_WEBHOOK_ENDPOINT)
def set_endpoint(call: Call) -> Answer:
    """Set the webhook address; at once here, within a minute at LINE."""
    call.platform.world.webhook_url = _endpoint(call, required=True)
    call.platform.on_change()
    return Answer()


@operations.get(_PATH, rate=limits.RATE_WEBHOOK_ENDPOINT)
def get_endpoint(call: Call) -> Answer:
    """Return the webhook address."""
    world = call.platform.world
    if world.webhook_url is None:
        raise not_found("Webhook endpoint not found")
    return Answer({"endpoint": world.webhook_url, "active": world.webhook_active})


@operations.post("/v2/bot/channel/webhook/test", rate=limits.RATE_HOURLY_60)
async def test_endpoint(call: Call) -> Answer:
    """Send a webhook without events and report how it went."""
    url = _endpoint(call, required=False) or call.platform.world.webhook_url
    if url is None:
        raise not_found("Webhook endpoint not found")
    attempt = await post(call.platform, call.platform.courier.http, url, [])
    return Answer(_report(attempt, call.now))


def _endpoint(call: Call, *, required: bool) -> str | None:
    body = call.json() if call.raw or required else {}
    url = fields.string(body, "endpoint", ROOT)
    if url is None and not required:
        return None
    if url is None or len(url) > limits.WEBHOOK_URL_MAX or not fields.is_https(url):
        raise LineError(400, "Invalid webhook endpoint URL")
    return url


def _report(attempt: Attempt, now: float) -> dict[str, object]:
    return {
        "success": attempt.accepted,
        "timestamp": iso(now),
        "statusCode": attempt.status or 0,
        "reason": _REASONS[attempt.reason],
        "detail": str(attempt.status) if attempt.status else (attempt.reason or ""),
    }
