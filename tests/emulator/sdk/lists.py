"""Coupons, memberships, groups and rooms."""

from tests.emulator.sdk.cast import NOBODY, UNAUTHORIZED, Case
from tests.emulator.support import Json


def _coupon(now: float) -> Json:
    return {
        "title": "Spring",
        "acquisitionCondition": {"type": "normal"},
        "maxUseCountPerTicket": 1,
        "startTimestamp": int(now),
        "endTimestamp": int(now) + 86400,
        "timezone": "ASIA_TOKYO",
        "visibility": "PUBLIC",
        "reward": {"type": "free"},
    }


LISTS: dict[str, Case] = {
    "close_coupon": (
        lambda c: {"coupon_id": c.coupon},
        lambda _: {"coupon_id": "none"},
        404,
    ),
    "create_coupon": (
        lambda c: {"coupon_create_request": _coupon(c.now)},
        lambda c: {"coupon_create_request": {**_coupon(c.now), "endTimestamp": 1}},
        400,
    ),
    "get_coupon_detail": (
        lambda c: {"coupon_id": c.coupon},
        lambda _: {"coupon_id": "none"},
        404,
    ),
    "get_group_member_count": (
        lambda c: {"group_id": c.group},
        lambda _: {"group_id": "C1"},
        400,
    ),
    "get_group_member_profile": (
        lambda c: {"group_id": c.group, "user_id": c.mei},
        lambda c: {"group_id": c.group, "user_id": NOBODY},
        404,
    ),
    "get_group_members_ids": (
        lambda c: {"group_id": c.group},
        lambda c: {"group_id": c.group, "start": "nonsense"},
        400,
    ),
    "get_group_summary": (
        lambda c: {"group_id": c.group},
        lambda _: {"group_id": "C" + "0" * 32},
        404,
    ),
    "get_joined_membership_users": (
        lambda c: {"membership_id": c.plan},
        lambda _: {"membership_id": 7},
        404,
    ),
    "get_membership_list": (lambda _: {}, None, UNAUTHORIZED),
    "get_membership_subscription": (
        lambda c: {"user_id": c.mei},
        lambda _: {"user_id": NOBODY},
        404,
    ),
    "get_room_member_count": (lambda c: {"room_id": c.room}, lambda _: {"room_id": "R1"}, 400),
    "get_room_member_profile": (
        lambda c: {"room_id": c.room, "user_id": c.mei},
        lambda c: {"room_id": c.room, "user_id": NOBODY},
        404,
    ),
    "get_room_members_ids": (
        lambda c: {"room_id": c.room},
        lambda c: {"room_id": c.room, "start": "nonsense"},
        400,
    ),
    "leave_group": (lambda c: {"group_id": c.group}, lambda _: {"group_id": "C1"}, 400),
    "leave_room": (lambda c: {"room_id": c.room}, lambda _: {"room_id": "R1"}, 400),
    "list_coupon": (
        lambda _: {"status": ["RUNNING"], "limit": 10},
        lambda _: {"start": "nonsense"},
        400,
    ),
}
