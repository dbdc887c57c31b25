"""Coupons in words: what they are worth, how long they are good, what came of asking for one."""

from datetime import datetime

from bot.clock import TOKYO
from bot.content.wallet import Wallet
from bot.coupons.campaign import Campaign
from bot.coupons.lottery import Prize
from bot.coupons.model import Coupon, Outcome, Stage
from bot.coupons.value import FreeItem, Gift, PercentOff, Text, Value, YenOff


def worth(wallet: Wallet, value: Value) -> str:  # noqa: PLR0911 - one a kind
    """Say what a coupon gives, such as 100円引き."""
    texts = wallet.coupons
    match value:
        case YenOff(yen=yen, from_yen=None):
            return texts.yen_off.format(yen=f"{yen:,}")
        case YenOff(yen=yen, from_yen=least):
            return texts.yen_off_from.format(yen=f"{yen:,}", from_yen=f"{least:,}")
        case PercentOff(percent=percent, most_yen=None):
            return texts.percent_off.format(percent=percent)
        case PercentOff(percent=percent, most_yen=most):
            return texts.percent_off_most.format(percent=percent, most_yen=f"{most:,}")
        case FreeItem(item=item):
            return texts.item.format(item=item)
        case Gift(gift=gift):
            return texts.gift.format(gift=gift)
        case Text(says=says):
            return says


def title_of(campaign: Campaign, prize: str | None) -> str:
    """Return the title of a coupon: of its prize where it was won in a table of them."""
    found = _prize(campaign, prize)
    return campaign.title if found is None else found.title


def value_of(campaign: Campaign, prize: str | None) -> Value:
    """Return what a coupon gives."""
    found = _prize(campaign, prize)
    return campaign.value if found is None else found.value


def _prize(campaign: Campaign, prize: str | None) -> Prize | None:
    return campaign.lottery.prize(prize) if campaign.lottery and prize else None


def good_until(wallet: Wallet, coupon: Coupon, now: datetime) -> str:
    """Say until when a coupon is good, and from when where that is still to come."""
    texts, dates = wallet.coupons, wallet.dates
    if coupon.valid_until is None:
        return texts.no_end
    last = dates.before(coupon.valid_until)
    if coupon.valid_from > now:
        first = coupon.valid_from.astimezone(TOKYO).date()
        return texts.from_until.format(starts=dates.on(first), until=last)
    return texts.until.format(until=last)


def stage_words(wallet: Wallet, stage: Stage) -> str:
    """Return the word of a stage."""
    texts = wallet.coupons
    match stage:
        case Stage.OFFERED:
            return texts.offered
        case Stage.GONE:
            return texts.gone
        case Stage.HELD:
            return texts.held
        case Stage.USED:
            return texts.used
        case Stage.EXPIRED:
            return texts.expired
        case Stage.LOST:
            return texts.lost


def refusal(wallet: Wallet, outcome: Outcome) -> str:
    """Say why there is no coupon."""
    texts = wallet.coupons
    found = {
        Outcome.SOLD_OUT: texts.sold_out,
        Outcome.NOT_YET: texts.not_yet,
        Outcome.OVER: texts.over,
        Outcome.NOT_FOR_THEM: texts.not_for_them,
        Outcome.NEEDS_BIRTHDAY: texts.needs_birthday,
        Outcome.TOMORROW: texts.tomorrow,
    }
    return found[outcome]
