"""Who may do what: five roles, and the rights of each in one table.

A right says what one may do; a member's shops say where (:class:`bot.staff.model.Scope`).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is here; each may do all that the ones below it may."""

    OWNER = "owner"  # オーナー
    ADMIN = "admin"  # 管理者
    MANAGER = "manager"  # 店長
    STAFF = "staff"  # スタッフ
    VIEWER = "viewer"  # 閲覧のみ


class Right(StrEnum):
    """What a page or a command asks of whoever uses it."""

    TALK_READ = "talk.read"
    TALK_ANSWER = "talk.answer"
    TALK_ASSIGN = "talk.assign"
    TALK_SUPERVISE = "talk.supervise"
    TEMPLATES_EDIT = "templates.edit"  # 定型文 shared by all
    PEOPLE_READ = "people.read"
    PEOPLE_EDIT = "people.edit"
    PEOPLE_EXPORT = "people.export"
    PEOPLE_MERGE = "people.merge"  # two records of one customer
    SURVEYS_READ = "surveys.read"
    MENUS_READ = "menus.read"
    MENUS_EDIT = "menus.edit"
    COUPONS_READ = "coupons.read"
    COUPONS_EDIT = "coupons.edit"
    COUPONS_REDEEM = "coupons.redeem"
    POINTS_READ = "points.read"
    POINTS_ADJUST = "points.adjust"
    TILL_USE = "till.use"
    QUEUES_READ = "queues.read"  # dead letters, calls that need a look
    CALLS_REPAIR = "calls.repair"  # send once more what did not arrive, or let it be
    QUEUES_REPAIR = "queues.repair"  # dead letters, many calls at once
    STAFF_READ = "staff.read"
    STAFF_MANAGE = "staff.manage"
    SHOPS_MANAGE = "shops.manage"
    AUDIT_READ = "audit.read"
    SETTINGS_EDIT = "settings.edit"
    OWNERS_MANAGE = "owners.manage"  # make and unmake owners


_VIEWER: Final = frozenset(
    {
        Right.TALK_READ,
        Right.PEOPLE_READ,
        Right.SURVEYS_READ,
        Right.MENUS_READ,
        Right.COUPONS_READ,
        Right.POINTS_READ,
    }
)
_STAFF: Final = _VIEWER | {
    Right.TALK_ANSWER,
    Right.TALK_ASSIGN,
    Right.PEOPLE_EDIT,
    Right.COUPONS_REDEEM,
    Right.TILL_USE,
}
_MANAGER: Final = _STAFF | {
    Right.TALK_SUPERVISE,
    Right.TEMPLATES_EDIT,
    Right.PEOPLE_MERGE,
    Right.POINTS_ADJUST,
    Right.STAFF_READ,
    Right.QUEUES_READ,
    Right.CALLS_REPAIR,
}
_ADMIN: Final = _MANAGER | {
    Right.PEOPLE_EXPORT,
    Right.MENUS_EDIT,
    Right.COUPONS_EDIT,
    Right.QUEUES_REPAIR,
    Right.STAFF_MANAGE,
    Right.SHOPS_MANAGE,
    Right.AUDIT_READ,
    Right.SETTINGS_EDIT,
}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.OWNER: _ADMIN | {Right.OWNERS_MANAGE},
    Role.ADMIN: _ADMIN,
    Role.MANAGER: _MANAGER,
    Role.STAFF: _STAFF,
    Role.VIEWER: _VIEWER,
}

#: Those who see every shop; the others see the shops they belong to.
EVERYWHERE: Final = frozenset({Role.OWNER, Role.ADMIN})
