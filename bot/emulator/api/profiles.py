"""Profiles of users and of the account, and the list of followers."""

from typing import Any

from bot.emulator import ids, limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.api.paging import page
from bot.emulator.errors import LineError, invalid_parameter, not_found
from bot.emulator.model import User, UserState

operations = Operations()


@operations.get("/v2/bot/profile/{userId}")
def get_profile(call: Call) -> Answer:
    """Return a user's profile, where LINE lets the account see it."""
    user_id = call.params["userId"]
    if not ids.USER_ID.match(user_id):
        raise invalid_parameter("userId")
    user = call.platform.world.users.get(user_id)
    if user is None or not _may_see(user):
        raise not_found()
    return Answer(
        _present(
            displayName=user.display_name,
            userId=user.user_id,
            language=user.language,
            pictureUrl=user.picture_url,
            statusMessage=user.status_message,
        )
    )


def _may_see(user: User) -> bool:
    """Friends, and strangers who wrote to the account; nobody who withheld consent."""
    if not user.consent:
        return False
    wrote = user.state is UserState.STRANGER and user.wrote_at is not None
    return user.state is UserState.FRIEND or wrote


def _present(**properties: Any) -> dict[str, Any]:
    """Leave absent properties out, as LINE does."""
    return {key: value for key, value in properties.items() if value is not None}


@operations.get("/v2/bot/info")
def get_bot_info(call: Call) -> Answer:
    """Return the account's own profile."""
    account = call.platform.world.account
    return Answer(
        _present(
            userId=account.user_id,
            basicId=account.basic_id,
            displayName=account.display_name,
            pictureUrl=account.picture_url,
            chatMode=account.chat_mode,
            markAsReadMode="manual" if account.chat_mode == "chat" else "auto",
        )
    )


@operations.get("/v2/bot/followers/ids")
def list_followers(call: Call) -> Answer:
    """Return the ids of friends, page by page; for verified accounts."""
    world = call.platform.world
    if not world.account.verified:
        raise LineError(403, "Access to this API is not available for your account")
    limit = call.query.get("limit", str(limits.FOLLOWERS_PAGE_DEFAULT))
    if not limit.isdigit() or not 1 <= int(limit) <= limits.FOLLOWERS_PAGE_MAX:
        raise invalid_parameter("limit")
    friends = [
        user.user_id
        for user in world.users.values()
        if user.state is UserState.FRIEND and user.consent
    ]
    return Answer(page(call, friends, "userIds", size=int(limit)))
