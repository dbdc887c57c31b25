"""Narrowcasts: recipients, demographic filters and limits."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import ROOT, At, Findings
from bot.emulator.errors import LineError

AGES: Final = tuple(f"age_{years}" for years in range(15, 75, 5))
PERIODS: Final = ("day_7", "day_30", "day_90", "day_180", "day_365")
AREAS: Final = tuple(
    f"{country}_{number:02}"
    for country, count in (("jp", 47), ("tw", 22), ("th", 8), ("id", 12))
    for number in range(1, count + 1)
)
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "gender": ("male", "female"),
    "appType": ("ios", "android"),
    "area": AREAS,
}
_RANGES: Final[Mapping[str, tuple[str, ...]]] = {"age": AGES, "subscriptionPeriod": PERIODS}
_OPERATORS: Final = ("and", "or", "not")
Leaf = Callable[[Node, At, Findings], None]


def check_order(body: Node, findings: Findings) -> dict[str, Any]:
    """Check recipient, filter and limit, and return them."""
    recipient = fields.child(body, "recipient", ROOT, findings, required=False)
    if recipient is not None:
        at = ROOT.key("recipient")
        count = _check_tree(recipient, at, findings, _check_recipient)
        if count > limits.NARROWCAST_RECIPIENTS_MAX:
            most = limits.NARROWCAST_RECIPIENTS_MAX
            findings.add(at, f"Audiences must be less than or equal to {most}")
    chosen = fields.child(body, "filter", ROOT, findings, required=False) or {}
    at = ROOT.key("filter")
    demographic = fields.child(chosen, "demographic", at, findings, required=False)
    if demographic is not None:
        place = at.key("demographic")
        count = _check_tree(demographic, place, findings, _check_filter)
        if count > limits.NARROWCAST_FILTERS_MAX:
            most = limits.NARROWCAST_FILTERS_MAX
            findings.add(place, f"Filters must be less than or equal to {most}")
    limit = fields.child(body, "limit", ROOT, findings, required=False)
    if limit is not None:
        _check_limit(limit, ROOT.key("limit"), findings)
    return {"recipient": recipient, "demographic": demographic, "limit": limit or {}}


def _check_tree(node: Node, at: At, findings: Findings, leaf: Leaf) -> int:
    """Check a tree of operators and return how many leaves it has."""
    if node.get("type") != "operator":
        leaf(node, at, findings)
        return 1
    used = [key for key in _OPERATORS if key in node]
    if len(used) != 1:
        findings.add(at, "Exactly one of and, or, not must be specified")
        return 0
    key = used[0]
    if key == "not":
        child = fields.child(node, "not", at, findings, required=True)
        return _check_tree(child, at.key("not"), findings, leaf) if child else 0
    children = fields.objects(node, key, at, findings, least=1, most=limits.TEXT_MAX)
    return sum(
        _check_tree(child, at.key(key).item(index), findings, leaf)
        for index, child in enumerate(children)
    )


def _check_recipient(node: Node, at: At, findings: Findings) -> None:
    kinds = ("audience", "redelivery", "operator")
    kind = fields.one_of(node, "type", at, findings, kinds, required=True)
    if kind == "audience":
        fields.integer(node, "audienceGroupId", at, findings)
    elif kind == "redelivery":
        fields.text(node, "requestId", at, findings, most=limits.TEXT_MAX)


def _check_filter(node: Node, at: At, findings: Findings) -> None:
    kinds = (*_CHOICES, *_RANGES, "operator")
    kind = fields.one_of(node, "type", at, findings, kinds, required=True) or ""
    if kind in _CHOICES:
        chosen = node.get("oneOf")
        if not isinstance(chosen, list) or not chosen:
            findings.add(at.key("oneOf"), fields.EMPTY)
            return
        for index, value in enumerate(chosen):
            if value not in _CHOICES[kind]:
                listed = ", ".join(_CHOICES[kind])
                message = f"Must be one of the following values: [{listed}]"
                findings.add(at.key("oneOf").item(index), message)
    elif kind in _RANGES:
        for key in ("gte", "lt"):
            fields.one_of(node, key, at, findings, _RANGES[kind])
        if "gte" not in node and "lt" not in node:
            findings.add(at, "gte or lt must be specified")


def _check_limit(limit: Node, at: At, findings: Findings) -> None:
    fields.integer(limit, "max", at, findings, least=1, required=False)
    remaining = fields.boolean(limit, "upToRemainingQuota", at)
    if fields.boolean(limit, "forbidPartialDelivery", at) and not remaining:
        raise LineError(
            400, "The option forbidPartialDelivery must be used with upToRemainingQuota."
        )
