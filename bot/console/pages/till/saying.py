"""What the till answers: words, and what is true of the member after it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.clock import TOKYO
from bot.console.language import N_, translations
from bot.console.rendering import language_of
from bot.coupons.model import (
    AlreadyUsedError,
    CouponError,
    ExpiredError,
    NotYetError,
    UndoError,
    UnknownCouponError,
)
from bot.coupons.model import KeyReusedError as CouponKeyReusedError
from bot.membership.codes import (
    CodeError,
    ForeignCodeError,
    ForgedCodeError,
    StaleCodeError,
)
from bot.points.model import (
    MOST_POINTS,
    MOST_YEN,
    AmountError,
    KeyReusedError,
    NotEnoughPointsError,
    NotReversibleError,
    PointsError,
)
from bot.purchases.model import ExternalIdReusedError, PurchaseError, UnfitPurchaseError

#: What these raise is a rule that says no: told in words, and nothing was done.
REFUSALS: Final = (PointsError, CouponError, PurchaseError)
_REUSED: Final = N_("同じ操作番号が別の操作に使われています。画面を開き直してください。")
_LATE_UNDO: Final = N_("取り消せる5分を過ぎたか、すでに取り消されています。")
_UNDO: Final[Mapping[str, str]] = {
    "reason": N_("取り消す理由を入力してください。"),
    "colleague": N_(
        "ほかのスタッフの操作です。その人に代わるか、店長以上の方が取り消してください。"
    ),
    "later stamp": N_("このあとに押したスタンプがあります。先にそちらを取り消してください。"),
    "coupon came": N_("特典クーポンが付いたスタンプは取り消せません。"),
}


def say(request: web.Request, message: str, /, **values: Any) -> str:
    """Return words marked with ``N_`` in the reader's language."""
    return translations(language_of(request)).gettext(message) % values


def refusal(request: web.Request, error: Exception) -> str:  # noqa: PLR0911 - one a rule
    """Say why a rule says no."""
    match error:
        case NotEnoughPointsError(balance=balance):
            return say(
                request,
                N_("ポイントが足りません。残高は%(points)sポイントです。"),
                points=f"{balance:,}",
            )
        case AmountError() | UnfitPurchaseError():
            return say(
                request,
                N_("1回に扱えるのは%(points)sポイント、%(yen)s円までです。数字をご確認ください。"),
                points=f"{MOST_POINTS:,}",
                yen=f"{MOST_YEN:,}",
            )
        case NotReversibleError():
            return say(request, _LATE_UNDO)
        case KeyReusedError() | CouponKeyReusedError() | ExternalIdReusedError():
            return say(request, _REUSED)
        case ExpiredError():
            return say(request, N_("このクーポンは期限切れです。"))
        case NotYetError(coupon=coupon):
            return say(
                request,
                N_("このクーポンは%(at)sから使えます。"),
                at=minute(coupon.valid_from),
            )
        case UnknownCouponError():
            return say(request, N_("このお客様のクーポンではありません。"))
        case UndoError():
            found = next((words for key, words in _UNDO.items() if key in str(error)), _LATE_UNDO)
            return say(request, found)
        case _:
            return say(request, N_("実行できませんでした。画面を開き直してください。"))


def used_before(request: web.Request, error: AlreadyUsedError, *, shop: str, staff: str) -> str:
    """Say who was faster."""
    redemption = error.redemption
    how = {
        "pin": N_("お客様の画面でPIN入力"),
        "api": N_("外部システム"),
    }.get(redemption.how)
    who = "・".join(
        part
        for part in (shop, staff, redemption.actor.device if staff else "")
        if part and part != "phone"
    )
    if how is not None:
        who = "・".join(filter(None, (who, say(request, how))))
    return say(
        request,
        N_("使用済みのクーポンです。%(at)s に %(who)s で使われました。"),
        at=minute(redemption.at),
        who=who or "—",
    )


def unreadable(request: web.Request, error: CodeError, locked_until: datetime | None) -> str:
    """Say what is wrong with a code."""
    if locked_until is not None:
        return say(
            request,
            N_("番号の入力間違いが続いたため、%(at)sまで読み取れません。"),
            at=minute(locked_until),
        )
    match error:
        case StaleCodeError(shown_at=shown_at):
            return say(
                request,
                N_(
                    "%(at)sに表示された古いコードです（写真や保存画像の可能性）。"
                    "お客様のいまの画面を読み取ってください。"
                ),
                at=second(shown_at),
            )
        case ForeignCodeError():
            return say(request, N_("ほかのアカウント（お店）のコードです。"))
        case ForgedCodeError():
            return say(
                request,
                N_("正しいコードではありません。番号の打ち間違いか、改変されたコードです。"),
            )
        case _:
            return say(
                request,
                N_("会員証・クーポンのコードではないか、登録のないカードです。"),
            )


def minute(at: datetime) -> str:
    """Write a time of day in Tokyo, with its day."""
    local = at.astimezone(TOKYO)
    return f"{local.month}/{local.day} {local:%H:%M}"


def second(at: datetime) -> str:
    """Write a time of day to the second."""
    return f"{at.astimezone(TOKYO):%H:%M:%S}"
