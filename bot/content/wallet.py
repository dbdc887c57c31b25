"""wallet.yaml: what is said about coupons, points and stamps.

    wallet.yaml -> Wallet -> handlers, flex templates, receipts

Texts with names in braces are filled in with ``str.format``; a name that a text cannot have is
found when the file is read.
"""

import string
from datetime import date, datetime, timedelta
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator

from bot.clock import TOKYO
from bot.content.words import AltText, Label, Title, Words
from bot.content.yaml_source import Content, Several

_MICROSECOND: Final = timedelta(microseconds=1)


def _only(*names: str) -> AfterValidator:
    def check(text: str) -> str:
        try:
            found = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError as error:
            raise ValueError(f"{error}; write {{{{ for a brace") from error
        if found - set(names):
            known = ", ".join(f"{{{name}}}" for name in names)
            raise ValueError(f"no such name in braces; there is {known}")
        return text

    return AfterValidator(check)


_Day: TypeAlias = Annotated[Words, _only("year", "month", "day", "weekday")]
_Minute: TypeAlias = Annotated[Words, _only("year", "month", "day", "weekday", "hour", "minute")]
_Count: TypeAlias = Annotated[Words, _only("count")]
_Until: TypeAlias = Annotated[Words, _only("starts", "until")]
_Points: TypeAlias = Annotated[Words, _only("points", "until")]


class Dates(Content):
    """How days and times are written, in Tokyo."""

    day: _Day
    minute: _Minute
    weekdays: Several[Words]

    def on(self, day: date) -> str:
        """Write a day."""
        return self.day.format(
            year=day.year, month=day.month, day=day.day, weekday=self.weekdays[day.weekday()]
        )

    def before(self, midnight: datetime) -> str:
        """Write the last day before a midnight."""
        return self.on((midnight - _MICROSECOND).astimezone(TOKYO).date())

    def at(self, instant: datetime) -> str:
        """Write a time of day, with its day."""
        local = instant.astimezone(TOKYO)
        return self.minute.format(
            year=local.year,
            month=local.month,
            day=local.day,
            weekday=self.weekdays[local.weekday()],
            hour=local.hour,
            minute=f"{local.minute:02}",
        )


class CouponTexts(Content):
    """What is said about coupons."""

    list_alt: AltText
    none: Words
    offered: Title
    held: Title
    used: Title
    expired: Title
    gone: Title
    lost: Title
    won: Title
    yen_off: Annotated[Words, _only("yen")]
    yen_off_from: Annotated[Words, _only("yen", "from_yen")]
    percent_off: Annotated[Words, _only("percent")]
    percent_off_most: Annotated[Words, _only("percent", "most_yen")]
    item: Annotated[Words, _only("item")]
    gift: Annotated[Words, _only("gift")]
    until: _Until
    from_until: _Until
    no_end: Words
    take: Label
    draw: Label
    show: Label
    use: Label
    list: Label
    more: Label
    more_text: _Count
    how_title: Words
    how: Words
    how_code: Words
    terms_title: Words
    stackable: Words
    not_stackable: Words
    again: Words
    times_left: _Count
    serial: Words
    received: AltText
    is_held: AltText
    is_used: AltText
    is_expired: AltText
    used_at: Annotated[Words, _only("at", "shop")]
    sold_out: Words
    not_yet: Words
    over: Words
    not_for_them: Words
    needs_birthday: Words
    tomorrow: Words
    unknown: Words
    draw_number: Words
    receipt_alt: AltText
    receipt_title: Words
    undone_alt: AltText
    undone_title: Words
    undone_text: Words


class PointTexts(Content):
    """What is said about points."""

    title: Title
    balance: _Points
    expiring: _Points
    no_expiry: Words
    owed: _Points
    alt_text: AltText
    recent: Words
    nothing_yet: Words
    bought: Words
    spent: Words
    returned: Words
    expired: Words


class StampTexts(Content):
    """What is said about stamp cards."""

    alt_text: AltText
    title: Title
    progress: Annotated[Words, _only("stamps", "size")]
    next: Annotated[Words, _only("count", "bonus")]
    stamped: AltText
    full: Words
    bonus_points: _Points
    too_soon: Annotated[Words, _only("at")]
    today_done: Words
    old_code: Words
    not_a_member: Words


class CardTexts(Content):
    """What is said about the card beside its picture, and about older cards."""

    rank: Words
    points: Words
    no_expiry: Words
    expiring: _Points
    to_next: Annotated[Words, _only("missing", "rank")]
    yen: Annotated[Words, _only("amount")]
    earned: Annotated[Words, _only("amount")]
    joined: Words
    is_it_yours: Annotated[Words, _only("number", "name")]
    tie: Label
    linked: Words
    already: Words
    conflict: Words
    not_a_card: Words
    show_points: Label
    show_stamps: Label


class PageTexts(Content):
    """What the pages say that friends open from the talk."""

    open_from_menu: Words
    why_expired: Words
    failed: Words
    code: Words
    changing: Words
    left: Words
    no_copies: Words
    offline: Words
    last_use: Words
    staff_types: Words
    staff_only: Words
    which_shop: Words
    choose: Words
    choose_first: Words
    typed_digits: Words
    erase: Words
    use_now: Label
    pin_unknown: Words
    wrong: _Count
    locked: Annotated[Words, _only("at")]
    already: Words
    not_together: Annotated[Words, _only("title")]
    not_yet: Words
    open_again: Words
    show_card: Label
    show_to_staff: Words
    show_stamps: Label
    opening: Words
    opened_long_ago: Words
    not_recognised: Words
    not_a_friend: Words
    add_friend: Label
    no_card: Words
    join: Label
    no_coupon: Words
    try_again: Label
    stamped_at: Annotated[Words, _only("at", "shop")]
    stamp_of: Annotated[Words, _only("place")]
    bonus_at: Annotated[Words, _only("place", "bonus")]
    next_title: Words
    all_done: Words
    next_card: Words
    history: Words
    no_stamps: Words
    cards_filled: _Count
    how_stamps: Words


class Wallet(Content):
    """What a member's wallet says."""

    dates: Dates
    coupons: CouponTexts
    points: PointTexts
    stamps: StampTexts
    card: CardTexts
    pages: PageTexts
