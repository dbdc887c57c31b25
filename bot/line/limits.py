"""Every number about LINE that the bot uses, each with its source.

    limits -> check (messages), client (time-outs), rates (calls a second), outbox, menus

"Reference" is LINE's Messaging API reference, "guide" one of its documentation pages. Units are
in the names: units are UTF-16 code units, graphemes are characters as a reader counts them.
"""

from typing import Final, NamedTuple

# -- Webhook ----------------------------------------------------------------------------------

#: Guide "Receive messages (webhook)": LINE waits this long for a 2xx.
WEBHOOK_REPLY_SECONDS: Final = 2
#: Reference, "Set webhook endpoint URL".
WEBHOOK_URL_CHARACTERS: Final = 500

# -- Sending ----------------------------------------------------------------------------------

#: Reference, "Common specifications": a larger request is answered 413.
BODY_BYTES: Final = 2_000_000
#: Reference, "Send reply message" and its siblings: message objects in one call.
MESSAGES_PER_CALL: Final = 5
#: Reference, "Send multicast message": user ids in one call.
MULTICAST_USERS: Final = 500
#: Reference, "Send reply message": use within a minute of receiving the webhook.
REPLY_TOKEN_SECONDS: Final = 60
#: The same place: a redelivered token lives no longer than this after its event.
REPLY_TOKEN_MAX_SECONDS: Final = 20 * 60
#: Guide "Retrying an API request": LINE remembers an accepted key for a day.
RETRY_KEY_SECONDS: Final = 24 * 60 * 60
#: Guide "Display a loading animation": 5 to 60 in steps of 5.
LOADING_MIN_SECONDS: Final = 5
LOADING_MAX_SECONDS: Final = 60
LOADING_STEP_SECONDS: Final = 5

# -- Calls in a time, by endpoint (reference, "Rate limits") ----------------------------------

_HOUR: Final = 60 * 60
_MINUTE: Final = 60


class Limit(NamedTuple):
    """So many calls in so many seconds."""

    calls: float
    seconds: float


#: Every endpoint that the table below does not name.
DEFAULT_RATE: Final = Limit(2_000, 1)

#: Every endpoint whose path starts with ``/v2/bot/audienceGroup``.
AUDIENCE_RATE: Final = Limit(60, _MINUTE)

#: An endpoint is a method and a path template; parameters do not split a limit.
RATES: Final[dict[str, Limit]] = {
    "POST /v2/bot/richmenu/batch": Limit(3, _HOUR),
    "POST /v2/bot/message/narrowcast": Limit(60, _HOUR),
    "POST /v2/bot/message/broadcast": Limit(60, _HOUR),
    "POST /v2/bot/channel/webhook/test": Limit(60, _HOUR),
    "GET /v2/bot/insight/message/delivery": Limit(60, _HOUR),
    "GET /v2/bot/insight/followers": Limit(60, _HOUR),
    "GET /v2/bot/insight/demographic": Limit(60, _HOUR),
    "GET /v2/bot/insight/message/event": Limit(60, _HOUR),
    "GET /v2/bot/insight/message/event/aggregation": Limit(60, _HOUR),
    "GET /v2/bot/insight/richmenu/{richMenuId}/summary": Limit(60, _HOUR),
    "GET /v2/bot/insight/richmenu/{richMenuId}/daily": Limit(60, _HOUR),
    "POST /v2/bot/richmenu": Limit(100, _HOUR),
    "DELETE /v2/bot/richmenu/{richMenuId}": Limit(100, _HOUR),
    "DELETE /v2/bot/richmenu/alias/{richMenuAliasId}": Limit(100, _HOUR),
    "GET /v2/bot/richmenu/progress/batch": Limit(100, _HOUR),
    "GET /v2/bot/channel/webhook/endpoint": Limit(1_000, _MINUTE),
    "PUT /v2/bot/channel/webhook/endpoint": Limit(1_000, _MINUTE),
    "GET /v2/bot/richmenu/list": Limit(10, 1),  # News of 2026-05-26; it was 2,000 before
    "POST /v2/bot/chat/loading/start": Limit(100, 1),
    "POST /v2/bot/message/multicast": Limit(200, 1),
    "POST /v2/bot/coupon": Limit(200, 1),
    "PUT /v2/bot/coupon/{couponId}/close": Limit(200, 1),
    "GET /v2/bot/coupon": Limit(200, 1),
    "GET /v2/bot/coupon/{couponId}": Limit(200, 1),
    "GET /v2/bot/membership/subscription/{userId}": Limit(200, 1),
    "GET /v2/bot/membership/list": Limit(200, 1),
    "GET /v2/bot/membership/{membershipId}/users/ids": Limit(200, 1),
}

# -- Messages (reference, "Message objects"; "Character counting in a text") ------------------

TEXT_UNITS: Final = 5_000
TEXT_EMOJIS: Final = 20
#: Text message v2.
SUBSTITUTIONS: Final = 100
SUBSTITUTED_MENTIONS: Final = 20
SUBSTITUTED_EMOJIS: Final = 20
#: Imagemap, template and flex; older material says 400.
ALT_TEXT_UNITS: Final = 1_500
URL_CHARACTERS: Final = 2_000
LOCATION_UNITS: Final = 100
TRACKING_ID_CHARACTERS: Final = 100
DELIVERY_TAG_CHARACTERS: Final = 30
SENDER_NAME_UNITS: Final = 20
#: A square PNG.
SENDER_ICON_BYTES: Final = 1_000_000
#: Reference, "Image message", "Video message" and "Audio message"; a preview belongs to either.
IMAGE_BYTES: Final = 10_000_000
VIDEO_BYTES: Final = 200_000_000
AUDIO_BYTES: Final = 200_000_000
PREVIEW_BYTES: Final = 1_000_000
QUICK_REPLY_ITEMS: Final = 13

#: Reference, "Imagemap message".
IMAGEMAP_WIDTH: Final = 1_040
IMAGEMAP_ACTIONS: Final = 50
IMAGEMAP_TEXT_UNITS: Final = 400
IMAGEMAP_LABEL_UNITS: Final = 100
IMAGEMAP_LINK_LABEL_UNITS: Final = 30

# -- Templates (reference, "Template messages"), in graphemes ---------------------------------

TEMPLATE_TITLE_GRAPHEMES: Final = 40
BUTTONS_TEXT_GRAPHEMES: Final = 160
#: Buttons and carousel columns, once they carry a title or a picture.
TITLED_TEXT_GRAPHEMES: Final = 60
BUTTONS_ACTIONS: Final = 4
CONFIRM_TEXT_GRAPHEMES: Final = 240
CONFIRM_ACTIONS: Final = 2
CAROUSEL_COLUMNS: Final = 10
CAROUSEL_TEXT_GRAPHEMES: Final = 120
CAROUSEL_ACTIONS: Final = 3

# -- Flex (reference, "Flex Message") ---------------------------------------------------------

#: "30 KB" and "50 KB" of JSON in UTF-8. Whether a KB is 1,000 or 1,024 bytes is not written
#: anywhere, so these are the smaller reading.
BUBBLE_BYTES: Final = 30_000
CAROUSEL_BYTES: Final = 50_000
CAROUSEL_BUBBLES: Final = 12
ANIMATED_IMAGES: Final = 10

# -- Actions (reference, "Action objects") ----------------------------------------------------

POSTBACK_DATA_UNITS: Final = 300
#: ``displayText``, ``fillInText`` and ``text`` of a postback; ``text`` of a message action.
ACTION_TEXT_GRAPHEMES: Final = 300
URI_CHARACTERS: Final = 1_000
CLIPBOARD_UNITS: Final = 1_000
ALIAS_CHARACTERS: Final = 32
LABEL_GRAPHEMES: Final = 20
IMAGE_CAROUSEL_LABEL_GRAPHEMES: Final = 12
FLEX_LABEL_GRAPHEMES: Final = 40
#: Date picker: the first and last day it can name.
PICKER_FIRST_DAY: Final = "1900-01-01"
PICKER_LAST_DAY: Final = "2100-12-31"

# -- Rich menus (reference, "Rich menu") ------------------------------------------------------

RICH_MENU_MIN_WIDTH: Final = 800
RICH_MENU_MAX_WIDTH: Final = 2_500
RICH_MENU_MIN_HEIGHT: Final = 250
#: Width by height.
RICH_MENU_MIN_RATIO: Final = 1.45
RICH_MENU_AREAS: Final = 20
RICH_MENU_NAME_GRAPHEMES: Final = 300
CHAT_BAR_TEXT_GRAPHEMES: Final = 14
RICH_MENU_IMAGE_BYTES: Final = 1_000_000
RICH_MENUS_PER_CHANNEL: Final = 1_000
BULK_LINK_USERS: Final = 500
BATCH_OPERATIONS: Final = 1_000

#: Opens the account's talk with a text to be sent; https://developers.line.biz/en/docs/
#: messaging-api/using-line-url-scheme/ "Opening a chat with a LINE Official Account".
TALK_WITH_TEXT: Final = "https://line.me/R/oaMessage/{basic_id}/?{text}"
#: Shows the account, to be added as a friend; same page, "Sharing your LINE Official Account".
ADD_FRIEND: Final = "https://line.me/R/ti/p/{basic_id}"

#: Opens a LIFF app; a query is handed to its page. https://developers.line.biz/en/docs/liff/
#: opening-liff-app/
LIFF_LINK: Final = "https://liff.line.me/{liff_id}?{query}"
#: The SDK that tells a page who opened it; same manual, "Developing a LIFF app".
LIFF_SDK: Final = "https://static.line-scdn.net/liff/edge/2/sdk.js"
#: What the SDK calls: LINE Login, and its own manifest.
LIFF_SDK_CALLS: Final = (
    "https://api.line.me",
    "https://access.line.me",
    "https://liffsdk.line-scdn.net",
)
#: Issuer of ID tokens; LINE Login API reference, "ID tokens".
LOGIN_ISSUER: Final = "https://access.line.me"
