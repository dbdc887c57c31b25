"""The Official Account and the switches for what LINE's sources leave open."""

from dataclasses import dataclass, field

from bot.emulator import ids, limits


@dataclass(slots=True)
class Account:
    """The Official Account that the bot speaks for."""

    display_name: str = "Demo Account"
    basic_id: str = "@000demo"
    user_id: str = field(default_factory=ids.user_id)
    picture_url: str | None = None
    #: ``chat``: staff may chat and read marks are manual; ``bot``: everything is read at once.
    chat_mode: str = "chat"
    #: Verified accounts may list their followers.
    verified: bool = True
    #: Groups may invite the account.
    joins_groups: bool = True


@dataclass(slots=True)
class Behaviour:
    """How the platform behaves where its sources disagree or are silent, and how it delivers."""

    #: Scales every rate limit; 0 lifts them.
    rate_scale: float = 1.0
    #: Multicast naming a well-formed id that no user of this provider has: refuse with 400.
    multicast_refuses_unknown: bool = False
    #: Refuse a menu image whose pixels differ from the menu's ``size``.
    menu_image_must_match: bool = True
    #: Refuse menu areas that leave the menu.
    menu_areas_must_fit: bool = False
    #: Another channel of the account set the default menu.
    default_menu_of_others: bool = False
    #: A reply refused for its messages spends the token.
    refused_reply_spends_token: bool = False
    #: A friend's own menu is still linked after block and unblock.
    menu_survives_block: bool = True
    #: Refuse properties that LINE does not know outside flex too.
    refuse_unknown_properties: bool = False
    #: Answer 404 when a call comes to the wrong one of LINE's hosts.
    strict_hosts: bool = False
    #: Virtual seconds until bulk and batch menu links take effect.
    menu_bulk_seconds: float = 0.0
    #: Virtual seconds a narrowcast waits, and then sends.
    narrowcast_waiting_seconds: float = 0.0
    narrowcast_sending_seconds: float = 0.0
    #: Narrowcasts to fewer people than LINE allows go out all the same.
    narrowcast_lifts_minimum: bool = False
    #: Virtual seconds until an uploaded audience is ready.
    audience_seconds: float = 0.0
    #: Consumption is reported this many virtual seconds late.
    consumption_lag_seconds: float = 0.0
    #: Resend a webhook that was not answered with 2xx.
    redelivery: bool = True
    redelivery_attempts: int = 5
    #: Machine seconds before the first resend; doubled each time.
    redelivery_backoff_seconds: float = 0.25
    #: Machine seconds that the bot has to answer a webhook; LINE's two.
    webhook_timeout_seconds: float = limits.WEBHOOK_TIMEOUT_SECONDS
    #: Extra identical copies of every webhook.
    duplicate: int = 0
    #: Hold webhooks briefly and send them in another order.
    reorder: bool = False
    #: Events gathered into one webhook body.
    batch: int = 1
    #: Write characters beyond the BMP as escapes, as LINE does.
    escape_non_bmp: bool = True
    #: Spelling of the signature header.
    signature_header: str = "x-line-signature"
    #: Add properties nobody knows to every event.
    unknown_fields: bool = False
    #: Pages of lists are one short although more follows, as LINE's may be.
    short_pages: bool = False
    #: Events in groups and rooms do not say who; LINE promises it for some only.
    hide_group_user_ids: bool = False
    #: Send events in standby mode, without reply tokens.
    standby: bool = False
    #: Seed of every dice roll.
    seed: int = 0
