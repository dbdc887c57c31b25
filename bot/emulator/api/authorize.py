"""The login page: consent, and the way back to the service.

GET asks, POST decides; a test decides at once with ``POST /_emulator/users/{userId}/login``.
"""

from collections.abc import Mapping
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl

from bot.emulator.api import pages
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.model import User, UserState
from bot.emulator.rules import authorizing
from bot.emulator.rules.authorizing import SentBackError, ShownError, denied

operations = Operations(bearer=False, json=False, host="access")

_PATH = "/oauth2/v2.1/authorize"
#: Names the user whose phone the browser is.
COOKIE = "emulated_user"


def browsing_user(call: Call) -> User | None:
    """Return the user whose phone this browser is, by query or cookie."""
    cookie = SimpleCookie(call.headers.get("Cookie", "")).get(COOKIE)
    user_id = call.query.get("emulatedUser") or (cookie.value if cookie else "")
    return call.platform.world.users.get(user_id)


@operations.get(_PATH)
def ask(call: Call) -> Answer:
    """Show the consent page, or go back at once where nothing is to be asked."""
    query, platform = dict(call.query), call.platform
    try:
        uri = authorizing.callback_of(platform, query)
    except ShownError as error:
        return pages.message("400 Bad Request", str(error), 400)
    user = browsing_user(call)
    try:
        request = authorizing.read(platform, query)
        if user is not None and authorizing.silent(platform, request, user):
            return _back(call, query, uri, authorizing.allow(platform, request, user))
        authorizing.silent(platform, request, user)
    except SentBackError as error:
        return _back(call, query, uri, authorizing.refused(error, query.get("state")))
    people = [u for u in platform.world.users.values() if u.state in _CAN_LOG_IN]
    chosen = user.user_id if user else None
    return pages.consent(
        people, chosen, request.scopes, {}, ask_friend=request.bot_prompt is not None
    )


_CAN_LOG_IN = frozenset({UserState.STRANGER, UserState.FRIEND, UserState.BLOCKED})


@operations.post(_PATH)
def decide(call: Call) -> Answer:
    """Take the decision of the consent page."""
    form = dict(parse_qsl(call.raw.decode(errors="replace")))
    query = dict(call.query)
    try:
        uri = authorizing.callback_of(call.platform, query)
    except ShownError as error:
        return pages.message("400 Bad Request", str(error), 400)
    answer = decided(
        call,
        query,
        form.get("userId", ""),
        allowed=form.get("decision") == "allow",
        add_friend="addFriend" in form,
    )
    return _back(call, query, uri, answer)


def decided(
    call: Call, query: Mapping[str, str], user_id: str, *, allowed: bool, add_friend: bool
) -> dict[str, str]:
    """Return what the callback is told."""
    try:
        request = authorizing.read(call.platform, query)
        user = call.platform.world.users.get(user_id)
        if not allowed or user is None:
            raise denied()
        friend = add_friend and request.bot_prompt is not None
        return authorizing.allow(call.platform, request, user, add_friend=friend)
    except SentBackError as error:
        return authorizing.refused(error, query.get("state"))


def _back(call: Call, query: Mapping[str, str], uri: str, answer: dict[str, str]) -> Answer:
    if query.get("response_mode") == "form_post":
        return pages.posted_back(call.platform.local(uri), answer)
    return pages.redirect(call.platform.local(authorizing.with_query(uri, answer)))
