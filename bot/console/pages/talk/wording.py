"""What states, changes, deliveries and refusals are called; marked, not yet translated."""

import zlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from bot.clock import TOKYO
from bot.console.language import JAPANESE, N_
from bot.conversations.handing import shown_size
from bot.conversations.lists import View
from bot.conversations.model import Change, State
from bot.conversations.reading import Delivery

STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.OPEN: (N_("要対応"), "bad"),
    State.IN_PROGRESS: (N_("対応中"), "accent"),
    State.SNOOZED: (N_("保留"), "warn"),
    State.DONE: (N_("対応済み"), "plain"),
}

VIEWS: Final[Mapping[View, str]] = {
    View.MINE: N_("自分の担当"),
    View.UNASSIGNED: N_("未割当"),
    View.ALL: N_("すべて"),
    View.OPEN: N_("要対応"),
    View.IN_PROGRESS: N_("対応中"),
    View.SNOOZED: N_("保留"),
    View.DONE: N_("対応済み"),
}

DELIVERIES: Final[Mapping[Delivery, tuple[str, str]]] = {
    Delivery.SENDING: (N_("送信中"), "plain"),
    Delivery.SENT: (N_("送信済み"), "good"),
    Delivery.FAILED: (N_("失敗"), "bad"),
    Delivery.UNCERTAIN: (N_("要確認"), "warn"),
    Delivery.HELD: (N_("次の発言時に無料で送信"), "plain"),
    Delivery.EXPIRED: (N_("期限切れ（送られませんでした）"), "bad"),
}

#: What is no text, as the list and a card name it.
KINDS: Final[Mapping[str, str]] = {
    "image": N_("画像"),
    "video": N_("動画"),
    "audio": N_("音声"),
    "file": N_("ファイル"),
    "location": N_("位置情報"),
    "sticker": N_("スタンプ"),
    "flex": N_("メッセージ"),
    "template": N_("メッセージ"),
    "imagemap": N_("画像メッセージ"),
    "note": N_("メモ"),
    "unsent": N_("送信を取り消しました"),
    "tap": N_("ボタンをタップしました"),
    "follow": N_("友だちになりました"),
    "unfollow": N_("ブロックしました"),
}
#: Sounds that browsers play.
HEARD: Final = frozenset({"audio/mp4", "audio/mpeg", "audio/wav"})
UNKNOWN_KIND: Final = N_("この画面では表示できない種類のメッセージ")

#: What happened to a conversation: by the friend, the bot or the clock, and by a colleague.
CHANGES: Final[Mapping[str, tuple[str, str]]] = {
    Change.ASKED: (N_("スタッフへの相談が始まりました"), N_("%(who)sさんが相談を始めました")),
    Change.WROTE: (N_("新しいメッセージで要対応に戻りました"), N_("要対応に戻りました")),
    Change.TAKEN: (N_("担当が決まりました"), N_("%(who)sさんが担当になりました")),
    Change.ANSWERED: (N_("対応を始めました"), N_("%(who)sさんが対応を始めました")),
    Change.ASSIGNED: (
        N_("担当を%(to)sに割り当てました"),
        N_("%(who)sさんが担当を%(to)sにしました"),
    ),
    Change.MOVED: (
        N_("店舗を%(shop)sに移しました"),
        N_("%(who)sさんが%(shop)sに引き継ぎました"),
    ),
    Change.SNOOZED: (N_("保留にしました"), N_("%(who)sさんが保留にしました")),
    Change.WOKE: (N_("保留の時間が終わりました"), N_("保留の時間が終わりました")),
    Change.CLOSED: (
        N_("お客様が相談を終了しました。ボットが対応します"),
        N_("%(who)sさんが対応済みにしました。ボットが対応します"),
    ),
    Change.ENDED: (
        N_("しばらく発言がないため終了しました。ボットが対応します"),
        N_("対応を終了しました"),
    ),
}

#: Why a talk came to staff.
REASONS: Final[Mapping[str, str]] = {
    "button": N_("スタッフに相談をタップ"),
    "keyword": N_("キーワード"),
    "in turn": N_("順番に割り当て"),
    "misses": N_("ボットが理解できない発言が続きました"),
}

#: What a rule of conversations says, by its code.
REFUSALS: Final[Mapping[str, str]] = {
    "someone_answered": N_("表示したあとに状況が変わりました。内容を確認してください。"),
    "no_free_way": N_("無料で返信できる時間が過ぎました。"),
    "nothing_left": N_("今月の通数が残っていません。「次の発言時に無料で送る」を選んでください。"),
    "paid_limit": N_(
        "今日の有料送信の上限に達しました。「次の発言時に無料で送る」を選んでください。"
    ),
    "not_waiting": N_(
        "すでに送信されたか、内容の保存期間が過ぎています。必要ならもう一度書いてください。"
    ),
    "no_quote": N_("このメッセージは引用できません。引用を外して送ってください。"),
    "unfit_quote": N_("引用は、本文かスタンプと一緒に送ってください。"),
    "unfit_sticker": N_("このスタンプは送れません。選び直してください。"),
    "blocked": N_("お客様にブロックされているため送れません。"),
    "state": N_("いまの状態ではできません。"),
    "unfit_note": N_("メモは1〜2,000文字で入力してください。"),
    "unknown_friend": N_("この友だちは見つかりません。"),
    "unfit_message": N_("本文を入力してください（1つの吹き出しは5,000文字まで）。"),
    "unfit_picture": N_("添付の有効期限が切れました。もう一度添付してください。"),
    "unfit_file": N_(
        "この種類のファイルは送れません。画像、動画（MP4）、音声（M4A）、PDF、Word、Excel、"
        "PowerPoint、CSV、テキストを選んでください。マクロ入りのファイルは送れません。"
    ),
    "too_large_file": N_(
        "大きすぎて送れません。動画と音声は200MB、ほかのファイルは50MBまでです。"
    ),
    "broken_media": N_(
        "壊れているか、途中で切れているため送れません。書き出し直したファイルを選んでください。"
    ),
    "unfit_time": N_("これからの日時を選んでください。"),
    "unfit_choice": N_("選べない担当者または店舗です。もう一度選んでください。"),
}


def refusal(code: str) -> str:
    """Return the words for a code, to be translated."""
    return REFUSALS.get(code, N_("できませんでした。もう一度お試しください。"))


def face_of(friend_id: int, picture_url: str | None) -> str:
    """Return where a friend's picture is; empty: there is none. A new one has a new address."""
    if not picture_url:
        return ""
    return f"/console/talk/faces/{friend_id}?v={zlib.crc32(picture_url.encode()):x}"


def clock(at: datetime) -> str:
    """Return the time of day in Tokyo."""
    return f"{at.astimezone(TOKYO):%H:%M}"


def short_moment(at: datetime, now: datetime) -> str:
    """Return the time of today, the day of this year, or the date."""
    here, today = at.astimezone(TOKYO), now.astimezone(TOKYO)
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here.month}/{here.day}" if here.year == today.year else f"{here:%Y/%m/%d}"


def size(count: int | None) -> str:
    """Return a number of bytes as people read it."""
    return "" if count is None else shown_size(count)


#: A file of a friend that is not (or no longer) here.
FILE_STATES: Final[Mapping[str, str]] = {
    "waiting": N_("LINEから取得しています…"),
    "gone": N_("LINEでの保存期限が切れています"),
    "too_large": N_("大きすぎるため保存していません"),
    "failed": N_("取得できませんでした"),
    "erased": N_("保存期間が過ぎたため削除しました"),
    "unsent": N_("送信を取り消しました"),
}
_DAYS: Final = "月火水木金土日"
_ENGLISH_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def day_name(day: date, now: datetime, language: str) -> str:
    """Return a day as a line between bubbles names it."""
    is_this_year = day.year == now.astimezone(TOKYO).year
    if language != JAPANESE:
        year = "" if is_this_year else f", {day.year}"
        return f"{_ENGLISH_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"
    year = "" if is_this_year else f"{day.year}/"
    return f"{year}{day.month}/{day.day}（{_DAYS[day.weekday()]}）"


#: Why something did not leave, by how LINE or the outbox begins to say so.
ERRORS: Final[Mapping[str, str]] = {
    "the friend has blocked": N_("ブロックされているため送られていません。料金はかかりません"),
    "nothing could be sent in time": N_("時間内にお客様の発言がありませんでした"),
    "no longer worth saying": N_("送る必要がなくなりました"),
    "the outcome of the last attempt": N_("LINEの返事がなく、届いたか分かりません"),
    "You have reached your monthly limit": N_("今月の通数を使い切りました"),
    "Access to this API is not available": N_("このLINE公式アカウントでは使えない機能です"),
    "Authentication failed": N_("LINEとの接続設定（アクセストークン）に問題があります"),
}


def shown_error(error: str) -> str:
    """Return why something did not leave, to be translated; what nobody knows, shortened."""
    for beginning, words in ERRORS.items():
        if error.startswith(beginning):
            return words
    return error if len(error) <= _LONGEST_ERROR else error[: _LONGEST_ERROR - 1] + "…"


_LONGEST_ERROR: Final = 80
