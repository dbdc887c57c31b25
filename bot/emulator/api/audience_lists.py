"""Reading audiences: one with its jobs, and pages of them; own ones and shared ones."""

from typing import Any

from bot.emulator import limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.errors import query_error
from bot.emulator.rules import audiences as rules

operations = Operations(rate=limits.RATE_AUDIENCE)


@operations.get("/v2/bot/audienceGroup/list")
def list_own(call: Call) -> Answer:
    """Return a page of the account's audiences."""
    return Answer(_page(call, shared=False))


@operations.get("/v2/bot/audienceGroup/shared/list")
def list_shared(call: Call) -> Answer:
    """Return a page of the audiences that other accounts share."""
    return Answer(_page(call, shared=True))


@operations.get("/v2/bot/audienceGroup/shared/{audienceGroupId}")
def get_shared(call: Call) -> Answer:
    """Return a shared audience and who shares it."""
    world = call.platform.world
    audience = world.campaigns.audiences.get(call.params["audienceGroupId"])
    if audience is None or not audience.shared:
        raise rules.refused("AUDIENCE_GROUP_NOT_FOUND")
    owner = {"serviceType": "lap", "id": "1", "name": "Another account"}
    group = rules.wire(world, audience, call.now)
    jobs = rules.wire_jobs(audience, call.now)
    return Answer({"audienceGroup": group, "jobs": jobs, "owner": owner})


@operations.get("/v2/bot/audienceGroup/{audienceGroupId}")
def get(call: Call) -> Answer:
    """Return an audience and its uploads."""
    world = call.platform.world
    audience = rules.require(world, call.params["audienceGroupId"])
    group = rules.wire(world, audience, call.now)
    return Answer({"audienceGroup": group, "jobs": rules.wire_jobs(audience, call.now)})


def _page(call: Call, *, shared: bool) -> dict[str, Any]:
    number = _number(call, "page", 1, None)
    size = _number(call, "size", limits.AUDIENCE_PAGE_DEFAULT, limits.AUDIENCE_PAGE_MAX)
    world = call.platform.world
    known = [
        rules.wire(world, audience, call.now)
        for audience in world.campaigns.audiences.values()
        if audience.shared == shared
    ]
    if text := call.query.get("description"):
        known = [item for item in known if text.casefold() in item["description"].casefold()]
    for key in ("status", "createRoute"):
        if wanted := call.query.get(key):
            known = [item for item in known if item[key] == wanted]
    start = (number - 1) * size
    writable = sum(item["permission"] == "READ_WRITE" for item in known)
    return {
        "audienceGroups": known[start : start + size],
        "hasNextPage": start + size < len(known),
        "totalCount": len(known),
        "readWriteAudienceGroupTotalCount": writable,
        "page": number,
        "size": size,
    }


def _number(call: Call, key: str, default: int, most: int | None) -> int:
    text = call.query.get(key, str(default))
    if not text.isdigit() or int(text) < 1 or (most is not None and int(text) > most):
        limit = f"Must be between 1 and {most}" if most else "Must be a positive value"
        raise query_error(key, limit)
    return int(text)
