"""Whom a narrowcast is for: sets of friends, by audience, redelivery and what LINE knows."""

from collections.abc import Callable
from typing import Any

from bot.emulator import limits
from bot.emulator.errors import LineError
from bot.emulator.model import Audience, User, UserState, World
from bot.emulator.rules import audiences

Node = dict[str, Any]
_DAY = 86400


def friends(world: World) -> set[str]:
    """Return the account's target reach."""
    return {u.user_id for u in world.users.values() if u.state is UserState.FRIEND}


def audiences_in(world: World, node: Node | None, now: float) -> list[Audience]:
    """Return the audiences a recipient names.

    Raises:
        LineError: 400, one does not exist or cannot be used, or so for a request id.
    """
    if node is None:
        return []
    if node["type"] == "audience":
        return [_audience(world, node["audienceGroupId"], now)]
    if node["type"] == "redelivery":
        _earlier(world, node["requestId"], now)
        return []
    return [found for child in _children(node) for found in audiences_in(world, child, now)]


def _audience(world: World, audience_id: int, now: float) -> Audience:
    audience = world.campaigns.audiences.get(str(audience_id))
    if audience is None or audiences.status(world, audience, now) != "READY":
        raise LineError(400, f"Invalid audience group id: {audience_id}")
    return audience


def _earlier(world: World, request_id: str, now: float) -> list[str]:
    kept = world.campaigns.narrowcasts.get(request_id)
    if (
        kept is None
        or kept.phase != "succeeded"
        or now - kept.accepted_at >= limits.NARROWCAST_LIFE_SECONDS
    ):
        raise LineError(400, f"Invalid request id: {request_id}")
    return kept.targets


def has_redelivery(node: Node | None) -> bool:
    """Tell whether a recipient names an earlier narrowcast."""
    if node is None:
        return False
    return node["type"] == "redelivery" or any(map(has_redelivery, _children(node)))


def _children(node: Node) -> list[Node]:
    if node["type"] != "operator":
        return []
    return [node["not"]] if "not" in node else node.get("and") or node.get("or") or []


def resolve(world: World, order: Node, now: float) -> list[str]:
    """Return the friends that recipient and filter select."""
    everyone = friends(world)
    chosen = everyone

    def named(node: Node) -> set[str]:
        if node["type"] == "audience":
            return set(_audience(world, node["audienceGroupId"], now).user_ids) & everyone
        return set(_earlier(world, node["requestId"], now)) & everyone

    def known(node: Node) -> set[str]:
        return {uid for uid in everyone if _matches(world.users[uid], node, now)}

    if order["recipient"] is not None:
        chosen = chosen & _evaluate(order["recipient"], everyone, named)
    if order["demographic"] is not None:
        chosen = chosen & _evaluate(order["demographic"], everyone, known)
    return [user_id for user_id in world.users if user_id in chosen]


def _evaluate(node: Node, everyone: set[str], leaf: Callable[[Node], set[str]]) -> set[str]:
    if node["type"] != "operator":
        return leaf(node)
    sets = [_evaluate(child, everyone, leaf) for child in _children(node)]
    if "not" in node:
        return everyone - sets[0]
    return set.intersection(*sets) if "and" in node else set.union(*sets)


def _matches(user: User, node: Node, now: float) -> bool:
    """Tell whether one demographic filter matches; what LINE does not know never does."""
    kind = node["type"]
    if kind == "subscriptionPeriod":
        days = (now - (user.followed_at or now)) / _DAY
        return _within(days, node, "day_")
    if kind == "age":
        age = user.traits.get("age")
        return age is not None and age.isdigit() and _within(float(age), node, "age_")
    return user.traits.get(kind) in node["oneOf"]


def _within(value: float, node: Node, prefix: str) -> bool:
    least, below = node.get("gte"), node.get("lt")
    return (least is None or value >= int(least.removeprefix(prefix))) and (
        below is None or value < int(below.removeprefix(prefix))
    )
