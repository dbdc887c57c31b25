"""What states, reasons and mends are called; marked, not yet translated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.console.language import N_
from bot.console.pages.talk.wording import KINDS as MESSAGE_KINDS
from bot.console.pages.talk.wording import UNKNOWN_KIND
from bot.outbox.model import Kind, State
from bot.outbox.troubles import Reason, Trouble

STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.UNCERTAIN: (N_("届いたか不明"), "warn"),
    State.FAILED: (N_("失敗"), "bad"),
    State.PARKED: (N_("一時停止"), "bad"),
    State.EXPIRED: (N_("時間切れ"), "plain"),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """Why something waits for a person, and what helps."""

    why: str
    mend: str


REASONS: Final[Mapping[Reason, Explained]] = {
    Reason.UNKNOWN: Explained(
        N_("LINEから返事がなく、届いたか分かりません"),
        N_(
            "送り直すと2回届くことがあります。大事な内容はお客様に確かめてください。"
            "届いていれば「対応済み」にします。"
        ),
    ),
    Reason.REFUSED_CHANNEL: Explained(
        N_("LINEがこのチャネルからの送信を受け付けません"),
        N_(
            "LINE Developersでチャネルアクセストークンを発行し直し、"
            "LINE_CHANNEL_ACCESS_TOKEN に設定して再起動してください。"
            "直ると15分以内に自動で送られます。"
        ),
    ),
    Reason.PLAN: Explained(
        N_("このLINE公式アカウントでは使えない機能です"),
        N_(
            "認証済みアカウントか、対応するプランが必要です。"
            "LINE Official Account Managerでご確認ください。"
        ),
    ),
    Reason.MONTH: Explained(
        N_("今月の通数を使い切りました"),
        N_(
            "LINE Official Account Managerでプランを見直すか、翌月を待ってください。"
            "送れるようになると15分以内に自動で送られます。"
        ),
    ),
    Reason.BLOCKED: Explained(
        N_("お客様にブロックされています"),
        N_(
            "送られておらず、料金もかかっていません。送り直しても届かないので「対応済み」にしてください。"
        ),
    ),
    Reason.UNFIT: Explained(
        N_("LINEがこの内容を受け付けませんでした"),
        N_(
            "下のLINEの返事が示す箇所を直してから送り直してください。同じ内容のままでは、また断られます。"
        ),
    ),
    Reason.GONE: Explained(
        N_("LINEに相手か対象が見つかりません"),
        N_(
            "友だちでなくなったか、LINE上で削除されています。必要がなければ「対応済み」にしてください。"
        ),
    ),
    Reason.UNREADY: Explained(
        N_("送る準備ができていませんでした"),
        N_(
            "リッチメニューが登録されていないなど、設定が足りません。下の内容を直してから送り直してください。"
        ),
    ),
    Reason.LATE: Explained(
        N_("期限までに送れませんでした"),
        N_(
            "無料で送れる機会（お客様の発言）がないまま期限が過ぎました。"
            "いまも必要な内容だけ送り直してください。"
        ),
    ),
    Reason.OTHER: Explained(
        N_("LINEに断られました"),
        N_(
            "下のLINEの返事をご確認ください。分からないときは、リクエストIDを添えてLINEに問い合わせられます。"
        ),
    ),
}

KINDS: Final[Mapping[Kind, str]] = {
    Kind.MESSAGE: N_("メッセージ"),
    Kind.MENU: N_("リッチメニューの切り替え"),
    Kind.MENUS: N_("リッチメニューの切り替え（複数の友だち）"),
    Kind.MENU_BATCH: N_("リッチメニューの一括切り替え"),
    Kind.DEFAULT_MENU: N_("全員のデフォルトメニューの設定"),
    Kind.PROFILE: N_("プロフィールの取得"),
    Kind.READ: N_("既読の表示"),
}

#: What the list can be narrowed to, and the kinds it stands for.
FAMILIES: Final[Mapping[str, tuple[str, frozenset[Kind]]]] = {
    "message": (N_("メッセージ"), frozenset({Kind.MESSAGE})),
    "menu": (
        N_("リッチメニュー"),
        frozenset({Kind.MENU, Kind.MENUS, Kind.MENU_BATCH, Kind.DEFAULT_MENU}),
    ),
    "other": (N_("その他"), frozenset({Kind.PROFILE, Kind.READ})),
}

#: Why somebody leaves it at that; the audit log keeps the key.
CLOSINGS: Final[Mapping[str, str]] = {
    "arrived": N_("届いていることを確認した"),
    "told": N_("別の方法で連絡した"),
    "needless": N_("もう必要ない"),
    "other": N_("その他"),
}

#: What came from LINE and could not be handled.
EVENTS: Final[Mapping[str, str]] = {
    "message": N_("メッセージの受信"),
    "postback": N_("ボタンのタップ"),
    "follow": N_("友だちに追加"),
    "unfollow": N_("ブロック"),
    "unsend": N_("送信の取り消し"),
    "accountLink": N_("アカウント連携"),
}

_CAUSES: Final[Mapping[str, str]] = {
    "event": N_("ボットの自動応答"),
    "survey": N_("アンケートの案内"),
    "ended": N_("対応終了のお知らせ"),
    "notice": N_("スタッフへの通知"),
    "stamp": N_("スタンプカード"),
    "publish": N_("リッチメニューの公開"),
    "menus": N_("リッチメニューのルール"),
    "page": N_("会員証ページ"),
}
_WORDS: Final[Mapping[str, str]] = {"text": "text", "flex": "altText", "template": "altText"}
_LONGEST: Final = 60
_OURS: Final = re.compile("the friend has blocked|nothing could be sent|the outcome of the last")


def cause(why: str, staff: Mapping[int, str]) -> tuple[str, dict[str, str]]:
    """Return what caused a call, to be translated with its values."""
    origin, _, rest = why.partition(":")
    if origin == "staff" and rest.isdecimal():
        name = staff.get(int(rest))  # whoever is no member any more has none
        return (N_("スタッフ"), {}) if name is None else (N_("%(name)sさん"), {"name": name})
    return _CAUSES.get(origin, N_("自動処理")), {}


def line_said(one: Trouble) -> str:
    """Return LINE's own words, where they say more than the reason does."""
    error = one.error or ""
    return "" if _OURS.match(error) else error


def said(one: Trouble) -> tuple[str, str, int]:
    """Return what a call was to do, to be translated; the first words of it; further bubbles."""
    if one.kind is not Kind.MESSAGE:
        return KINDS[one.kind], "", 0
    bubbles = _bubbles(one.body)
    if not bubbles:
        return KINDS[Kind.MESSAGE], shortened(one.text or ""), 0
    kind = str(bubbles[0].get("type", ""))
    words = "" if kind not in _WORDS else str(bubbles[0].get(_WORDS[kind], ""))
    name = KINDS[Kind.MESSAGE] if words else MESSAGE_KINDS.get(kind, UNKNOWN_KIND)
    return name, shortened(words), len(bubbles) - 1


def _bubbles(body: bytes | None) -> list[dict[str, Any]]:
    try:
        found = orjson.loads(body or b"[]")
    except orjson.JSONDecodeError:
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def shortened(text: str) -> str:
    """Return the beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
