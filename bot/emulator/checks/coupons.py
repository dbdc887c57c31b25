"""Coupons to be created."""

from typing import Any, Final

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import ROOT, At, Findings
from bot.emulator.checks.timezones import TIMEZONES
from bot.emulator.errors import body_errors

_KEYS: Final = (
    "acquisitionCondition",
    "barcodeImageUrl",
    "couponCode",
    "description",
    "endTimestamp",
    "imageUrl",
    "maxUseCountPerTicket",
    "startTimestamp",
    "title",
    "usageCondition",
    "reward",
    "visibility",
    "timezone",
)
_REWARDS: Final = ("discount", "free", "gift", "cashBack", "others")
_PRICES: Final = {
    "discount": ("fixed", "percentage", "explicit"),
    "cashBack": ("fixed", "percentage"),
}
_PRICE_KEYS: Final = {
    "fixed": ("fixedAmount",),
    "percentage": ("percentage",),
    "explicit": ("originalPrice", "priceAfterDiscount"),
}


def check_coupon(body: Node, now: float) -> dict[str, Any]:
    """Check a coupon and return what is kept of it.

    Raises:
        LineError: 400 with every violation.
    """
    findings = Findings()
    fields.text(body, "title", ROOT, findings, most=limits.COUPON_TITLE_MAX)
    for key, most in (
        ("description", limits.COUPON_DESCRIPTION_MAX),
        ("usageCondition", limits.COUPON_USAGE_MAX),
        ("couponCode", limits.COUPON_CODE_MAX),
    ):
        fields.text(body, key, ROOT, findings, most=most, required=False)
    for key in ("imageUrl", "barcodeImageUrl"):
        fields.https(body, key, ROOT, findings, required=False)
    visible = ("PUBLIC", "UNLISTED")
    fields.one_of(body, "visibility", ROOT, findings, visible, required=True)
    fields.one_of(body, "timezone", ROOT, findings, TIMEZONES, required=True)
    uses = fields.integer(body, "maxUseCountPerTicket", ROOT, findings)
    if uses not in {None, 1, -1}:
        findings.add(ROOT.key("maxUseCountPerTicket"), "Must be 1 or -1")
    _check_period(body, now, findings)
    _check_condition(body, findings)
    _check_reward(body, findings)
    if findings:
        raise body_errors(findings.details)
    return {key: body[key] for key in _KEYS if body.get(key) is not None}


def _check_period(body: Node, now: float, findings: Findings) -> None:
    start = fields.integer(body, "startTimestamp", ROOT, findings, least=0)
    end = fields.integer(body, "endTimestamp", ROOT, findings, least=0)
    if end is not None and end <= now:
        findings.add(ROOT.key("endTimestamp"), "Must be in the future")
    elif start is not None and end is not None and end <= start:
        findings.add(ROOT.key("endTimestamp"), "Must be after startTimestamp")


def _check_condition(body: Node, findings: Findings) -> None:
    condition = fields.child(body, "acquisitionCondition", ROOT, findings, required=True)
    if condition is None:
        return
    at = ROOT.key("acquisitionCondition")
    kinds = ("normal", "lottery")
    kind = fields.one_of(condition, "type", at, findings, kinds, required=True)
    if kind == "lottery":
        most = limits.COUPON_PERCENT_MAX
        fields.integer(condition, "lotteryProbability", at, findings, least=1, most=most)
        count = fields.integer(
            condition, "maxAcquireCount", at, findings, most=limits.COUPON_ACQUIRE_MAX
        )
        if count is not None and count < 1 and count != -1:
            findings.add(at.key("maxAcquireCount"), "Must be -1 or a positive value")


def _check_reward(body: Node, findings: Findings) -> None:
    reward = fields.child(body, "reward", ROOT, findings, required=False)
    if reward is None:
        return
    at = ROOT.key("reward")
    kind = fields.one_of(reward, "type", at, findings, _REWARDS, required=True)
    price = fields.child(reward, "priceInfo", at, findings, required=False)
    if kind is None or price is None:
        return
    if kind not in _PRICES:
        findings.add(at.key("priceInfo"), "Must not be specified")
        return
    _check_price(price, _PRICES[kind], at.key("priceInfo"), findings)


def _check_price(price: Node, kinds: tuple[str, ...], at: At, findings: Findings) -> None:
    kind = fields.one_of(price, "type", at, findings, kinds, required=True)
    if kind is None:
        return
    for key in _PRICE_KEYS[kind]:
        most = limits.COUPON_PERCENT_MAX if key == "percentage" else None
        fields.integer(price, key, at, findings, least=1, most=most)
    for key in price:
        if key != "type" and key not in _PRICE_KEYS[kind]:
            findings.add(at.key(key), "Must not be specified")
