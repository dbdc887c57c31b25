"""Retry keys: an accepted call repeated with its key within 24 hours is answered 409."""

from typing import Any

from bot.emulator import ids, limits
from bot.emulator.errors import LineError
from bot.emulator.model import RetryRecord, World

HEADER = "X-Line-Retry-Key"
_SWEEP_AT = 50_000


def require_usable(world: World, key: str | None, *, accepted_here: bool, now: float) -> None:
    """Check the key of a call before anything is done.

    Raises:
        LineError: 400 where the endpoint takes none or it is not a UUID; 409 when a call
            with this key was accepted.
    """
    if key is None:
        return
    if not accepted_here:
        raise LineError(400, f"The {HEADER} header is not supported by this endpoint")
    if not ids.UUID.match(key):
        raise LineError(400, f"The value for the '{HEADER}' header is invalid")
    kept = world.retry_keys.get(key.lower())
    if kept is None or now - kept.at >= limits.RETRY_KEY_LIFE_SECONDS:
        return
    extra = {"sentMessages": kept.sent_messages} if kept.sent_messages else None
    raise LineError(
        409,
        "The retry key is already accepted",
        extra=extra,
        headers={"x-line-accepted-request-id": kept.request_id},
    )


def accepted(
    world: World, key: str, request_id: str, now: float, sent: list[dict[str, Any]] | None
) -> None:
    """Remember an accepted call."""
    if len(world.retry_keys) >= _SWEEP_AT:
        horizon = now - limits.RETRY_KEY_LIFE_SECONDS
        world.retry_keys = {k: r for k, r in world.retry_keys.items() if r.at > horizon}
    world.retry_keys[key.lower()] = RetryRecord(request_id, now, sent)
