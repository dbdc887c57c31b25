"""Coupons as friends see them in the talk: the list, one of them, what came of asking for one.

Coupon, Campaign -> bubbles, for handlers to return and for a greeting to carry
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import orjson

from bot.content import Account
from bot.content.wallet import Wallet
from bot.coupons import words
from bot.coupons.campaign import Campaign
from bot.coupons.model import Coupon, Issued, Outcome, Stage
from bot.line import limits
from bot.line.check import checked
from bot.line.messages import Action, Message, flex, postback, quick_reply, text, uri
from bot.membership.links import PageLinks
from bot.postbacks import ClaimCoupon, MoreCoupons, ShowCoupon, ShowCoupons
from flex_templates import Prepared, render, slot
from flex_templates import prepared as template

#: Coupons in one carousel; one bubble is left for *more*.
PAGE: Final = limits.CAROUSEL_BUBBLES - 1

_COMMITMENT: Final = 16
#: Bubbles of single coupons that are kept ready.
_KEEPS: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a bubble says of a coupon."""

    title: str
    worth: str
    stage: str
    until: str | None
    picture: str | None
    is_new: bool = False
    text: str = ""
    serial: str | None = None
    rules: tuple[str, ...] = ()


class CouponScreens:
    """Draws what is said about coupons, in the words and colours of the account."""

    def __init__(self, account: Account, wallet: Wallet, links: PageLinks) -> None:
        self._account = account
        self._wallet = wallet
        self._links = links
        self._details: dict[Hashable, tuple[Campaign, Prepared]] = {}

    def carousel(
        self,
        held: Sequence[tuple[Coupon, Campaign]],
        offered: Sequence[tuple[Campaign, bool]],
        *,
        shown: int = 0,
        now: datetime,
    ) -> Message:
        """Show coupons, so many behind the first: theirs in front, then what is handed out."""
        texts = self._wallet.coupons
        everything = [
            *(partial(self._held, coupon, campaign, now) for coupon, campaign in held),
            *(partial(self._offered, campaign, is_gone=gone) for campaign, gone in offered),
        ]
        if not everything[shown:]:
            return text(texts.none)
        here = everything[shown : shown + PAGE]
        bubbles = [draw() for draw in here]
        left = len(everything) - shown - len(here)
        if left:
            action = postback(texts.more, MoreCoupons(shown + len(here)), display_text=texts.more)
            more = texts.more_text.format(count=left)
            bubbles.append(render("coupons_more", account=self._account, text=more, action=action))
        return flex(texts.list_alt, {"type": "carousel", "contents": bubbles})

    def detail(self, coupon: Coupon, campaign: Campaign, *, now: datetime) -> Message:
        """Show one coupon, with the way to use it where it can be used."""
        texts, stage = self._wallet.coupons, coupon.stage(now)
        alt = {
            Stage.HELD: texts.is_held,
            Stage.USED: texts.is_used,
            Stage.EXPIRED: texts.is_expired,
        }[stage]
        return self._detail(coupon, campaign, alt, now)

    def issued(self, issued: Issued, *, now: datetime) -> list[Message]:
        """Show what came of asking for a coupon."""
        texts, campaign = self._wallet.coupons, issued.campaign
        if issued.outcome is Outcome.LOST and campaign.lottery is not None:
            return [self._lost(issued, campaign)]
        if issued.outcome is Outcome.TOMORROW or issued.coupon is None:
            refusal = words.refusal(self._wallet, issued.outcome)
            return [text(refusal, quick_reply=quick_reply(self._list_action()))]
        if issued.outcome is Outcome.ISSUED:
            return [self._detail(issued.coupon, campaign, texts.received, now)]
        return [self.detail(issued.coupon, campaign, now=now)]

    def _held(self, coupon: Coupon, campaign: Campaign, now: datetime) -> object:
        texts = self._wallet.coupons
        title = words.title_of(campaign, coupon.prize)
        shown = Shown(
            title=title,
            worth=words.worth(self._wallet, words.value_of(campaign, coupon.prize)),
            stage=words.stage_words(self._wallet, coupon.stage(now)),
            until=words.good_until(self._wallet, coupon, now),
            picture=campaign.picture,
        )
        action = postback(texts.show, ShowCoupon(coupon.coupon_id), display_text=title)
        return self._bubble(shown, self._account.brand.member, action)

    def _offered(self, campaign: Campaign, *, is_gone: bool) -> object:
        texts = self._wallet.coupons
        shown = Shown(
            title=campaign.title,
            worth=words.worth(self._wallet, campaign.value),
            stage=texts.gone if is_gone else texts.offered,
            until=None,
            picture=campaign.picture,
            is_new=True,
        )
        if is_gone:
            return self._bubble(shown, self._account.brand.muted, None)
        label = texts.take if campaign.lottery is None else texts.draw
        action = postback(label, ClaimCoupon(campaign.key), display_text=campaign.title)
        return self._bubble(shown, self._account.brand.primary, action)

    def _bubble(self, shown: Shown, colour: str, action: Action | None) -> object:
        return render("coupon", account=self._account, coupon=shown, colour=colour, action=action)

    def _detail(self, coupon: Coupon, campaign: Campaign, alt: str, now: datetime) -> Message:
        stage, rules = coupon.stage(now), tuple(self._rules(coupon, campaign))
        address = self._links.coupon(coupon.person_id, coupon.coupon_id, now=now)
        bubble = self._filled(
            (campaign, coupon, stage, rules),
            until=words.good_until(self._wallet, coupon, now),
            serial=coupon.serial or "",
            address=address,
        )
        title = words.title_of(campaign, coupon.prize)
        return flex(f"{alt} {title}", bubble, quick_reply=quick_reply(self._list_action()))

    def _filled(
        self, drawing: tuple[Campaign, Coupon, Stage, tuple[str, ...]], **texts: str
    ) -> orjson.Fragment:
        """Fill the bubble of a coupon, drawn and checked once for all that look the same."""
        campaign, coupon, stage, rules = drawing
        key = (campaign.key, coupon.prize, coupon.serial is None, stage, rules)
        known = self._details.get(key)
        if known is not None and known[0] is campaign:
            return known[1].fill(**texts)
        drawn = self._draw(campaign, coupon, stage, rules)
        filled = drawn.fill(**texts)
        checked(filled)
        if len(self._details) >= _KEEPS:
            self._details.clear()
        self._details[key] = (campaign, drawn)
        return filled

    def _draw(
        self, campaign: Campaign, coupon: Coupon, stage: Stage, rules: tuple[str, ...]
    ) -> Prepared:
        texts = self._wallet.coupons
        shown = Shown(
            title=words.title_of(campaign, coupon.prize),
            worth=words.worth(self._wallet, words.value_of(campaign, coupon.prize)),
            stage=words.stage_words(self._wallet, stage),
            until=slot("until"),
            picture=campaign.picture,
            text=campaign.text,
            serial=slot("serial") if coupon.serial else None,
            rules=rules,
        )
        usable = stage is Stage.HELD
        return template(
            "coupon_detail",
            account=self._account,
            words=texts,
            coupon=shown,
            colour=self._account.brand.member if usable else self._account.brand.muted,
            usable=usable,
            buttons=[uri(texts.use, slot("address"))] if usable else [],
        )

    def _rules(self, coupon: Coupon, campaign: Campaign) -> list[str]:
        texts = self._wallet.coupons
        rules = [campaign.terms] if campaign.terms else []
        rules.append(texts.stackable if campaign.stackable else texts.not_stackable)
        if coupon.uses_left is None:
            rules.append(texts.again)
        elif not coupon.is_for_once and coupon.uses_left:
            rules.append(texts.times_left.format(count=coupon.uses_left))
        return rules

    def _lost(self, issued: Issued, campaign: Campaign) -> Message:
        texts, losing = self._wallet.coupons, campaign.lottery
        assert losing is not None  # noqa: S101 - for the type checker: who calls has looked
        number = "" if issued.draw is None else issued.draw.commitment[:_COMMITMENT].upper()
        bubble = render(
            "lottery_lost",
            account=self._account,
            title=losing.losing.title,
            text=losing.losing.text,
            stage=texts.lost,
            number=f"{texts.draw_number} {number}",
            buttons=[self._list_action()],
        )
        return flex(losing.losing.title, bubble)

    def _list_action(self) -> Action:
        label = self._wallet.coupons.list
        return postback(label, ShowCoupons(), display_text=label)
