"""Names of roles, actions and errors, as the console shows them."""

from collections.abc import Mapping
from typing import Final

from bot.console.language import N_
from bot.staff.rights import Role

ROLES: Final[Mapping[Role, str]] = {
    Role.OWNER: N_("オーナー"),
    Role.ADMIN: N_("管理者"),
    Role.MANAGER: N_("店長"),
    Role.STAFF: N_("スタッフ"),
    Role.VIEWER: N_("閲覧のみ"),
}

#: What the audit log's actions are called; one without a name shows itself.
ACTIONS: Final[Mapping[str, str]] = {
    "session.start": N_("サインイン"),
    "session.fail": N_("サインイン失敗"),
    "session.end": N_("サインアウト"),
    "staff.add": N_("スタッフを追加"),
    "staff.edit": N_("スタッフを変更"),
    "staff.invite": N_("招待リンクを発行"),
    "staff.reset": N_("パスワード再設定リンクを発行"),
    "staff.joined": N_("招待を受けてパスワードを設定"),
    "staff.password": N_("パスワードを変更"),
}


def role_name(role: Role) -> str:
    """Return a role's name, to be translated."""
    return ROLES[role]


def action_name(action: str) -> str:
    """Return an action's name, to be translated."""
    return ACTIONS.get(action, action)
