"""Token endpoints; several paths serve channel tokens and LINE Login alike.

form -> grant_type or parameters -> channel token rules, or login rules
"""

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from bot.emulator import limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.oauth_errors import invalid_client, invalid_request
from bot.emulator.rules import assertions, channel_tokens, id_tokens, logins

operations = Operations(bearer=False, json=False)

_TOKEN: Final = re.compile(r"[A-Za-z0-9+/=._\-]+\Z")
_CHANNEL_SCOPE: Final = "P CM"


def form_of(call: Call) -> dict[str, str]:
    """Return the form of a call."""
    return dict(parse_qsl(call.raw.decode(errors="replace"), keep_blank_values=True))


@operations.post("/oauth2/v2.1/token")
def issue(call: Call) -> Answer:
    """Issue a v2.1 channel token, or exchange a login's code or refresh token."""
    form = form_of(call)
    grant = form.get("grant_type")
    if grant == "client_credentials":
        return Answer(_issue_jwt(call, form))
    if grant not in {"authorization_code", "refresh_token"}:
        raise invalid_request("Invalid 'grant_type'.")
    require_login_client(call, form)
    if grant == "authorization_code":
        return Answer(logins.redeem(call.platform, form, call.now))
    return Answer(logins.refresh(call.platform, form.get("refresh_token", ""), call.now))


def _issue_jwt(call: Call, form: dict[str, str]) -> dict[str, Any]:
    kid, claims = assertions.require(call.platform, form, call.now)
    lifetime = claims.get("token_exp")
    if not isinstance(lifetime, int) or not 0 < lifetime <= limits.SHORT_LIVED_SECONDS:
        raise invalid_request("Invalid token_exp")
    return channel_tokens.issue_jwt(call.platform, kid, lifetime, call.now)


@operations.post("/oauth2/v3/token")
def issue_stateless(call: Call) -> Answer:
    """Issue a stateless channel token."""
    form = form_of(call)
    if form.get("grant_type") != "client_credentials":
        raise invalid_request("Invalid 'client_credentials'.")
    if "client_assertion" in form:
        assertions.require(call.platform, form, call.now)
        client_id = call.platform.keys.channel_id
    else:
        client_id = _require_channel(call, form)
    return Answer(channel_tokens.issue_stateless(call.platform, client_id, call.now))


@operations.post("/v2/oauth/accessToken", rate=limits.RATE_SHORT_LIVED_TOKEN)
def issue_short_lived(call: Call) -> Answer:
    """Issue a short-lived channel token."""
    form = form_of(call)
    if form.get("grant_type") != "client_credentials":
        raise invalid_request("Invalid 'client_credentials'.")
    client_id = _require_channel(call, form)
    return Answer(channel_tokens.issue_short_lived(call.platform, client_id, call.now))


def _require_channel(call: Call, form: dict[str, str]) -> str:
    """Check id and secret of either channel and return the id."""
    keys = call.platform.keys
    known = {
        keys.channel_id: keys.channel_secret,
        keys.login_channel_id: keys.login_channel_secret,
    }
    client_id = form.get("client_id", "")
    if client_id not in known:
        raise invalid_client("invalid client_id")
    if form.get("client_secret") != known[client_id]:
        raise invalid_client("invalid client_secret")
    return client_id


def require_login_client(call: Call, form: dict[str, str]) -> None:
    """Check that a form bears the login channel's id and secret.

    Raises:
        OAuthError: it does not.
    """
    keys = call.platform.keys
    if form.get("client_id") != keys.login_channel_id:
        raise invalid_client("invalid client_id")
    if form.get("client_secret") != keys.login_channel_secret:
        raise invalid_client("invalid client_secret")


@operations.get("/oauth2/v2.1/verify")
def verify(call: Call) -> Answer:
    """Say whose an access token is and how long it lives."""
    value = call.query.get("access_token", "")
    login = call.platform.world.tokens.login.get(value)
    if login is None:
        return Answer(_verify_channel(call, value))
    if login.revoked:
        raise invalid_request("The access token revoked")
    if call.now >= login.expires_at:
        raise invalid_request("The access token expired")
    scope = " ".join(scope for scope in login.scopes if scope != "email")
    left = int(login.expires_at - call.now)
    return Answer({"scope": scope, "client_id": login.client_id, "expires_in": left})


def _verify_channel(call: Call, value: str) -> dict[str, Any]:
    kept = call.platform.world.tokens.channel.get(value)
    if kept is None:
        shape = "malformed" if value.count(".") == 2 else "not JWS"  # noqa: PLR2004 - a JWS' dots
        raise invalid_request(f"The access token {shape}")
    if call.now >= kept.expires_at:
        raise invalid_request("The access token expired")
    left = int(kept.expires_at - call.now)
    return {"client_id": kept.client_id, "expires_in": left, "scope": _CHANNEL_SCOPE}


@operations.post("/oauth2/v2.1/verify")
def verify_id_token(call: Call) -> Answer:
    """Check an ID token and return its claims."""
    return Answer(id_tokens.verified(call.platform, form_of(call), call.now))


@operations.post("/v2/oauth/verify")
def verify_short_lived(call: Call) -> Answer:
    """Say whose a short-lived or long-lived token is and how long it lives."""
    value = form_of(call).get("access_token", "")
    keys, tokens = call.platform.keys, call.platform.world.tokens
    if channel_tokens.is_long_lived(call.platform, value):
        lifetime = limits.LONG_LIVED_SECONDS
        return Answer(
            {"client_id": keys.channel_id, "expires_in": lifetime, "scope": _CHANNEL_SCOPE}
        )
    if not _TOKEN.match(value):
        raise invalid_request("access_token in invalid format")
    if value not in tokens.channel:
        raise invalid_request("access_token invalid")
    return Answer(_verify_channel(call, value))


@operations.get("/oauth2/v2.1/tokens/kid")
def list_key_ids(call: Call) -> Answer:
    """Return the key ids of the channel's v2.1 tokens."""
    assertions.require(call.platform, dict(call.query), call.now)
    return Answer({"kids": channel_tokens.key_ids(call.platform, call.now)})


@operations.post("/oauth2/v2.1/revoke")
def revoke(call: Call) -> Answer:
    """Take back a v2.1 channel token, or a login's access token."""
    form = form_of(call)
    _require_channel(call, form)
    value = form.get("access_token", "")
    if login := call.platform.world.tokens.login.get(value):
        login.revoked = True
    channel_tokens.revoke(call.platform, value)
    return _EMPTY


@operations.post("/v2/oauth/revoke")
def revoke_short_lived(call: Call) -> Answer:
    """Take back a short-lived or long-lived token."""
    channel_tokens.revoke(call.platform, form_of(call).get("access_token", ""))
    return _EMPTY


_EMPTY: Final = Answer(b"", content_type="application/json")
