"""The bubbles of a member's wallet: card, points, stamps, coupons and receipts."""

from datetime import timedelta
from typing import Any, Final

import orjson

from bot import content
from bot.content import Account
from bot.coupons import campaign
from bot.coupons.model import Coupon, Draw, Issued, Outcome
from bot.coupons.showing import CouponScreens
from bot.line.messages import postback
from bot.membership.links import PageLinks
from bot.postbacks import MoreCoupons, ShowPoints, ShowStamps
from flex_templates import render
from tests.support import NOON

WALLET: Final = content.wallet()
CAMPAIGNS: Final = campaign.load_all()
LOAVES: Final = CAMPAIGNS["first_hundred_loaves"]
COUPON: Final = Coupon(
    coupon_id=123_456_789_012_345_678,
    number="1234567897",
    campaign=LOAVES.key,
    prize=None,
    person_id=1,
    ordinal=1,
    is_used=False,
    uses=3,
    used=1,
    serial="7K2F-9DXM-P4",
    valid_from=NOON,
    valid_until=NOON + timedelta(days=14, hours=12),
    why="event:1",
    issued_at=NOON,
)
DRAW: Final = Draw(
    draw_id=1,
    campaign="lucky_swallow",
    person_id=1,
    ordinal=1,
    seed=b"",
    commitment="4f2a91c05b6d7e8f" * 4,
    odds=(),
    prize=None,
    coupon_id=None,
    why="event:1",
    drawn_at=NOON,
)


def bubbles(account: Account) -> dict[str, dict[str, Any]]:
    """Return every bubble by the name of its file."""
    links = PageLinks("golden", "https://shop.example")
    screens = CouponScreens(account, WALLET, links)
    lost = Issued(outcome=Outcome.LOST, campaign=CAMPAIGNS["lucky_swallow"], draw=DRAW)
    offered = [(CAMPAIGNS["birthday_cake"], False), (LOAVES, True)]
    carousel = screens.carousel([(COUPON, LOAVES)], offered, now=NOON)["contents"]["contents"]
    detail = filled(screens.detail(COUPON, LOAVES, now=NOON)["contents"])
    later = NOON + timedelta(days=30)
    used = filled(screens.detail(COUPON, LOAVES, now=later)["contents"])
    return {
        "coupon_held": carousel[0],
        "coupon_offered": carousel[1],
        "coupon_gone": carousel[2],
        "coupons_more": render(
            "coupons_more",
            account=account,
            text=WALLET.coupons.more_text.format(count=3),
            action=postback(WALLET.coupons.more, MoreCoupons(11)),
        ),
        "coupon_detail": detail,
        "coupon_expired": used,
        "lottery_lost": screens.issued(lost, now=NOON)[0]["contents"],
        "receipt": render(
            "receipt",
            account=account,
            title=WALLET.coupons.undone_title,
            coupon=LOAVES.title,
            at=WALLET.coupons.used_at.format(at=WALLET.dates.at(NOON), shop="駅前店"),
            text=WALLET.coupons.undone_text,
        ),
        "member_card": _card(account),
        "points": _points(account),
        "stamps": _stamps(account),
    }


def filled(contents: object) -> dict[str, Any]:
    """Return the bubble that a template kept ready was filled to."""
    bubble: dict[str, Any] = orjson.loads(orjson.dumps(contents))
    return bubble


def _card(account: Account) -> dict[str, Any]:
    return render(
        "member_card",
        account=account,
        words=WALLET.card,
        image_url="https://shop.example/card/sample.png",
        page_url="https://shop.example/p/card/sample",
        show_page=WALLET.pages.show_card,
        number="2 012345 678905",
        rank="シルバー",
        to_next=WALLET.card.to_next.format(missing="69,000円", rank="ゴールド"),
        points=WALLET.points.balance.format(points="1,240"),
        expiry=WALLET.card.expiring.format(until="2026/11/30(月)", points="310"),
        buttons=[
            postback(WALLET.card.show_points, ShowPoints()),
            postback(WALLET.card.show_stamps, ShowStamps()),
        ],
    )


def _points(account: Account) -> dict[str, Any]:
    return render(
        "points",
        account=account,
        words=WALLET.points,
        balance=WALLET.points.balance.format(points="1,240"),
        expiry=WALLET.points.expiring.format(until="2026/11/30(月)", points="310"),
        owed=WALLET.points.owed.format(points="20"),
        rows=[
            {"what": WALLET.points.bought, "at": WALLET.dates.at(NOON), "points": "+310"},
            {"what": WALLET.points.spent, "at": WALLET.dates.at(NOON), "points": "-1,000"},
        ],
    )


def _stamps(account: Account) -> dict[str, Any]:
    places = [{"stamped": place <= 4, "mark": str(place)} for place in range(1, 11)]
    return render(
        "stamps",
        account=account,
        title="パンのスタンプカード",
        said=WALLET.stamps.stamped,
        progress=WALLET.stamps.progress.format(stamps=4, size=10),
        places=[places[:5], places[5:]],
        next=WALLET.stamps.next.format(count=1, bonus="50ポイント"),
        show=WALLET.pages.show_stamps,
        page_url="https://shop.example/p/stamps/sample",
    )
