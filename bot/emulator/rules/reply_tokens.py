"""Reply tokens: one use, a minute from each delivery, twenty minutes from the event."""

from bot.emulator import ids, limits
from bot.emulator.errors import LineError
from bot.emulator.model import ReplyToken, World

#: Old tokens are swept when this many are kept.
_SWEEP_AT = 20_000


def issue(world: World, chat_id: str, now: float) -> str:
    """Return a new token for one conversation."""
    if len(world.reply_tokens) >= _SWEEP_AT:
        _sweep(world, now)
    token = ids.token()
    world.reply_tokens[token] = ReplyToken(chat_id, now, now)
    return token


def delivered(world: World, token: str, now: float) -> None:
    """Start the token's minute: its webhook leaves now."""
    if kept := world.reply_tokens.get(token):
        kept.delivered_at = now


def require(world: World, token: object, now: float) -> ReplyToken:
    """Return the live token.

    Raises:
        LineError: 400; unknown, used or too old.
    """
    kept = world.reply_tokens.get(token) if isinstance(token, str) else None
    if kept is None or kept.used or not _alive(kept, now):
        raise LineError(400, "Invalid reply token")
    return kept


def _alive(token: ReplyToken, now: float) -> bool:
    return (
        now <= token.delivered_at + limits.REPLY_TOKEN_SECONDS
        and now <= token.event_at + limits.REPLY_TOKEN_REDELIVERY_SECONDS
    )


def _sweep(world: World, now: float) -> None:
    horizon = now - limits.REPLY_TOKEN_REDELIVERY_SECONDS
    world.reply_tokens = {
        token: kept
        for token, kept in world.reply_tokens.items()
        if kept.event_at >= horizon and not kept.used
    }
