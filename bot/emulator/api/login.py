"""LINE Login's resources: whose token it is, friendship, keys, and ending it all."""

from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.errors import LineError
from bot.emulator.model import LoginToken, User, UserState
from bot.emulator.rules import channel_tokens, logins

operations = Operations(bearer=False, json=False)


def _owner(call: Call, scope: str) -> tuple[User, LoginToken]:
    token = channel_tokens.bearer(call.headers.get("Authorization"))
    found = logins.owner(call.platform, token, call.now)
    if found is None:
        raise LineError(401, "The access token is invalid")
    if scope not in found[1].scopes:
        raise LineError(403, "The scope of the access token is insufficient")
    return found


@operations.get("/oauth2/v2.1/userinfo")
@operations.post("/oauth2/v2.1/userinfo")
def get_userinfo(call: Call) -> Answer:
    """Return what an ID token would say of whoever logged in."""
    user, kept = _owner(call, "openid")
    answer = {"sub": user.user_id}
    if "profile" in kept.scopes:
        answer["name"] = user.display_name
        if user.picture_url:
            answer["picture"] = user.picture_url
    return Answer(answer)


@operations.get("/v2/profile")
def get_profile(call: Call) -> Answer:
    """Return the profile of whoever logged in."""
    user, _ = _owner(call, "profile")
    properties = {
        "userId": user.user_id,
        "displayName": user.display_name,
        "pictureUrl": user.picture_url,
        "statusMessage": user.status_message,
    }
    return Answer({key: value for key, value in properties.items() if value is not None})


@operations.get("/friendship/v1/status")
def get_friendship(call: Call) -> Answer:
    """Tell whether whoever logged in is a friend and does not block the account."""
    user, _ = _owner(call, "profile")
    return Answer({"friendFlag": user.state is UserState.FRIEND})


@operations.get("/oauth2/v2.1/certs")
def get_certs(call: Call) -> Answer:
    """Return the keys that sign ES256 tokens."""
    return Answer({"keys": [logins.es256_jwk(call.platform)]})


@operations.get("/.well-known/openid-configuration", host="access")
def get_configuration(_call: Call) -> Answer:
    """Return the OpenID configuration."""
    api = "https://api.line.me"
    return Answer(
        {
            "issuer": logins.ISSUER,
            "authorization_endpoint": f"{logins.ISSUER}/oauth2/v2.1/authorize",
            "token_endpoint": f"{api}/oauth2/v2.1/token",
            "revocation_endpoint": f"{api}/oauth2/v2.1/revoke",
            "userinfo_endpoint": f"{api}/oauth2/v2.1/userinfo",
            "scopes_supported": ["openid", "profile", "email"],
            "jwks_uri": f"{api}/oauth2/v2.1/certs",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


@operations.post("/user/v1/deauthorize", bearer=True, json=True)
def deauthorize(call: Call) -> Answer:
    """End a user's agreement; every token of theirs is void."""
    value = call.json().get("userAccessToken")
    found = logins.owner(call.platform, str(value), call.now)
    if found is None:
        raise LineError(400, "invalid token")
    user, _ = found
    tokens = call.platform.world.tokens
    for kept in tokens.login.values():
        if kept.user_id == user.user_id:
            kept.revoked = True
    tokens.consents.pop(user.user_id, None)
    return Answer(b"", 204, content_type="application/json")
