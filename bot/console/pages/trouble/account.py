"""What is out of order for the whole account, each with the page where it is mended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.console.language import N_
from bot.conversations.allowance import allowance
from bot.inbox import repository as inbox
from bot.integrations import deliveries
from bot.menus import checking
from bot.notices import history
from bot.notices.watching import NEARLY_USED
from bot.outbox.troubles import Group, Reason
from bot.store.batch import Query
from richmenus import runs
from richmenus.runs import State as RunState

#: An event that fails rests for as long as this before it is given up.
_SLOW: Final = timedelta(minutes=15)
#: A dispatcher looks each second.
_LATE: Final = timedelta(minutes=5)
_LATELY: Final = timedelta(days=1)
_REFUSED: Final = Query("SELECT count(*) FROM outbox WHERE state = 'held' AND status = 401")
_REJECTED: Final = Query("SELECT count(*) FROM rejected")
_OVERDUE: Final = Query(
    "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending', 'parked') AND due_at < :late "
    "AND state = 'waiting' LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is out of order; words are marked, not translated."""

    words: str
    mend: str
    values: Mapping[str, Any] = field(default_factory=dict)
    #: Where it is mended; empty: not on a page.
    path: str = ""
    is_bad: bool = True


async def alarms(
    connection: AsyncConnection,
    *,
    problems: Sequence[object],
    groups: Sequence[Group],
    now: datetime,
) -> list[Alarm]:
    """Look at everything but LINE itself.

    Args:
        connection: reads only.
        problems: of definitions.
        groups: what waits for a person.
        now: what is late is late by it.
    """
    return [
        *await _channel(connection, groups),
        *await _month(connection, now),
        *await _standstill(connection, now),
        *await _menus(connection, now),
        *await _webhooks(connection),
        *await _notices(connection, now),
        *await _rejected(connection),
        *[
            Alarm(
                N_("定義に誤りがあります: %(problem)s"),
                N_(
                    "読めるものの最後の版で動いています。"
                    "enishi content export で書き出し、直して apply してください。"
                ),
                {"problem": str(problem)},
            )
            for problem in problems
        ],
    ]


async def _channel(connection: AsyncConnection, groups: Sequence[Group]) -> list[Alarm]:
    parked = sum(group.count for group in groups if group.reason is Reason.REFUSED_CHANNEL)
    held = int((await _REFUSED.rows(connection))[0][0])
    found = []
    if parked:
        found.append(
            Alarm(
                N_("LINEに断られて一時停止している送信が%(count)s件あります"),
                N_(
                    "LINE Developersでチャネルアクセストークンを確認し、"
                    "LINE_CHANNEL_ACCESS_TOKEN に設定して再起動してください。"
                ),
                {"count": parked},
                "/console/trouble?reason=channel",
            )
        )
    if held:
        found.append(
            Alarm(
                N_("LINEに断られて無料で返せなかった返信が%(count)s件あります"),
                N_("お客様が次に発言したときに、無料でお届けします。"),
                {"count": held},
            )
        )
    return found


async def _month(connection: AsyncConnection, now: datetime) -> list[Alarm]:
    left = await allowance(connection, now=now)
    if left.quota is None or left.used < left.quota * NEARLY_USED:
        return []
    values = {"left": left.left, "quota": left.quota}
    if left.can_pay:
        words = N_("今月の通数の残りは%(left)s通です（上限 %(quota)s通）")
        mend = N_(
            "足りなくなりそうなら、LINE Official Account Managerでプランを見直してください。"
        )
        return [Alarm(words, mend, values, is_bad=False)]
    words = N_("今月の通数（%(quota)s通）を使い切りました。無料の返信だけが送れます")
    mend = N_("LINE Official Account Managerでプランを見直すか、翌月を待ってください。")
    return [Alarm(words, mend, values, "/console/trouble?reason=month")]


async def _standstill(connection: AsyncConnection, now: datetime) -> list[Alarm]:
    found = []
    waiting, oldest = await inbox.depth(connection)
    if oldest is not None and oldest < now - _SLOW:
        words = N_("受信の処理が止まっています（%(count)s件が待っています）")
        mend = N_("enishi serve（または worker）が動いているか、ログをご確認ください。")
        found.append(Alarm(words, mend, {"count": waiting}))
    if await _OVERDUE.rows(connection, late=now - _LATE):
        words = N_("送信が止まっています")
        mend = N_("enishi serve（または dispatcher）が動いているか、ログをご確認ください。")
        found.append(Alarm(words, mend))
    return found


async def _menus(connection: AsyncConnection, now: datetime) -> list[Alarm]:
    found = []
    run = await runs.last(connection, now=now)
    if run is not None and (run.state is RunState.FAILED or run.is_stranded):
        words = N_("リッチメニューの登録が途中で止まっています")
        mend = N_("登録のページで理由を確かめ、「再開」を押すと続きから進みます。")
        found.append(Alarm(words, mend, path="/console/menus/publish"))
    if gone := await checking.missing(connection):
        words = N_("LINEから消されているリッチメニューが%(count)s個あります")
        mend = N_("変更点を見て、登録し直してください。それまでは全員のデフォルトが表示されます。")
        found.append(Alarm(words, mend, {"count": len(gone)}, "/console/menus/plan"))
    return found


async def _webhooks(connection: AsyncConnection) -> list[Alarm]:
    counts = await deliveries.count_open(connection)
    words = N_("ほかのシステムへの通知（Webhook）が%(count)s件届いていません")
    mend = N_("送信先が動いているか確かめ、「送り直す」を押してください。")
    where = "/console/settings/api/webhooks/"
    return [
        Alarm(words, mend, {"count": count}, f"{where}{endpoint_id}?state=dead")
        for (endpoint_id, state), count in counts.items()
        if state == "dead" and count
    ]


async def _notices(connection: AsyncConnection, now: datetime) -> list[Alarm]:
    failed = await history.count_failed(connection, since=now - _LATELY)
    if not failed:
        return []
    words = N_("この24時間に、スタッフへの通知が%(count)s件届きませんでした")
    mend = N_("理由を確かめて、届け先を直してください。")
    return [Alarm(words, mend, {"count": failed}, "/console/notices/sent?state=failed")]


async def _rejected(connection: AsyncConnection) -> list[Alarm]:
    count = int((await _REJECTED.rows(connection))[0][0])
    if not count:
        return []
    words = N_("読み取れない受信が%(count)s件ありました")
    mend = N_(
        "LINEの形式ではないイベントです。7日間保存しています。続くときは開発者にお知らせください。"
    )
    return [Alarm(words, mend, {"count": count}, is_bad=False)]
