"""Logging in, linking accounts and registering keys without a browser."""

from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.emulator import ids
from bot.emulator.acts import people
from bot.emulator.acts.liff import resolve
from bot.emulator.api.authorize import COOKIE
from bot.emulator.control.views import Json, Order, Views
from bot.emulator.errors import LineError
from bot.emulator.model import User
from bot.emulator.rules import authorizing, channel_tokens, links
from bot.emulator.rules.authorizing import SentBackError, ShownError, denied

views = Views()


def _user(order: Order) -> User:
    return people.require_user(order.platform, order.param("userId"))


def _query(order: Order) -> dict[str, str]:
    url = order.body.get("url")
    if not isinstance(url, str):
        raise LineError(400, "url is missing")
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


@views.post("/users/{userId}/login")
async def log_in(order: Order) -> Json:
    """Answer the login page at ``url``: ``allow`` (default true), ``addFriend``.

    The answer's ``redirect`` is the callback with code and state, ``opens`` the same on this
    machine.
    """
    platform, user, query = order.platform, _user(order), _query(order)
    try:
        uri = authorizing.callback_of(platform, query)
    except ShownError as error:
        raise LineError(400, str(error)) from None
    try:
        request = authorizing.read(platform, query)
        if not order.body.get("allow", True):
            raise denied()
        add = bool(order.body.get("addFriend")) and request.bot_prompt is not None
        answer = authorizing.allow(platform, request, user, add_friend=add)
    except SentBackError as error:
        answer = authorizing.refused(error, query.get("state"))
    redirect = authorizing.with_query(uri, answer)
    return {"redirect": redirect, "opens": platform.local(redirect), **answer}


@views.post("/users/{userId}/accountLink")
async def link_account(order: Order) -> Json:
    """Come back from a service's login to the account link page at ``url``."""
    query = _query(order)
    token, nonce = query.get("linkToken", ""), query.get("nonce", "")
    return {"result": links.finish(order.platform, token, nonce, _user(order))}


@views.get("/users/{userId}/open")
async def open_url(order: Order) -> web.StreamResponse:
    """Open an address (``?url=``) as this user: LIFF links lead to their app with tokens."""
    user, url = _user(order), order.request.query.get("url", "")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise LineError(400, "url must be http or https")
    location = _here(resolve(order.platform, url, user))
    response = web.Response(status=302, headers={"Location": location})
    response.set_cookie(COOKIE, user.user_id, samesite="Lax", httponly=True)
    return response


def _here(url: str) -> str:
    """Return the path on this server of LINE's own pages; other addresses as they are."""
    parts = urlsplit(url)
    own = parts.hostname in {"access.line.me", "liff.line.me", "miniapp.line.me"}
    return parts._replace(scheme="", netloc="").geturl() if own else url


@views.post("/assertion-keys")
async def register_key(order: Order) -> Json:
    """Register the public RSA key (``jwk``) that signs a channel's assertions."""
    jwk = order.body.get("jwk")
    if not isinstance(jwk, dict) or not {"n", "e"} <= set(jwk):
        raise LineError(400, "jwk must be a public RSA key with n and e")
    kid = str(order.body.get("kid") or ids.request_id())
    order.platform.world.tokens.assertion_keys[kid] = jwk
    order.platform.on_change()
    return {"kid": kid}


@views.post("/access-token")
async def reissue_token(order: Order) -> Json:
    """Reissue the long-lived channel access token: ``token``, ``keepOld``."""
    token = order.body.get("token")
    if not isinstance(token, str) or not token:
        raise LineError(400, "token is missing")
    channel_tokens.reissue(order.platform, token, keep_old=bool(order.body.get("keepOld")))
    return {}


@views.get("/login-channel")
async def get_login_channel(order: Order) -> Json:
    """Return the login channel's settings."""
    keys, tokens = order.platform.keys, order.platform.world.tokens
    return {
        "channelId": keys.login_channel_id,
        "redirectUris": tokens.redirect_uris,
        "mayReadEmail": tokens.may_read_email,
    }


@views.post("/login-channel")
async def change_login_channel(order: Order) -> Json:
    """Set ``redirectUris`` and ``mayReadEmail``."""
    tokens, body = order.platform.world.tokens, order.body
    if "redirectUris" in body:
        tokens.redirect_uris = [str(uri) for uri in body["redirectUris"]]
    if "mayReadEmail" in body:
        tokens.may_read_email = bool(body["mayReadEmail"])
    order.platform.on_change()
    return await get_login_channel(order)
