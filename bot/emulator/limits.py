"""Every number of LINE's platform that the emulator enforces, each with where it is stated.

"API reference" is LINE's Messaging API reference, "guide" its Messaging API guides, "schema"
its OpenAPI description, as of 2026-08. ``observed`` marks what LINE does not state.
"""

from dataclasses import dataclass
from typing import Final

# --- requests: API reference, common specifications ---------------------------------------
REQUEST_MAX_BYTES: Final = 2 * 1024 * 1024
RETRY_KEY_LIFE_SECONDS: Final = 24 * 3600
RESPONSE_LOG_ENTRIES: Final = 20_000  # ours: how many calls GET /_emulator/requests remembers


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate limit: ``count`` requests in ``seconds``; API reference, rate limits."""

    count: int
    seconds: int


RATE_DEFAULT: Final = Rate(2000, 1)
RATE_RICHMENU_BATCH: Final = Rate(3, 3600)
RATE_HOURLY_60: Final = Rate(60, 3600)  # narrowcast, broadcast, webhook test, insight
RATE_HOURLY_100: Final = Rate(100, 3600)  # create and delete menus, delete alias, batch progress
RATE_AUDIENCE: Final = Rate(60, 60)
RATE_WEBHOOK_ENDPOINT: Final = Rate(1000, 60)
RATE_RICHMENU_LIST: Final = Rate(10, 1)  # since 2026-05-26
RATE_LOADING: Final = Rate(100, 1)
RATE_200: Final = Rate(200, 1)  # multicast, coupons, memberships
RATE_SHORT_LIVED_TOKEN: Final = Rate(370, 1)

# --- sending: API reference, messages ------------------------------------------------------
MESSAGES_MAX: Final = 5
MULTICAST_MAX: Final = 500
AGGREGATION_UNITS_PER_CALL: Final = 1
AGGREGATION_UNIT_MAX: Final = 30
AGGREGATION_UNITS_PER_MONTH: Final = 1000
AGGREGATION_PAGE_MAX: Final = 100
PUSH_TO_STRANGER_SECONDS: Final = 7 * 24 * 3600  # non-friends who wrote within 7 days
LOADING_MIN: Final = 5
LOADING_MAX: Final = 60
LOADING_STEP: Final = 5
LOADING_DEFAULT: Final = 20
DELIVERY_STATS_SINCE: Final = "20180331"

# --- reply tokens: guide, receiving messages ----------------------------------------------
REPLY_TOKEN_SECONDS: Final = 60
REPLY_TOKEN_REDELIVERY_SECONDS: Final = 20 * 60

# --- webhooks: guide, receiving messages ---------------------------------------------------
WEBHOOK_TIMEOUT_SECONDS: Final = 2.0
WEBHOOK_URL_MAX: Final = 500

# --- texts: API reference, message objects -------------------------------------------------
TEXT_MAX: Final = 5000
EMOJIS_MAX: Final = 20
MENTIONS_MAX: Final = 20
SUBSTITUTIONS_MAX: Final = 100
ALT_TEXT_MAX: Final = 1500
URL_MAX: Final = 2000
LINK_URI_MAX: Final = 1000
SENDER_NAME_MAX: Final = 20
QUICK_REPLY_MAX: Final = 13
LOCATION_TEXT_MAX: Final = 100
LATITUDE_MAX: Final = 90
LONGITUDE_MAX: Final = 180
TRACKING_ID_MAX: Final = 100
COUPON_TAG_MAX: Final = 30

# --- imagemap ------------------------------------------------------------------------------
IMAGEMAP_WIDTH: Final = 1040
IMAGEMAP_ACTIONS_MAX: Final = 50
IMAGEMAP_TEXT_MAX: Final = 400
IMAGEMAP_LABEL_MAX: Final = 100
IMAGEMAP_LINK_LABEL_MAX: Final = 30

# --- templates -----------------------------------------------------------------------------
TEMPLATE_TITLE_MAX: Final = 40
BUTTONS_TEXT_MAX: Final = 160
BUTTONS_TEXT_BESIDE_MAX: Final = 60  # with a title or an image
BUTTONS_ACTIONS_MAX: Final = 4
CONFIRM_TEXT_MAX: Final = 240
CONFIRM_ACTIONS: Final = 2
CAROUSEL_COLUMNS_MAX: Final = 10
CAROUSEL_TEXT_MAX: Final = 120
CAROUSEL_TEXT_BESIDE_MAX: Final = 60
CAROUSEL_ACTIONS_MAX: Final = 3

# --- actions -------------------------------------------------------------------------------
ACTION_LABEL_MAX: Final = 20
ACTION_LABEL_FLEX_MAX: Final = 40
ACTION_LABEL_IMAGE_CAROUSEL_MAX: Final = 12
POSTBACK_DATA_MAX: Final = 300
ACTION_TEXT_MAX: Final = 300
CLIPBOARD_MAX: Final = 1000
ALIAS_ID_MAX: Final = 32

# --- flex ----------------------------------------------------------------------------------
FLEX_BUBBLE_MAX_BYTES: Final = 30 * 1024  # "30 KB"; bytes of UTF-8 observed, 1 KB undisclosed
FLEX_CAROUSEL_MAX_BYTES: Final = 50 * 1024
FLEX_BUBBLE_SAFE_BYTES: Final = 30_000  # were a KB 1000 bytes
FLEX_CAROUSEL_SAFE_BYTES: Final = 50_000
FLEX_CAROUSEL_BUBBLES_MAX: Final = 12
FLEX_RATIO_MAX: Final = 100_000
FLEX_RATIO_TALLEST: Final = 3
FLEX_ANIMATED_MAX: Final = 10
GRADIENT_ANGLE_MAX: Final = 360

# --- rich menus: API reference, rich menus -------------------------------------------------
MENU_WIDTH_MIN: Final = 800
MENU_WIDTH_MAX: Final = 2500
MENU_HEIGHT_MIN: Final = 250
MENU_RATIO_MIN: Final = 1.45
MENU_AREAS_MAX: Final = 20
MENU_NAME_MAX: Final = 300
MENU_BAR_TEXT_MAX: Final = 14
MENU_IMAGE_MAX_BYTES: Final = 1024 * 1024
MENUS_MAX: Final = 1000
ALIASES_MAX: Final = 1000
BULK_USERS_MAX: Final = 500
BATCH_OPERATIONS_MAX: Final = 1000
RESUME_KEY_MAX: Final = 100
BATCH_LIFE_SECONDS: Final = 14 * 24 * 3600

# --- users ---------------------------------------------------------------------------------
FOLLOWERS_PAGE_DEFAULT: Final = 300
FOLLOWERS_PAGE_MAX: Final = 1000
PAGE_TOKEN_LIFE_SECONDS: Final = 24 * 3600
MEMBERS_PAGE: Final = 100
LINK_TOKEN_LIFE_SECONDS: Final = 600
NONCE_MIN: Final = 10
NONCE_MAX: Final = 255

# --- channel access tokens: guide, channel access token ------------------------------------
JWT_TOKENS_MAX: Final = 30
SHORT_LIVED_MAX: Final = 30
SHORT_LIVED_SECONDS: Final = 2_592_000
STATELESS_SECONDS: Final = 900
LONG_LIVED_SECONDS: Final = 3_100_000_000  # "does not expire"
ASSERTION_LIFE_SECONDS: Final = 30 * 60

# --- LINE Login: API reference of LINE Login v2.1 ------------------------------------------
LOGIN_CODE_SECONDS: Final = 600
LOGIN_TOKEN_SECONDS: Final = 2_592_000
REFRESH_TOKEN_SECONDS: Final = 90 * 24 * 3600
ID_TOKEN_SECONDS: Final = 3600
LIFF_APPS_MAX: Final = 30

# --- coupons: API reference, coupon --------------------------------------------------------
COUPON_TITLE_MAX: Final = 60
COUPON_DESCRIPTION_MAX: Final = 1000
COUPON_USAGE_MAX: Final = 100
COUPON_CODE_MAX: Final = 16
COUPON_PERCENT_MAX: Final = 99
COUPON_ACQUIRE_MAX: Final = 999_999
COUPONS_MAX: Final = 5000
COUPON_PAGE_DEFAULT: Final = 20
COUPON_PAGE_MAX: Final = 100

# --- memberships ---------------------------------------------------------------------------
MEMBERSHIP_PLANS_MAX: Final = 5
MEMBERSHIP_BENEFITS_MAX: Final = 5
MEMBERSHIP_PAGE_DEFAULT: Final = 300
MEMBERSHIP_PAGE_MAX: Final = 1000

# --- audiences: API reference, manage audience ---------------------------------------------
AUDIENCES_MAX: Final = 1000
AUDIENCE_NAME_MAX: Final = 120
AUDIENCE_UPLOAD_NOTE_MAX: Final = 300
AUDIENCE_IDS_MAX: Final = 10_000
AUDIENCE_FILE_IDS_MAX: Final = 1_500_000
AUDIENCE_FILE_MAX_BYTES: Final = 60 * 1024 * 1024
AUDIENCE_LIFE_SECONDS: Final = 180 * 24 * 3600
AUDIENCE_JOBS_MAX: Final = 50
AUDIENCE_CONCURRENT_MAX: Final = 10
AUDIENCE_SHOWN_FROM: Final = 20  # smaller counts show as 0
AUDIENCE_PAGE_DEFAULT: Final = 20
AUDIENCE_PAGE_MAX: Final = 40
AUDIENCE_SOURCE_SECONDS: Final = 60 * 24 * 3600  # click and impression audiences
AUDIENCE_INSUFFICIENT: Final = 50

# --- narrowcast: API reference, send narrowcast message ------------------------------------
NARROWCAST_RECIPIENTS_MAX: Final = 10
NARROWCAST_FILTERS_MAX: Final = 10
NARROWCAST_REACH_MIN: Final = 100
NARROWCAST_SENT_MIN: Final = 50
NARROWCAST_LIFE_SECONDS: Final = 14 * 24 * 3600

# --- insight: API reference, insight -------------------------------------------------------
INSIGHT_SHOWN_FROM: Final = 20  # smaller values are null
INSIGHT_UPDATED_SECONDS: Final = 14 * 24 * 3600
INSIGHT_UNIT_DAYS: Final = 30
INSIGHT_MENU_SUMMARY_DAYS: Final = 396
INSIGHT_MENU_DAILY_DAYS: Final = 99
INSIGHT_MENU_YEARS: Final = 3
