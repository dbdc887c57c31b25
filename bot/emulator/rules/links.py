"""Account link: a token for a user, and what becomes of it when they come back with a nonce."""

import secrets
from enum import StrEnum

from bot.emulator import limits
from bot.emulator.model import LinkToken, User
from bot.emulator.platform import Platform
from bot.emulator.webhooks.events import emit, user_source


class LinkResult(StrEnum):
    """How an account link ended."""

    OK = "ok"
    #: Somebody else than the token's user came back: the bot is told without a name.
    FAILED = "failed"
    #: The token or the nonce is no good: the user sees an error, the bot hears nothing.
    ERROR = "error"


def issue(platform: Platform, user_id: str, now: float) -> str:
    """Return a link token for a user, good for ten minutes."""
    token = secrets.token_urlsafe(24)
    platform.world.tokens.links[token] = LinkToken(user_id, now)
    platform.on_change()
    return token


def finish(platform: Platform, token: str, nonce: str, user: User | None) -> LinkResult:
    """Redeem a link token; ``user`` is who came, when that is known."""
    kept = platform.world.tokens.links.pop(token, None)
    now = platform.clock.seconds()
    if kept is None or now - kept.issued_at > limits.LINK_TOKEN_LIFE_SECONDS:
        return LinkResult.ERROR
    if not limits.NONCE_MIN <= len(nonce) <= limits.NONCE_MAX:
        return LinkResult.ERROR
    if user is not None and user.user_id != kept.user_id:
        emit(platform, "accountLink", None, {"link": {"result": "failed", "nonce": nonce}})
        return LinkResult.FAILED
    link = {"link": {"result": "ok", "nonce": nonce}}
    emit(platform, "accountLink", user_source(kept.user_id), link)
    return LinkResult.OK
