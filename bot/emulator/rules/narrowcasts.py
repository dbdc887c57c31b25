"""The life of a narrowcast: accepted with a reservation, waiting, sending, done or failed.

accept -> waiting -> sending -> succeeded | failed      (by the virtual clock)
"""

from typing import Any, Final

from bot.emulator import limits
from bot.emulator.acts.outgoing import Shipment, deliver
from bot.emulator.errors import LineError
from bot.emulator.model import Audience, Campaign, Narrowcast
from bot.emulator.platform import Platform
from bot.emulator.rules import campaigns, quota, targets

_TOO_FEW: Final = 2
_AUDIENCE_TOO_SMALL: Final = 4
_PARTIAL_FORBIDDEN: Final = 5
_DESCRIPTIONS: Final = {
    _TOO_FEW: "There are not enough recipients.",
    _AUDIENCE_TOO_SMALL: "An audience is too small.",
    _PARTIAL_FORBIDDEN: "The remaining quota does not cover all recipients.",
}


def accept(
    platform: Platform,
    request_id: str,
    messages: list[dict[str, Any]],
    order: dict[str, Any],
    *,
    silent: bool,
) -> Narrowcast:
    """Take a narrowcast in and set its quota aside.

    Raises:
        LineError: 400, 403 or 429; nothing is sent.
    """
    world, now = platform.world, platform.clock.seconds()
    reach = len(targets.friends(world))
    used = targets.audiences_in(world, order["recipient"], now)
    lifted = world.behaviour.narrowcast_lifts_minimum
    if order["demographic"] is not None and reach < limits.NARROWCAST_REACH_MIN and not lifted:
        raise LineError(403, "Your account does not have enough friends")
    reserved = _reservation(platform, reach, order["limit"], now)
    kept = Narrowcast(request_id, now, messages, order, silent)
    kept.sending_at = now + world.behaviour.narrowcast_waiting_seconds
    kept.done_at = kept.sending_at + world.behaviour.narrowcast_sending_seconds
    kept.targets = targets.resolve(world, order, now)
    world.ledger.reserved[request_id] = reserved
    world.campaigns.narrowcasts[request_id] = kept
    kept.error_code = None if lifted else _flaw(kept, used)
    if kept.error_code is None:
        _cut(kept, reserved)
    advance(platform)
    platform.on_change()
    return kept


def _reservation(platform: Platform, reach: int, limit: dict[str, Any], now: float) -> int:
    """Return the messages set aside: the account's reach, unless a limit lowers it."""
    ledger = platform.world.ledger
    reserved = min(reach, int(limit.get("max", reach)))
    left = quota.remaining(ledger, now)
    if limit.get("upToRemainingQuota"):
        return reserved if left is None else min(reserved, left)
    quota.require(ledger, reserved, now)
    return reserved


def _flaw(kept: Narrowcast, used: list[Audience]) -> int | None:
    """Return why it will fail: too few people, unless they are the account's own list."""
    order = kept.order
    small = (
        audience
        for audience in used
        if audience.kind not in {"UPLOAD", "CHAT_TAG"}
        and len(audience.user_ids) < limits.NARROWCAST_SENT_MIN
    )
    if len(used) > 1 and any(small):
        return _AUDIENCE_TOO_SMALL
    own = used and all(audience.kind in {"UPLOAD", "CHAT_TAG"} for audience in used)
    narrowed = order["recipient"] is not None or order["demographic"] is not None
    exempt = (
        own and order["demographic"] is None and not targets.has_redelivery(order["recipient"])
    )
    if narrowed and not exempt and len(kept.targets) < limits.NARROWCAST_SENT_MIN:
        return _TOO_FEW
    return None


def _cut(kept: Narrowcast, reserved: int) -> None:
    limit = kept.order["limit"]
    wanted = min(len(kept.targets), limit.get("max", len(kept.targets)))
    if wanted > reserved and limit.get("forbidPartialDelivery"):
        kept.error_code = _PARTIAL_FORBIDDEN
    kept.targets = kept.targets[: min(wanted, reserved)]


def advance(platform: Platform) -> None:
    """Bring narrowcasts to where they should be by now."""
    if not platform.world.ledger.reserved:
        return
    now = platform.clock.seconds()
    for kept in platform.world.campaigns.narrowcasts.values():
        if kept.phase == "waiting" and now >= kept.sending_at:
            kept.phase = "sending"
        if kept.phase == "sending" and now >= kept.done_at:
            _finish(platform, kept)


def _finish(platform: Platform, kept: Narrowcast) -> None:
    ledger = platform.world.ledger
    ledger.reserved.pop(kept.request_id, None)
    kept.completed_at = kept.done_at
    if kept.error_code is not None:
        kept.phase = "failed"
        kept.failed_description = _DESCRIPTIONS[kept.error_code]
        return
    kept.phase = "succeeded"
    friends = targets.friends(platform.world)
    reached = [user_id for user_id in kept.targets if user_id in friends]
    kept.success_count = len(reached)
    shipment = Shipment("narrowcast", kept.request_id, kept.messages, kept.silent, 1)
    deliver(platform, shipment, reached)
    quota.charge(ledger, len(reached), kept.done_at)
    quota.count_sent(ledger, "narrowcast", len(reached), kept.done_at)
    campaign = Campaign(kept.request_id, "narrowcast", kept.done_at, kept.messages)
    campaigns.measure(platform.world, campaign, reached)
