"""The words of the menu pages: what the lint found, what a plan does, what was changed on LINE.

Each is words to be translated and the values that they name.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from bot.console.language import N_
from bot.line import limits
from richmenus.drift import Drift
from richmenus.drift import Kind as Drifted
from richmenus.findings import Code, Finding, errors
from richmenus.plan import Kind, Plan

#: To be translated, and what it names.
Said: TypeAlias = tuple[str, Mapping[str, Any]]

_FINDINGS: Final[Mapping[Code, str]] = {
    Code.FORMAT: N_(
        "このファイルは%(found)sです。LINEで使えるのはJPEGとPNGだけなので、どちらかで書き出し直してください。"
    ),
    Code.BROKEN: N_(
        "画像（%(found)s）が壊れているか、途中で切れています。もう一度書き出してください。"
    ),
    Code.TOO_MANY_PIXELS: N_(
        "%(width)s×%(height)sピクセルは大きすぎて開けません。%(most)s×%(most_height)s以下にしてください。"
    ),
    Code.WEIGHT: N_("%(mb)s MBあります。LINEの上限は1 MBなので、軽くしてください。"),
    Code.PIXELS: N_(
        "%(width)s×%(height)sピクセルです。LINEで使えるのは幅%(least)s〜%(most)s、高さ%(least_height)s以上なので、%(better_width)s×%(better_height)sにしてください。"
    ),
    Code.RATIO: N_(
        "縦に長すぎます（横は縦の%(ratio)s倍）。横が縦の%(least)s倍以上になるように、高さを減らしてください。"
    ),
    Code.SIZE_DIFFERS: N_(
        "%(width)s×%(height)sピクセルです。このメニューは%(menu_width)s×%(menu_height)sなので、同じ大きさにしてください。"
    ),
    Code.MISNAMED: N_("ファイル名とちがい、中身は%(found)sです。中身の形式として扱います。"),
    Code.CMYK: N_(
        "印刷用の色（CMYK）の画像です。スマートフォンでは色が変わるので、RGBで保存し直してください。"
    ),
    Code.TURNED: N_(
        "向きがEXIFで指定されています。LINEでは回転しないことがあるので、見せたい向きで保存し直してください。"
    ),
    Code.ANIMATED: N_(
        "動く画像です。LINEでは最初の1枚しか表示されないので、静止画で保存し直してください。"
    ),
    Code.NO_AREAS: N_("タップできる領域がありません。1つ以上作ってください。"),
    Code.TOO_MANY_AREAS: N_(
        "領域が%(count)s個あります。LINEの上限は%(most)s個なので、減らしてください。"
    ),
    Code.OUTSIDE: N_(
        "「%(label)s」が画像から%(pixels)sピクセルはみ出しています。縮めてください。"
    ),
    Code.OVERLAP: N_(
        "「%(label)s」と「%(other)s」が%(width)s×%(height)sピクセル重なっています。どちらかを動かしてください。"
    ),
    Code.NO_ACTION: N_("「%(label)s」はタップしても何も起きません。動作を決めてください。"),
    Code.UNCOVERED: N_("画像の%(percent)s%%は、タップしても何も起きません。"),
    Code.TINY_AREA: N_(
        "「%(label)s」はスマートフォンで%(width)s×%(height)sポイントしかありません。指で押せるように、縦横とも%(least)s以上にしてください。"
    ),
    Code.LOW_CONTRAST: N_(
        "「%(label)s」の文字は背景との差が%(ratio)s:1しかなく、読みにくいかもしれません。%(least)s:1以上にしてください。"
    ),
    Code.SMALL_TEXT: N_(
        "「%(label)s」の文字はスマートフォンで約%(points)sポイントです。読めるように%(least)s以上にしてください。"
    ),
    Code.CUT_LABEL: N_(
        "「%(label)s」と「%(other)s」の境目に、文字や絵がかかっています。境目から離してください。"
    ),
    Code.BLANK_AREA: N_("「%(label)s」には何も描かれていません。押せることが伝わりません。"),
}

_STEPS: Final[Mapping[Kind, str]] = {
    Kind.CREATE: N_("「%(menu)s」をLINEに新しく登録"),
    Kind.REPLACE: N_("「%(menu)s」の新しい版をLINEに登録"),
    Kind.RESTORE: N_("LINEから消えていた「%(menu)s」を登録し直す"),
    Kind.COMPLETE: N_("途中だった「%(menu)s」の登録を終える"),
    Kind.MAKE_ALIAS: N_("「%(menu)s」をタブ切替で開けるようにする"),
    Kind.MOVE_ALIAS: N_("「%(menu)s」へのタブ切替を新しい版に向ける"),
    Kind.DELETE_ALIAS: N_("使われなくなったタブ切替（%(menu)s）を消す"),
    Kind.SET_DEFAULT: N_("「%(menu)s」を全員のデフォルトにする"),
    Kind.REPOINT: N_("「%(menu)s」を見ている友だちを新しい版に切り替える"),
    Kind.DELETE: N_("「%(menu)s」の古い版をLINEから消す"),
}

_DRIFTS: Final[Mapping[Drifted, str]] = {
    Drifted.MENU_GONE: N_("「%(menu)s」がLINEから消されています。"),
    Drifted.MENU_CHANGED: N_("「%(menu)s」がLINEの上で別のものになっています。"),
    Drifted.PICTURE_DIFFERS: N_("「%(menu)s」の画像がLINEの上で別のものになっています。"),
    Drifted.ALIAS_GONE: N_("「%(menu)s」へのタブ切替がLINEから消されています。"),
    Drifted.ALIAS_MOVED: N_("「%(menu)s」へのタブ切替が別のメニューに向いています。"),
    Drifted.ALIAS_UNKNOWN: N_("ここにないタブ切替（%(alias)s）がLINEにあります。"),
    Drifted.DEFAULT_UNSET: N_("「%(menu)s」が全員のデフォルトではなくなっています。"),
    Drifted.DEFAULT_OTHER: N_("別のメニューが全員のデフォルトになっています。"),
    Drifted.MENU_UNKNOWN: N_(
        "ここで作ったものではないメニュー「%(name)s」がLINEにあります。そのままにしておけます。"
    ),
}
#: What the next apply leaves as it is.
HARMLESS: Final = frozenset({Drifted.MENU_UNKNOWN})

_LOST: Final = N_(
    "ルールは「%(menu)s」を表示しますが、そのメニューがありません。定義を書くか、ルールを直してください。"
)
_NO_DEFAULT: Final = N_(
    "全員のデフォルト「%(menu)s」がありません。どのルールにも当てはまらない友だちにメニューが出なくなるため、先に定義を書いてください。"
)
_UNREAD: Final = N_(
    "「%(menu)s」の定義がこの版では読めません。直すまで、LINEのメニューは何も変えません。"
)
_FULL: Final = N_(
    "LINEに置けるメニューは%(most)s個までで、いま%(count)s個あります。使っていないものを消してください。"
)
_BAD: Final = N_("「%(menu)s」の画像に、LINEが受け付けない点があります。")
_MEGABYTE: Final = 1_000_000


def of_finding(finding: Finding) -> Said:
    """Say one thing that the lint found, with its mend."""
    values = dict(finding.values)
    if finding.code is Code.WEIGHT:
        values["mb"] = f"{int(values['bytes']) / _MEGABYTE:.1f}"
    return _FINDINGS[finding.code], values


def of_step(kind: str, key: str, titles: Mapping[str, str]) -> Said:
    """Say what a step does."""
    return _STEPS[Kind(kind)], {"menu": titles.get(key, key)}


def of_drift(drift: Drift, titles: Mapping[str, str]) -> Said:
    """Say one thing that was changed on LINE."""
    return _DRIFTS[drift.kind], {"menu": titles.get(drift.key, drift.key), **drift.values}


def of_blockers(plan: Plan, named: frozenset[str], titles: Mapping[str, str]) -> Sequence[Said]:
    """Say why a plan cannot be carried out, each with its mend."""
    keys = {version.key for version in plan.wanted} | set(plan.unread)
    lost = sorted({*named, *filter(None, [plan.default])} - keys)
    said: list[Said] = [(_UNREAD, {"menu": key}) for key in plan.unread]
    said += [(_NO_DEFAULT if key == plan.default else _LOST, {"menu": key}) for key in lost]
    for key, findings in plan.findings.items():
        if bad := errors(findings):
            said.append((_BAD, {"menu": titles.get(key, key)}))
            said += [of_finding(finding) for finding in bad]
    total, most = len(plan.found.menus), limits.RICH_MENUS_PER_CHANNEL
    if total + len(plan.missing) > most:
        said.append((_FULL, {"most": most, "count": total}))
    return said
