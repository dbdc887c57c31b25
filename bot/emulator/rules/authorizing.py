"""The authorization request of LINE Login: what is asked, and where the answer goes.

query -> request, or an error that is shown, or one that is sent back -> decision -> redirect
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from bot.emulator.acts import people
from bot.emulator.model import LoginCode, User, UserState
from bot.emulator.platform import Platform

SCOPES: Final = ("profile", "openid", "email")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9\-._~]{43,128}\Z")
_PROMPTS: Final = frozenset({"consent", "none", "login"})


class ShownError(Exception):
    """An error that only the user sees: there is no callback to trust."""


class SentBackError(Exception):
    """An error that the callback is told."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True)
class Request:
    """What a service asks of a user."""

    redirect_uri: str
    state: str
    scopes: list[str]
    nonce: str | None = None
    challenge: str | None = None
    prompt: str | None = None
    bot_prompt: str | None = None
    response_mode: str = "query"


def callback_of(platform: Platform, query: Mapping[str, str]) -> str:
    """Return the callback of a request.

    Raises:
        ShownError: the channel or the callback is not registered.
    """
    if query.get("client_id") != platform.keys.login_channel_id:
        raise ShownError("Invalid client_id value.")
    uri = query.get("redirect_uri", "")
    registered = platform.world.tokens.redirect_uris
    bare = uri.partition("?")[0]
    if not urlsplit(uri).scheme or (registered and not {uri, bare} & set(registered)):
        raise ShownError("Invalid redirect_uri value. Check if it is registered.")
    return uri


def read(platform: Platform, query: Mapping[str, str]) -> Request:
    """Read a request whose callback is good.

    Raises:
        SentBackError: it asks for something that is not there.
    """
    if query.get("response_type") != "code":
        raise SentBackError("UNSUPPORTED_RESPONSE_TYPE", "Only code is supported.")
    if not query.get("state"):
        raise SentBackError("INVALID_REQUEST", "state is required.")
    _check_challenge(query)
    prompt = query.get("prompt")
    if prompt is not None and prompt not in _PROMPTS:
        raise SentBackError("INVALID_REQUEST", "Invalid prompt.")
    return Request(
        redirect_uri=query["redirect_uri"],
        state=query["state"],
        scopes=_scopes(platform, query.get("scope", "")),
        nonce=query.get("nonce"),
        challenge=query.get("code_challenge"),
        prompt=prompt,
        bot_prompt=query.get("bot_prompt"),
        response_mode=query.get("response_mode", "query"),
    )


def _scopes(platform: Platform, text: str) -> list[str]:
    scopes = text.split()
    allowed = SCOPES if platform.world.tokens.may_read_email else SCOPES[:2]
    if not scopes or any(scope not in allowed for scope in scopes):
        raise SentBackError("INVALID_SCOPE", "Invalid scope.")
    if "email" in scopes and "openid" not in scopes:
        raise SentBackError("INVALID_SCOPE", "email needs openid.")
    return scopes


def _check_challenge(query: Mapping[str, str]) -> None:
    challenge, method = query.get("code_challenge"), query.get("code_challenge_method")
    if challenge is None and method is None:
        return
    if method != "S256" or challenge is None or not _CHALLENGE.match(challenge):
        raise SentBackError("INVALID_REQUEST", "code_challenge needs S256.")


def silent(platform: Platform, request: Request, user: User | None) -> bool:
    """Tell whether the answer may go back without a page (``prompt=none``).

    Raises:
        SentBackError: nobody is logged in, or the user has to be asked.
    """
    if request.prompt != "none":
        return False
    if user is None:
        raise SentBackError("LOGIN_REQUIRED", "The user is not logged in.")
    agreed = platform.world.tokens.consents.get(user.user_id, [])
    if not set(request.scopes) <= set(agreed):
        raise SentBackError("INTERACTION_REQUIRED", "The user has to agree.")
    return True


def allow(
    platform: Platform, request: Request, user: User, *, add_friend: bool = False
) -> dict[str, str]:
    """Let a user log in; return what the callback is told."""
    changed = "false"
    if add_friend and user.state in {UserState.STRANGER, UserState.BLOCKED}:
        people.follow(platform, user)
        changed = "true"
    tokens = platform.world.tokens
    agreed = tokens.consents.setdefault(user.user_id, [])
    agreed += [scope for scope in request.scopes if scope not in agreed]
    code = secrets.token_urlsafe(15)
    tokens.codes[code] = LoginCode(
        user.user_id,
        platform.keys.login_channel_id,
        request.redirect_uri,
        request.scopes,
        platform.clock.seconds(),
        request.nonce,
        request.challenge,
    )
    platform.on_change()
    answer = {"code": code, "state": request.state}
    return {**answer, "friendship_status_changed": changed} if request.bot_prompt else answer


def refused(error: SentBackError, state: str | None) -> dict[str, str]:
    """Return what the callback is told about an error."""
    answer = {"error": error.code, "error_description": error.description}
    return {**answer, "state": state} if state else answer


def denied() -> SentBackError:
    """Answer that the user said no."""
    return SentBackError("ACCESS_DENIED", "The resource owner denied the request.")


def with_query(uri: str, answer: Mapping[str, str]) -> str:
    """Return a callback with the answer in its query."""
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(answer)}"
