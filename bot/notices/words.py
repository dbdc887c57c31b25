"""What a notice says, in the language of whoever reads it.

A subject names the shop and counts; whom it is about and what they wrote is told only to those
who have chosen so: mails and lock screens are read by others, too.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.clock import TOKYO
from bot.notices.model import Kind
from bot.notices.queue import Notice

#: Lines of one notice; the others are counted.
MOST_LINES: Final = 10
_SNIPPET: Final = 80


@dataclass(frozen=True, slots=True)
class About:
    """Whom a notice is about, where their shop tells it."""

    shop: str = ""
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A notice as it is sent."""

    subject: str
    #: Each with the path of the console's page that it leads to.
    lines: Sequence[tuple[str, str]]
    #: Says where notices are chosen.
    footer: str
    #: Of things that replace each other on a screen.
    tag: str
    #: Names what is told, the same at every attempt.
    key: str = ""

    @property
    def path(self) -> str:
        """Where a tap on the whole leads."""
        return self.lines[0][1] if len(self.lines) == 1 else "/console/talk"


@dataclass(frozen=True, slots=True)
class _Language:
    counted: Callable[[Kind, int], str]
    between: str
    named: str
    trouble: Mapping[str, str]
    more: str
    footer: str


_JA_NAMES: Final = {
    Kind.WAITING: "要対応のトーク",
    Kind.ASSIGNED: "担当になったトーク",
    Kind.MENTION: "あなた宛てのメモ",
    Kind.MESSAGE: "返事を待っているメッセージ",
    Kind.TROUBLE: "確認が必要なこと",
    Kind.TEST: "テスト通知",
}
_EN_NAMES: Final = {
    Kind.WAITING: ("talk that waits", "talks that wait"),
    Kind.ASSIGNED: ("talk assigned to you", "talks assigned to you"),
    Kind.MENTION: ("memo for you", "memos for you"),
    Kind.MESSAGE: ("message that waits for you", "messages that wait for you"),
    Kind.TROUBLE: ("thing to look at", "things to look at"),
    Kind.TEST: ("test notice", "test notices"),
}
_JA: Final = _Language(
    counted=lambda kind, count: f"{_JA_NAMES[kind]} {count}件",
    between="、",
    named="{name}さん",
    trouble={
        "refused": "LINEがアクセストークンを受け付けません。メッセージが送れずに止まっています。"
        "LINE Developersでトークンを確認してください。",
        "quota": "今月の通数の残りは {left}通です（上限 {quota}通のうち {used}通を使用）。",
        "quota_over": "今月の通数を使い切りました。有料の送信は止まっています"
        "（止まっている送信 {count}件）。",
        "dead": "処理できなかった受信イベントがあります（{count}件）。",
        "uncertain": "届いたかどうか分からない送信があります（要確認 {count}件）。",
        "undelivered": "お客様に送れなかったものがあります（{count}件）。",
        "failed": "スタッフへの通知が届いていません（{count}件）。",
    },
    more="ほか {count}件",
    footer="通知の受け取り方は、コンソールの「通知」で変えられます。",
)
_EN: Final = _Language(
    counted=lambda kind, count: f"{count} {_EN_NAMES[kind][count != 1]}",
    between=", ",
    named="{name}",
    trouble={
        "refused": "LINE refuses the access token, and messages wait. "
        "Check the token in the LINE Developers console.",
        "quota": "{left} messages are left this month ({used} of {quota} used).",
        "quota_over": "This month's messages are used up; paid ones wait ({count}).",
        "dead": "Events came in that could not be handled ({count}).",
        "uncertain": "Nobody knows whether some messages arrived; please check ({count}).",
        "undelivered": "Something could not be sent to customers ({count}).",
        "failed": "Notices to staff did not arrive ({count}).",
    },
    more="and {count} more",
    footer="How you hear of things is chosen in the console, under Notices.",
)


def write(
    shop_name: str,
    notices: Sequence[Notice],
    about: Mapping[int, About],
    *,
    language: str,
) -> Written:
    """Put notices together.

    Args:
        shop_name: of the account.
        notices: one at least.
        about: by notice id; names and texts only where they may be told.
        language: of the reader; Japanese but for ``en``.
    """
    words = _EN if language == "en" else _JA
    counts = Counter(notice.kind for notice in notices)
    counted = words.between.join(
        words.counted(kind, counts[kind]) for kind in Kind if kind in counts
    )
    lines = [_line(words, notice, about[notice.notice_id]) for notice in notices[:MOST_LINES]]
    if (rest := len(notices) - MOST_LINES) > 0:
        lines.append((words.more.format(count=rest), "/console/talk"))
    first = notices[0]
    tag = f"talk-{first.friend_id}" if len(notices) == 1 and first.friend_id else "notices"
    key = ",".join(str(notice.notice_id) for notice in notices)
    return Written(f"【{shop_name}】{counted}", lines, words.footer, tag, key)


def _line(words: _Language, notice: Notice, about: About) -> tuple[str, str]:
    at = f"{notice.at.astimezone(TOKYO):%H:%M}"
    if notice.kind is Kind.TROUBLE:
        said = words.trouble[notice.body["what"]].format(**notice.body)
        return f"{at} {said}", str(notice.body.get("path", "/console/"))
    kind = _JA_NAMES[notice.kind] if words is _JA else _EN_NAMES[notice.kind][0].capitalize()
    where = f" · {about.shop}" if about.shop else ""
    who = f" · {words.named.format(name=_cut(about.name))}" if about.name else ""
    text = f"「{_cut(about.text)}」" if about.text else ""
    path = "/console/notices" if notice.friend_id is None else f"/console/talk/{notice.friend_id}"
    return f"{at} {kind}{where}{who}{text}", path


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SNIPPET else line[: _SNIPPET - 1] + "…"
