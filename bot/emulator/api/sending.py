"""Sending: reply, push, multicast, broadcast, and the validation of messages for each."""

from typing import Any

from bot.emulator import ids, limits
from bot.emulator.acts.outgoing import Shipment, deliver, sent_messages
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.checks import fields, quotes
from bot.emulator.checks.findings import ROOT, Findings
from bot.emulator.checks.messages import check_messages
from bot.emulator.checks.warnings import message_warnings
from bot.emulator.errors import LineError, invalid_property
from bot.emulator.model import Campaign
from bot.emulator.rules import campaigns, quota, recipients, reply_tokens, units

operations = Operations()


@operations.post("/v2/bot/message/reply")
def reply(call: Call) -> Answer:
    """Answer an event; free."""
    body, world = call.json(), call.platform.world
    findings = Findings()
    if fields.text(body, "replyToken", ROOT, findings, most=limits.TEXT_MAX) is None:
        _checked(call, body, findings)  # refused with all that is wrong besides
    kept = reply_tokens.require(world, body.get("replyToken"), call.now)
    try:
        messages = _checked(call, body, findings)
        quotes.require_fitting(world, messages, kept.chat_id)
        shipment = _shipment(call, "reply", body, messages)
    except LineError:
        kept.used = world.behaviour.refused_reply_spends_token
        raise
    kept.used = True
    sent = deliver(call.platform, shipment, [kept.chat_id])
    quota.count_sent(world.ledger, "reply", 1, call.now)
    return Answer({"sentMessages": sent_messages(call.platform, sent)})


@operations.post("/v2/bot/message/push", retry_key=True)
def push(call: Call) -> Answer:
    """Send to one user, group or room."""
    body, world = call.json(), call.platform.world
    findings = Findings()
    to = fields.text(body, "to", ROOT, findings, most=limits.TEXT_MAX)
    unit = units.check(body, findings)
    messages = _checked(call, body, findings)
    chat_id = recipients.require_chat(world, to or "")
    quotes.require_fitting(world, messages, chat_id)
    reached = recipients.push_cost(world, chat_id, call.now)
    quota.require(world.ledger, reached, call.now)
    shipment = _shipment(call, "push", body, messages, billed=reached)
    sent = deliver(call.platform, shipment, [chat_id] if reached else [])
    _account(call, "push", reached, unit)
    if unit is not None:
        campaign = Campaign(call.request_id, "push", call.now, messages, unit)
        campaigns.measure(world, campaign, [chat_id] if reached else [])
    return Answer({"sentMessages": sent_messages(call.platform, sent)})


@operations.post("/v2/bot/message/multicast", retry_key=True, rate=limits.RATE_200)
def multicast(call: Call) -> Answer:
    """Send to up to 500 users."""
    body, world = call.json(), call.platform.world
    findings = Findings()
    to = _user_ids(body, findings)
    unit = units.check(body, findings)
    messages = _checked(call, body, findings)
    quotes.require_none(messages)
    if world.behaviour.multicast_refuses_unknown:
        recipients.require_known(world, to)
    reached = [user_id for user_id in dict.fromkeys(to) if recipients.is_friend(world, user_id)]
    quota.require(world.ledger, len(reached), call.now)
    deliver(call.platform, _shipment(call, "multicast", body, messages, billed=1), reached)
    _account(call, "multicast", len(reached), unit)
    if unit is not None:
        campaign = Campaign(call.request_id, "multicast", call.now, messages, unit)
        campaigns.measure(world, campaign, reached)
    return Answer()


@operations.post("/v2/bot/message/broadcast", retry_key=True, rate=limits.RATE_HOURLY_60)
def broadcast(call: Call) -> Answer:
    """Send to every friend."""
    body, world = call.json(), call.platform.world
    messages = _checked(call, body, Findings())
    quotes.require_none(messages)
    friends = recipients.friends(world)
    quota.require(world.ledger, len(friends), call.now)
    deliver(call.platform, _shipment(call, "broadcast", body, messages, billed=1), friends)
    _account(call, "broadcast", len(friends), None)
    campaign = Campaign(call.request_id, "broadcast", call.now, messages)
    campaigns.measure(world, campaign, friends)
    return Answer()


def validate(call: Call) -> Answer:
    """Check messages without sending them."""
    _checked(call, call.json(), Findings())
    return Answer()


for _kind in ("reply", "push", "multicast", "narrowcast", "broadcast"):
    operations.post(f"/v2/bot/message/validate/{_kind}")(validate)


def _checked(call: Call, body: dict[str, Any], findings: Findings) -> list[dict[str, Any]]:
    behaviour = call.platform.world.behaviour
    refuse = behaviour.refuse_unknown_properties
    messages = check_messages(body, findings, refuse_unknown=refuse)
    call.warnings += message_warnings(messages)
    return messages


def _user_ids(body: dict[str, Any], findings: Findings) -> list[str]:
    to = body.get("to")
    if not isinstance(to, list):
        if to is not None:
            raise invalid_property("to")
        findings.add(ROOT.key("to"), fields.EMPTY)
        return []
    if not 1 <= len(to) <= limits.MULTICAST_MAX:
        findings.add(ROOT.key("to"), f"Size must be between 1 and {limits.MULTICAST_MAX}")
    for index, user_id in enumerate(to):
        if not isinstance(user_id, str) or not ids.USER_ID.match(user_id):
            raise invalid_property(f"to[{index}]")
    return to


def _shipment(
    call: Call, via: str, body: dict[str, Any], messages: list[dict[str, Any]], billed: int = 0
) -> Shipment:
    silent = bool(fields.boolean(body, "notificationDisabled", ROOT))
    return Shipment(via, call.request_id, messages, silent, billed)


def _account(call: Call, via: str, reached: int, unit: str | None) -> None:
    ledger = call.platform.world.ledger
    quota.charge(ledger, reached, call.now)
    quota.count_sent(ledger, via, reached, call.now)
    if unit is not None:
        units.count(ledger, unit, reached, call.now)
