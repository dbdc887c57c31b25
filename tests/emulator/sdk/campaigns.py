"""Audiences and insight."""

from tests.emulator.sdk.cast import UNAUTHORIZED, Case

AUDIENCE: dict[str, Case] = {
    "add_audience_to_audience_group": (
        lambda c: {
            "add_audience_to_audience_group_request": {
                "audienceGroupId": c.audience,
                "audiences": [{"id": c.mei}],
            }
        },
        lambda c: {
            "add_audience_to_audience_group_request": {
                "audienceGroupId": 1,
                "audiences": [{"id": c.mei}],
            }
        },
        400,
    ),
    "create_audience_group": (
        lambda c: {
            "create_audience_group_request": {
                "description": "People",
                "audiences": [{"id": c.mei}],
            }
        },
        lambda _: {
            "create_audience_group_request": {
                "description": "People",
                "audiences": [{"id": "mei"}],
            }
        },
        400,
    ),
    "create_click_based_audience_group": (
        lambda c: {
            "create_click_based_audience_group_request": {
                "description": "Clicked",
                "requestId": c.broadcast,
            }
        },
        lambda _: {
            "create_click_based_audience_group_request": {
                "description": "Clicked",
                "requestId": "none",
            }
        },
        400,
    ),
    "create_imp_based_audience_group": (
        lambda c: {
            "create_imp_based_audience_group_request": {
                "description": "Saw",
                "requestId": c.broadcast,
            }
        },
        lambda _: {
            "create_imp_based_audience_group_request": {
                "description": "Saw",
                "requestId": "none",
            }
        },
        400,
    ),
    "delete_audience_group": (
        lambda c: {"audience_group_id": c.audience},
        lambda _: {"audience_group_id": 1},
        400,
    ),
    "get_audience_data": (
        lambda c: {"audience_group_id": c.audience},
        lambda _: {"audience_group_id": 1},
        400,
    ),
    "get_audience_groups": (lambda _: {"page": 1}, None, UNAUTHORIZED),
    "get_shared_audience_data": (
        lambda c: {"audience_group_id": c.shared},
        lambda c: {"audience_group_id": c.audience},
        400,
    ),
    "get_shared_audience_groups": (lambda _: {"page": 1}, None, UNAUTHORIZED),
    "update_audience_group_description": (
        lambda c: {
            "audience_group_id": c.audience,
            "update_audience_group_description_request": {"description": "New"},
        },
        lambda _: {
            "audience_group_id": 1,
            "update_audience_group_description_request": {"description": "New"},
        },
        400,
    ),
}

AUDIENCE_BLOB: dict[str, Case] = {
    "create_audience_for_uploading_user_ids": (
        lambda c: {"file": c.ids_file, "description": "File"},
        lambda c: {"file": c.wrong_file, "description": "File"},
        400,
    ),
}

INSIGHT: dict[str, Case] = {
    "get_friends_demographics": (lambda _: {}, None, UNAUTHORIZED),
    "get_message_event": (lambda c: {"request_id": c.broadcast}, None, UNAUTHORIZED),
    "get_number_of_followers": (lambda _: {"var_date": "20261121"}, lambda _: {}, 400),
    "get_number_of_message_deliveries": (
        lambda _: {"var_date": "20261121"},
        lambda _: {"var_date": "tomorrow"},
        400,
    ),
    **{
        f"get_rich_menu_insight_{kind}": (
            lambda c: {"rich_menu_id": c.menu, "var_from": "20261101", "to": "20261121"},
            lambda c: {"rich_menu_id": c.menu, "var_from": "20261121", "to": "20261101"},
            400,
        )
        for kind in ("daily", "summary")
    },
    "get_statistics_per_unit": (
        lambda _: {
            "custom_aggregation_unit": "spring",
            "var_from": "20261101",
            "to": "20261121",
        },
        lambda _: {
            "custom_aggregation_unit": "spring",
            "var_from": "20261121",
            "to": "20261101",
        },
        400,
    ),
}
