"""Admins are told of what nobody else reports."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.app import SCHEDULER
from bot.conversations.allowance import learn
from bot.resources import CLOCK, ENGINE
from bot.staff.rights import Role
from bot.store import batch, staff_events
from bot.store.tables.notices import staff_events as events
from tests.console.support import hire
from tests.conversations.support import asks
from tests.notices.mailbox import Mailbox, words
from tests.notices.support import hears_by_mail, looks, open_shop_with_mail
from tests.support import Shop


@pytest.fixture
async def shop(
    postgres_url: str, redis_url: str, tmp_path: Path, mailbox: Mailbox
) -> AsyncIterator[Shop]:
    async with open_shop_with_mail(postgres_url, redis_url, tmp_path, mailbox) as shop:
        yield shop


async def looked(shop: Shop) -> None:
    """Let the scheduler look, and what it finds be told."""
    await shop.app[SCHEDULER].run_once()
    await looks(shop)


async def test_each_trouble_is_told_once_to_those_who_can_mend_it(
    shop: Shop, mailbox: Mailbox
) -> None:
    admin = await hire(shop, "sato", Role.ADMIN)
    staff = await hire(shop, "ito", Role.STAFF)
    for member in (admin, staff):
        await hears_by_mail(shop, member)
    await shop.fault("/v2/bot/info", "status", status=401)
    quota: dict[str, Any] = {"type": "limited", "value": 200}
    async with shop.app[ENGINE].begin() as connection:
        now = shop.app[CLOCK]()
        await learn(connection, quota=quota, consumption={"totalUsage": 185}, now=now)
    await shop.advance(5 * 60)  # LINE is not asked more often
    await looked(shop)
    await looked(shop)
    mail = await mailbox.next()
    assert mail["To"] == "sato@staff.example"
    assert mail["Subject"] == "【麦とつばめ】確認が必要なこと 2件"
    assert "アクセストークンを受け付けません" in words(mail)
    assert "今月の通数の残りは 15通です（上限 200通のうち 185通を使用）" in words(mail)
    assert mailbox.mails.empty()


@pytest.mark.parametrize("what", ["dead", "uncertain"])
async def test_more_of_the_same_is_told_an_hour_later(
    shop: Shop, mailbox: Mailbox, what: str
) -> None:
    await hears_by_mail(shop, await hire(shop, "sato", Role.ADMIN))
    await _happens(shop, what, 1)
    await looked(shop)
    said = words(await mailbox.next())
    assert ("処理できなかった受信イベント" if what == "dead" else "要確認") in said
    await shop.advance(60)
    await _happens(shop, what, 2)
    await looked(shop)
    assert mailbox.mails.empty()
    await shop.advance(3600)
    await looked(shop)
    assert "1件" in words(await mailbox.next())
    await shop.advance(3600)
    await looked(shop)
    assert mailbox.mails.empty()


async def _happens(shop: Shop, what: str, number: int) -> None:
    """Leave what a failing handler, or a lost answer of LINE, leaves behind."""
    insert = {
        "dead": "INSERT INTO dead_letters VALUES (:id, 'U1', 9, 'bug', :now)",
        "uncertain": (
            "INSERT INTO outbox (id, lane, kind, bubbles, pays, retry_key, why, state, attempts, "
            "doubtful, due_at, expires_at, created_at, settled_at) VALUES (:id, 'U1', 'message', "
            "1, false, 'k', 'event:1', 'uncertain', 1, true, :now, :now, :now, :now)"
        ),
    }[what]
    now = int(shop.app[CLOCK]().timestamp() * 1000)
    async with shop.app[ENGINE].begin() as connection:
        await connection.execute(text(insert), {"id": number, "now": now})


async def test_what_no_version_can_say_is_seen_and_holds_up_nobody(
    shop: Shop, mailbox: Mailbox
) -> None:
    sato = await hire(shop, "sato", Role.ADMIN)
    for member in (sato, await hire(shop, "ito", Role.ADMIN)):
        await hears_by_mail(shop, member)
    unsaid = staff_events.row(
        "trouble", "x", staff_id=sato.staff_id, body={"what": "?"}, at=shop.app[CLOCK]()
    )
    async with shop.app[ENGINE].begin() as connection:
        await batch.insert(connection, events, [unsaid])
    await looks(shop)
    seen = "SELECT state, attempts, error FROM staff_notices"
    assert await shop.sql(seen) == [("waiting", 1, "bug: KeyError")]
    await asks(shop, "めい")
    await looks(shop)
    assert {(await mailbox.next())["To"] for _ in "12"} == {
        "sato@staff.example",
        "ito@staff.example",
    }
