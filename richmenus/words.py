"""What a tap does, in words: for previews, lists and plans.

LINE's action object -> "会員証" · "URL https://…" · "→ member"

From the object rather than the definition, so that menus found on LINE are told alike.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

from bot.postbacks import (
    AskStaff,
    JoinMembers,
    PickDate,
    ShowCard,
    ShowCoupons,
    ShowHelp,
    ShowPoints,
    ShowStamps,
    StartSurvey,
    SwitchTab,
    parse,
)

Language: TypeAlias = Literal["ja", "en"]

_POSTBACKS: Final[dict[str, tuple[str, str]]] = {
    ShowCard.action: ("会員証を表示", "member card"),
    ShowCoupons.action: ("クーポンを表示", "coupons"),
    AskStaff.action: ("スタッフに相談", "talk to staff"),
    ShowHelp.action: ("ヘルプを表示", "help"),
    JoinMembers.action: ("会員になる", "become a member"),
    ShowPoints.action: ("ポイントを表示", "points"),
    ShowStamps.action: ("スタンプカードを表示", "stamp card"),
    StartSurvey.action: ("アンケート開始: {survey}", "survey {survey}"),
    PickDate.action: ("日時選択: {attribute}", "pick a day: {attribute}"),
    SwitchTab.action: ("タブ切替: {menu}", "tab {menu}"),
}
_KINDS: Final[dict[str, tuple[str, str]]] = {
    "postback": ("ポストバック: {data}", "postback {data}"),
    "message": ("テキストを送る: {text}", "say {text}"),
    "uri": ("URLを開く: {uri}", "open {uri}"),
    "tel": ("電話: {uri}", "call {uri}"),
    "datetimepicker": ("日時選択", "pick a time"),
    "richmenuswitch": ("タブ切替: {richMenuAliasId}", "tab {richMenuAliasId}"),
    "clipboard": ("コピー: {clipboardText}", "copy {clipboardText}"),
}


def say_action(action: Mapping[str, Any], language: Language = "en") -> str:
    """Say what a tap does."""
    which = 0 if language == "ja" else 1
    ours, values = parse(str(action.get("data", "")))
    if ours in _POSTBACKS:
        return _POSTBACKS[ours][which].format_map(_Known(values))
    kind = str(action.get("type", ""))
    words = dict(action)
    if kind == "uri" and str(action.get("uri", "")).startswith("tel:"):
        kind, words = "tel", {"uri": str(action["uri"]).removeprefix("tel:")}
    said = _KINDS.get(kind, (kind, kind))[which]
    return said.format_map(_Known(words))


class _Known(dict[str, Any]):
    """Fields of somebody else's object: what is missing is said as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"
