"""What kinds, ways, states and errors of notices are called."""

from collections.abc import Mapping
from typing import Final

from bot.console.language import N_
from bot.notices.model import Kind, State, Way

KINDS: Final[Mapping[Kind, str]] = {
    Kind.WAITING: N_("要対応のトーク"),
    Kind.ASSIGNED: N_("担当になったトーク"),
    Kind.MENTION: N_("自分宛てのメモ"),
    Kind.MESSAGE: N_("担当トークの未読メッセージ"),
    Kind.TROUBLE: N_("トラブル"),
    Kind.TEST: N_("テスト"),
}
HINTS: Final[Mapping[Kind, str]] = {
    Kind.WAITING: N_("所属店舗で、まだ担当者のいないトーク"),
    Kind.ASSIGNED: N_("ほかの人や自動割り当てで、自分が担当になったとき"),
    Kind.MENTION: N_("メモに @自分 と書かれたとき"),
    Kind.MESSAGE: N_("下で選んだ時間、だれも見ていないとき"),
    Kind.TROUBLE: N_("LINEの設定エラー、通数の残り、要確認の送信など"),
}
WAYS: Final[Mapping[Way, str]] = {
    Way.BROWSER: N_("ブラウザ"),
    Way.MAIL: N_("メール"),
    Way.LINE: N_("LINE"),
}
STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.WAITING: (N_("送信待ち"), "plain"),
    State.HANDED: (N_("送信中"), "plain"),
    State.SENT: (N_("送信済み"), "good"),
    State.FAILED: (N_("失敗"), "bad"),
    State.DROPPED: (N_("不要になった"), "plain"),
}
#: By the code that an error begins with.
_ERRORS: Final[Mapping[str, str]] = {
    "no_address": N_("メールアドレスが登録されていません。"),
    "mail_not_set_up": N_(
        "メールサーバーが設定されていません。管理者が SMTP_URL と MAIL_FROM を設定すると送れます。"
    ),
    "mail_sign_in": N_(
        "メールサーバーにログインできません。SMTP_URL のユーザー名とパスワードを確認してください。"
    ),
    "mail_address": N_("メールサーバーがこの宛先を受け付けません。アドレスを確認してください。"),
    "mail_refused": N_("メールサーバーが受け付けませんでした。"),
    "mail_unreachable": N_(
        "メールサーバーに接続できません。SMTP_URL のホスト名・ポート・暗号化を確認してください。"
    ),
    "push_not_set_up": N_("このサーバーではブラウザ通知を使えません。"),
    "push_gone": N_("この端末の登録は無効になりました。端末でもう一度オンにしてください。"),
    "push_forbidden": N_("通知の送り先として使えないアドレスです。"),
    "push_refused": N_(
        "ブラウザの通知サービスが受け付けませんでした。端末で一度オフにして、オンにし直してください。"
    ),
    "push_unreachable": N_("ブラウザの通知サービスに接続できません。"),
    "bug": N_("Enishiの不具合で送れませんでした。サーバーのログを確認してください。"),
    "line_blocked": N_("LINEでこのアカウントがブロックされています。ブロックを解除してください。"),
    "line_failed": N_("LINEが受け付けませんでした。"),
    "line_uncertain": N_("LINEに届いたかどうか分かりません。"),
    "line_expired": N_("LINEに送れないまま期限が過ぎました。"),
}


def error_words(error: str | None) -> tuple[str, str]:
    """Return what an error means, to be translated, and what was said exactly."""
    code, _, detail = (error or "").partition(": ")
    return _ERRORS.get(code, N_("送れませんでした。")), detail or ("" if code in _ERRORS else code)
