"""Rich menus."""

import uuid

from tests.emulator.sdk.cast import GONE, NOBODY, UNAUTHORIZED, Case
from tests.emulator.support import postback, rich_menu

MENU = rich_menu(postback())
WRONG_MENU = {**rich_menu(postback()), "size": {"width": 100, "height": 100}}

MENUS: dict[str, Case] = {
    "cancel_default_rich_menu": (lambda _: {}, None, UNAUTHORIZED),
    "create_rich_menu": (
        lambda _: {"rich_menu_request": MENU},
        lambda _: {"rich_menu_request": WRONG_MENU},
        400,
    ),
    "create_rich_menu_alias": (
        lambda c: {
            "create_rich_menu_alias_request": {"richMenuAliasId": "new", "richMenuId": c.menu}
        },
        lambda c: {
            "create_rich_menu_alias_request": {"richMenuAliasId": "tab", "richMenuId": c.menu}
        },
        400,
    ),
    "delete_rich_menu": (
        lambda c: {"rich_menu_id": c.menu},
        lambda _: {"rich_menu_id": GONE},
        404,
    ),
    "delete_rich_menu_alias": (
        lambda _: {"rich_menu_alias_id": "tab"},
        lambda _: {"rich_menu_alias_id": "gone"},
        404,
    ),
    "get_default_rich_menu_id": (lambda _: {}, None, UNAUTHORIZED),
    "get_rich_menu": (
        lambda c: {"rich_menu_id": c.menu},
        lambda _: {"rich_menu_id": GONE},
        404,
    ),
    "get_rich_menu_alias": (
        lambda _: {"rich_menu_alias_id": "tab"},
        lambda _: {"rich_menu_alias_id": "gone"},
        404,
    ),
    "get_rich_menu_alias_list": (lambda _: {}, None, UNAUTHORIZED),
    "get_rich_menu_batch_progress": (
        lambda c: {"request_id": c.batch},
        lambda _: {"request_id": str(uuid.UUID(int=0))},
        404,
    ),
    "get_rich_menu_id_of_user": (
        lambda c: {"user_id": c.mei},
        lambda _: {"user_id": NOBODY},
        404,
    ),
    "get_rich_menu_list": (lambda _: {}, None, UNAUTHORIZED),
    "link_rich_menu_id_to_user": (
        lambda c: {"user_id": c.mei, "rich_menu_id": c.menu},
        lambda c: {"user_id": c.mei, "rich_menu_id": c.bare_menu},
        400,
    ),
    "link_rich_menu_id_to_users": (
        lambda c: {"rich_menu_bulk_link_request": {"richMenuId": c.menu, "userIds": [c.mei]}},
        lambda c: {"rich_menu_bulk_link_request": {"richMenuId": GONE, "userIds": [c.mei]}},
        404,
    ),
    "rich_menu_batch": (
        lambda c: {
            "rich_menu_batch_request": {
                "operations": [{"type": "link", "from": c.menu, "to": c.menu}]
            }
        },
        lambda _: {"rich_menu_batch_request": {"operations": [{"type": "unlink", "from": GONE}]}},
        404,
    ),
    "set_default_rich_menu": (
        lambda c: {"rich_menu_id": c.menu},
        lambda c: {"rich_menu_id": c.bare_menu},
        400,
    ),
    "unlink_rich_menu_id_from_user": (
        lambda c: {"user_id": c.mei},
        lambda _: {"user_id": "mei"},
        400,
    ),
    "unlink_rich_menu_id_from_users": (
        lambda c: {"rich_menu_bulk_unlink_request": {"userIds": [c.mei]}},
        lambda _: {"rich_menu_bulk_unlink_request": {"userIds": ["mei"]}},
        400,
    ),
    "update_rich_menu_alias": (
        lambda c: {
            "rich_menu_alias_id": "tab",
            "update_rich_menu_alias_request": {"richMenuId": c.menu},
        },
        lambda c: {
            "rich_menu_alias_id": "gone",
            "update_rich_menu_alias_request": {"richMenuId": c.menu},
        },
        404,
    ),
    "validate_rich_menu_batch_request": (
        lambda _: {"rich_menu_batch_request": {"operations": [{"type": "unlinkAll"}]}},
        lambda _: {
            "rich_menu_batch_request": {
                "operations": [{"type": "unlinkAll"}, {"type": "unlinkAll"}]
            }
        },
        400,
    ),
    "validate_rich_menu_object": (
        lambda _: {"rich_menu_request": MENU},
        lambda _: {"rich_menu_request": WRONG_MENU},
        400,
    ),
}
