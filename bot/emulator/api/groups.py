"""Groups and rooms as the bot sees them: name, members, leaving."""

from typing import Any

from bot.emulator import ids, limits
from bot.emulator.acts import groups
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.api.paging import page
from bot.emulator.errors import LineError, invalid_parameter, not_found
from bot.emulator.model import Group

operations = Operations()

_SHAPES = {"group": ids.GROUP_ID, "room": ids.ROOM_ID}


def _group(call: Call) -> Group:
    kind = "group" if "groupId" in call.params else "room"
    group_id = call.params[f"{kind}Id"]
    if not _SHAPES[kind].match(group_id):
        raise invalid_parameter(f"{kind}Id")
    group = call.platform.world.groups.get(group_id)
    if group is None or not group.has_bot:
        raise not_found()
    return group


@operations.get("/v2/bot/group/{groupId}/summary")
def get_summary(call: Call) -> Answer:
    """Return a group's name and picture."""
    group = _group(call)
    answer: dict[str, Any] = {"groupId": group.group_id, "groupName": group.name}
    if group.picture_url is not None:
        answer["pictureUrl"] = group.picture_url
    return Answer(answer)


@operations.get("/v2/bot/group/{groupId}/members/count")
@operations.get("/v2/bot/room/{roomId}/members/count")
def count_members(call: Call) -> Answer:
    """Return how many people are in it, the account not counted."""
    return Answer({"count": len(_group(call).member_ids)})


@operations.get("/v2/bot/group/{groupId}/members/ids")
@operations.get("/v2/bot/room/{roomId}/members/ids")
def list_members(call: Call) -> Answer:
    """Return the members' ids, page by page; for verified accounts."""
    group = _group(call)
    if not call.platform.world.account.verified:
        raise LineError(403, "Access to this API is not available for your account")
    return Answer(page(call, group.member_ids, "memberIds", size=limits.MEMBERS_PAGE))


@operations.get("/v2/bot/group/{groupId}/member/{userId}")
@operations.get("/v2/bot/room/{roomId}/member/{userId}")
def get_member(call: Call) -> Answer:
    """Return a member's profile, be they a friend or not."""
    group, user_id = _group(call), call.params["userId"]
    if not ids.USER_ID.match(user_id):
        raise invalid_parameter("userId")
    user = call.platform.world.users.get(user_id)
    if user is None or user_id not in group.member_ids:
        raise not_found()
    answer = {"displayName": user.display_name, "userId": user.user_id}
    if user.picture_url is not None:
        answer["pictureUrl"] = user.picture_url
    return Answer(answer)


@operations.post("/v2/bot/group/{groupId}/leave", json=False)
@operations.post("/v2/bot/room/{roomId}/leave", json=False)
def leave(call: Call) -> Answer:
    """Leave a group or room."""
    groups.bot_leaves(call.platform, _group(call))
    return Answer()
