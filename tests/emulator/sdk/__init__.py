"""Every method of LINE's Python SDK that the emulator serves: a call that works, one that fails.

A case is (arguments that work, arguments that fail, status of the failure). Request bodies are
plain JSON; the test turns them into the SDK's models.
"""

from tests.emulator.sdk.campaigns import AUDIENCE, AUDIENCE_BLOB, INSIGHT
from tests.emulator.sdk.cast import Case
from tests.emulator.sdk.lists import LISTS
from tests.emulator.sdk.menus import MENUS
from tests.emulator.sdk.messages import BLOB, MESSAGES
from tests.emulator.sdk.tokens import LIFF, OAUTH

#: API class -> its module in the SDK and its cases.
APIS: dict[str, tuple[str, dict[str, Case]]] = {
    "AsyncMessagingApi": ("messaging", MESSAGES | MENUS | LISTS),
    "AsyncMessagingApiBlob": ("messaging", BLOB),
    "AsyncManageAudience": ("audience", AUDIENCE),
    "AsyncManageAudienceBlob": ("audience", AUDIENCE_BLOB),
    "AsyncInsight": ("insight", INSIGHT),
    "AsyncChannelAccessToken": ("oauth", OAUTH),
    "AsyncLiff": ("liff", LIFF),
}

#: SDK methods without a case, and why.
LEFT_OUT = {
    "push_messages_by_phone": "phone number push needs a contract with LINE",
    "push_templated_messages_by_phone": "phone number push needs a contract with LINE",
    "get_pnp_message_statistics": "phone number push needs a contract with LINE",
    "get_pnp_templated_message_statistics": "phone number push needs a contract with LINE",
    "add_user_ids_to_audience": "the async client cannot send its own integer; see narrowcasts",
    "set_rich_menu_image": "takes bytes and a header; it has a test of its own",
    "liff_v1_apps_get": "deprecated name of get_all_liff_apps",
    "liff_v1_apps_liff_id_delete": "deprecated name of delete_liff_app",
    "liff_v1_apps_liff_id_put": "deprecated name of update_liff_app",
    "liff_v1_apps_post": "deprecated name of add_liff_app",
    "issue_stateless_channel_token_with_http_info_by_client_secret": "same call",
    "issue_stateless_channel_token_with_http_info_by_jwt_assertion": "same call",
}
