"""Opening LIFF apps: the address behind the permanent link, and the tokens in its fragment."""

import re
import secrets
from typing import Final
from urllib.parse import urlencode

from bot.emulator import limits
from bot.emulator.model import LiffApp, LoginCode, LoginToken, User
from bot.emulator.platform import Platform
from bot.emulator.rules import jws, logins

_LINK: Final = re.compile(r"https://(?:liff|miniapp)\.line\.me/(\d{10}-[A-Za-z0-9]{8})(.*)\Z")


def resolve(platform: Platform, uri: str, user: User) -> str:
    """Return where a tapped address leads on this machine; LIFF links lead to their app."""
    match = _LINK.match(uri)
    app = platform.world.tokens.liff.get(match[1]) if match else None
    if match is None or app is None:
        return platform.local(uri)
    return opened(platform, app, match[2], user)


def opened(platform: Platform, app: LiffApp, tail: str, user: User | None) -> str:
    """Return the address of an app's page.

    Args:
        platform: where tokens are issued.
        app: the app.
        tail: path and query after the LIFF id; they extend the endpoint's.
        user: who opens it; without one the page gets no tokens, as in an outside browser.
    """
    base, _, base_query = app.view["url"].partition("?")
    path, _, query = tail.partition("?")
    queries = "&".join(part for part in (base_query, query) if part)
    url = base.rstrip("/") + path if path not in {"", "/"} else base
    url = platform.local(f"{url}?{queries}" if queries else url)
    return url if user is None else f"{url}#{urlencode(_fragment(platform, app, user))}"


def _fragment(platform: Platform, app: LiffApp, user: User) -> dict[str, str]:
    now, client_id = platform.clock.seconds(), platform.keys.login_channel_id
    scopes = list(app.body.get("scope") or ["profile"])
    access_token = secrets.token_urlsafe(90)
    platform.world.tokens.login[access_token] = LoginToken(
        user.user_id, client_id, scopes, now + limits.LOGIN_TOKEN_SECONDS
    )
    fragment = {"access_token": access_token, "client_id": client_id, "liff_id": app.liff_id}
    if "openid" in scopes:
        code = LoginCode(user.user_id, client_id, app.view["url"], scopes, now)
        private, kid = logins.es256_key(platform)
        claims = logins.id_claims(platform, code, now)
        fragment["id_token"] = jws.make_es256(claims, private, kid)
    platform.on_change()
    return fragment
