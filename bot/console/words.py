"""Names of roles, actions and errors, as the console shows them."""

from collections.abc import Mapping
from typing import Final

from bot.console.language import N_
from bot.integrations.endpoints import EventKind
from bot.integrations.keys import Scope
from bot.integrations.relay import TRIAL
from bot.staff.model import StaffError
from bot.staff.rights import Role

ROLES: Final[Mapping[Role, str]] = {
    Role.OWNER: N_("オーナー"),
    Role.ADMIN: N_("管理者"),
    Role.MANAGER: N_("店長"),
    Role.STAFF: N_("スタッフ"),
    Role.VIEWER: N_("閲覧のみ"),
}

#: What the audit log's actions are called; one without a name shows itself.
ACTIONS: Final[Mapping[str, str]] = {
    "session.start": N_("サインイン"),
    "session.fail": N_("サインイン失敗"),
    "session.end": N_("サインアウト"),
    "staff.add": N_("スタッフを追加"),
    "staff.edit": N_("スタッフを変更"),
    "staff.invite": N_("招待リンクを発行"),
    "staff.reset": N_("パスワード再設定リンクを発行"),
    "staff.joined": N_("招待を受けてパスワードを設定"),
    "staff.password": N_("パスワードを変更"),
    "staff.pin": N_("レジ用PINを変更"),
    "staff.second_step_on": N_("2段階認証を有効化"),
    "staff.second_step_off": N_("2段階認証を解除"),
    "staff.paper_code": N_("予備コードを使用"),
    "staff.second_step_demand": N_("2段階認証が必須の権限を変更"),
    "staff.passkey_add": N_("パスキーを登録"),
    "staff.passkey_remove": N_("パスキーを削除"),
    "session.end_all": N_("すべての端末からサインアウト"),
    "talk.open": N_("トークを表示"),
    "talk.answer": N_("トークに返信"),
    "talk.settings": N_("トークの設定を変更"),
    "talk.pay": N_("トークの返信を有料で送信"),
    "talk.note": N_("メモを追加"),
    "talk.take": N_("トークの担当を開始"),
    "talk.assign": N_("トークの担当を変更"),
    "talk.move": N_("トークを店舗に引き継ぎ"),
    "talk.snooze": N_("トークを保留"),
    "talk.close": N_("トークを対応済みに変更"),
    "talk.file": N_("トークのファイルを表示"),
    "people.merge": N_("お客様を統合"),
    "people.unmerge": N_("お客様の統合を取り消し"),
    "card.settle": N_("カード番号の申し出を確認"),
    "people.attribute": N_("友だち情報を変更"),
    "people.tag": N_("タグを追加"),
    "people.untag": N_("タグを解除"),
    "shop.add": N_("店舗を追加"),
    "shop.edit": N_("店舗を変更"),
    "talk.report": N_("トークのレポートをCSVで書き出し"),
    "api_key.add": N_("APIキーを発行"),
    "api_key.revoke": N_("APIキーを無効化"),
    "webhook.add": N_("Webhookの送信先を追加"),
    "webhook.remove": N_("Webhookの送信先を削除"),
    "webhook.stop": N_("Webhookの送信を停止"),
    "webhook.resume": N_("Webhookの送信を再開"),
    "webhook.secret": N_("Webhookの署名キーを作り直し"),
    "webhook.trial": N_("Webhookをテスト送信"),
    "webhook.again": N_("Webhookを送り直し"),
    "reply.save": N_("定型文を保存"),
    "notices.mail": N_("通知メールの宛先を変更"),
    "notices.device_add": N_("ブラウザ通知をオン"),
    "notices.device_remove": N_("ブラウザ通知をオフ"),
    "notices.line_remove": N_("通知用LINEの連携を解除"),
    "notices.again": N_("通知を再送"),
    "reply.remove": N_("定型文を削除"),
    "till.look": N_("レジで会員を表示"),
    "till.earn": N_("レジでポイント付与"),
    "till.spend": N_("レジでポイント使用"),
    "till.adjust": N_("ポイントを調整"),
    "till.redeem": N_("レジでクーポン使用"),
    "till.stamp": N_("レジでスタンプ"),
    "till.note": N_("レジでメモを追加"),
    "till.unnote": N_("レジでメモを削除"),
    "till.card": N_("レジでカードを登録"),
    "till.undo": N_("レジの操作を取り消し"),
    "till.switch": N_("レジの担当を交代"),
    "shop.pin": N_("店舗PINを変更"),
    "people.open": N_("友だちの詳細を表示"),
    "menu.picture": N_("リッチメニューの画像を差し替え"),
    "menu.picture_removed": N_("リッチメニューの画像を元に戻す"),
    "menu.hide": N_("リッチメニューを取り下げ"),
    "menu.show_again": N_("リッチメニューを再表示"),
    "menu.back": N_("リッチメニューを前の版に戻す"),
    "menu.register": N_("リッチメニューをLINEに登録"),
    "menu.show": N_("リッチメニューを友だちに表示"),
    "outbox.resend": N_("送信を送り直し"),
    "outbox.resend_all": N_("送信をまとめて送り直し"),
    "outbox.let_be": N_("送信を対応済みに変更"),
    "outbox.let_all_be": N_("送信をまとめて対応済みに変更"),
    "inbox.replay": N_("受信エラーをもう一度処理"),
    "inbox.replay_all": N_("受信エラーをまとめてもう一度処理"),
    "inbox.let_be": N_("受信エラーを対応済みに変更"),
}


#: What a key of the API may do.
SCOPES: Final[Mapping[Scope, str]] = {
    Scope.MEMBERS_READ: N_("会員を調べる"),
    Scope.MEMBERS_WRITE: N_("会員を登録する・カードを紐づける"),
    Scope.PURCHASES_READ: N_("お買上げを見る"),
    Scope.PURCHASES_WRITE: N_("お買上げと返品を記録する"),
    Scope.POINTS_READ: N_("ポイントを見る"),
    Scope.POINTS_WRITE: N_("ポイントを付与・使用・調整する"),
    Scope.COUPONS_READ: N_("クーポンを見る"),
    Scope.COUPONS_REDEEM: N_("クーポンを使用済みにする・取り消す"),
    Scope.WEBHOOKS: N_("Webhookの送信先を登録する"),
}

#: What other systems are told of.
EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.MEMBER_JOINED: N_("会員になった"),
    EventKind.MEMBER_RANKED: N_("会員ランクが変わった"),
    EventKind.POINTS_CHANGED: N_("ポイントが増減した"),
    EventKind.COUPON_ISSUED: N_("クーポンを受け取った"),
    EventKind.COUPON_REDEEMED: N_("クーポンを使った"),
    EventKind.COUPON_UNDONE: N_("クーポンの使用を取り消した"),
}


#: What a rule of staff answers: the field it is about, and the words.
_PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "login_taken": ("login", N_("このログインIDは使われています。別のものにしてください。")),
    "unfit_name": ("name", N_("名前とログインIDは1行で入力してください（名前は60文字まで）。")),
    "last_owner": (
        "role",
        N_("オーナーが1人もいなくなります。先に別の人をオーナーにしてください。"),
    ),
    "not_allowed": ("role", N_("オーナーを追加・変更できるのはオーナーだけです。")),
    "shop_key": (
        "key",
        N_("キーは英小文字・数字・ハイフンで、ほかの店舗と重ならないものにしてください。"),
    ),
}


def problem_of(error: StaffError) -> tuple[str, str]:
    """Return the field and the words, to be translated, for what a rule refuses."""
    return _PROBLEMS.get(error.code, ("", N_("保存できませんでした。入力をご確認ください。")))


def role_name(role: Role) -> str:
    """Return a role's name, to be translated."""
    return ROLES[role]


def action_name(action: str) -> str:
    """Return an action's name, to be translated."""
    return ACTIONS.get(action, action)


def event_name(kind: str) -> str:
    """Return the name of what other systems are told of, to be translated."""
    if kind == TRIAL:
        return N_("テスト送信")
    return EVENTS[EventKind(kind)] if kind in set(EventKind) else kind


def scope_name(scope: Scope) -> str:
    """Return the name of what a key may do, to be translated."""
    return SCOPES[scope]


def delivery_problem(status: int | None, error: str | None) -> str:
    """Return why a delivery was not taken, to be translated with its ``status``."""
    if status is not None and error is not None:
        return N_("%(status)s が返りました（2xxで受け取りになります）")
    if error is None:
        return ""
    if error.startswith("no answer"):
        return N_("10秒以内に応答がありませんでした")
    return N_("接続できませんでした")


_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(agent: str) -> str:
    """Return what a browser says it is, as far as a person wants to know."""
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    return " · ".join(filter(None, (system, browser))) or "—"


def facts(details: Mapping[str, object]) -> str:
    """Return the details of an audit line in one line."""
    return "  ".join(f"{name}={_plain(value)}" for name, value in details.items())


def _plain(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
