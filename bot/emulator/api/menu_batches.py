"""Batches: moving all friends from menu to menu in one call.

operations -> changes by the state before the call -> take effect later -> progress
"""

from typing import Any

from bot.emulator import ids, limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.checks.menu_batches import check_batch
from bot.emulator.errors import invalid_parameter, not_found
from bot.emulator.model import Batch, World
from bot.emulator.rules import menu_links
from bot.emulator.rules.calendar import iso

operations = Operations()


@operations.post("/v2/bot/richmenu/batch", rate=limits.RATE_RICHMENU_BATCH)
def batch(call: Call) -> Answer:
    """Change the menus of all friends who have certain ones."""
    body, world = call.json(), call.platform.world
    wanted = check_batch(body, world)
    key = body.get("resumeRequestKey")
    earlier = _earlier(world, key, call.now) if key else None
    changes = _changes(world, wanted) if earlier is None else dict(earlier.unfinished)
    world.menus.batches[call.request_id] = Batch(call.request_id, call.now, resume_key=key)
    menu_links.schedule(call.platform, changes, call.request_id)
    return Answer(status=202)


@operations.post("/v2/bot/richmenu/validate/batch")
def validate(call: Call) -> Answer:
    """Check a batch without doing it."""
    check_batch(call.json(), call.platform.world)
    return Answer()


@operations.get("/v2/bot/richmenu/progress/batch", rate=limits.RATE_HOURLY_100)
def progress(call: Call) -> Answer:
    """Return how far a batch is."""
    request_id = call.query.get("requestId", "")
    if not ids.UUID.match(request_id):
        raise invalid_parameter("requestId")
    kept = call.platform.world.menus.batches.get(request_id)
    if kept is None or call.now - kept.accepted_at > limits.BATCH_LIFE_SECONDS:
        raise not_found()
    answer: dict[str, Any] = {"phase": kept.phase, "acceptedTime": iso(kept.accepted_at)}
    if kept.completed_at is not None:
        answer["completedTime"] = iso(kept.completed_at)
    return Answer(answer)


def _earlier(world: World, key: str, now: float) -> Batch | None:
    """Return the last batch with this resume key, while LINE remembers it."""
    for kept in reversed(world.menus.batches.values()):
        if kept.resume_key == key and now - kept.accepted_at <= limits.BATCH_LIFE_SECONDS:
            return kept
    return None


def _changes(world: World, wanted: list[dict[str, Any]]) -> dict[str, str | None]:
    """Return the new menu of each user; all operations see the state before the call."""
    unlink_all = any(operation["type"] == "unlinkAll" for operation in wanted)
    moves = {operation["from"]: operation.get("to") for operation in wanted if not unlink_all}
    return {
        user.user_id: moves.get(user.rich_menu_id)
        for user in world.users.values()
        if user.rich_menu_id is not None and (unlink_all or user.rich_menu_id in moves)
    }
