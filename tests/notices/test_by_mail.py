"""Staff hear by mail of what concerns them."""

from dataclasses import replace
from typing import Any

from bot.app import NOTICES
from bot.notices import choices
from bot.notices.model import CHOSEN, Choices, Way
from bot.resources import CLOCK, ENGINE
from bot.staff.model import StaffMember
from bot.staff.rights import Role
from tests.console.support import hire
from tests.notices.mailbox import Mailbox, words
from tests.support import Shop

BY_MAIL = Choices(ways={kind: frozenset({Way.MAIL}) for kind in CHOSEN}, gather_minutes=0)


async def hears_by_mail(shop: Shop, member: StaffMember, **more: Any) -> None:
    chosen = replace(BY_MAIL, mail=f"{member.login}@staff.example", **more)
    async with shop.app[ENGINE].begin() as connection:
        await choices.keep(connection, member.staff_id, chosen, now=shop.app[CLOCK]())


async def test_who_can_take_a_talk_hears_that_it_waits(shop: Shop, mailbox: Mailbox) -> None:
    sato = await hire(shop, "sato", Role.ADMIN, name="佐藤")
    viewer = await hire(shop, "goto", Role.VIEWER)
    for member in (sato, viewer):
        await hears_by_mail(shop, member)
    mei = await shop.friend("田中 めい")
    await mei.says("スタッフに相談")
    await shop.settle()
    mail = await mailbox.next()
    assert mail["To"] == "sato@staff.example"
    assert mail["Subject"] == "【麦とつばめ】要対応のトーク 1件"
    ((mei_id,),) = await shop.sql("SELECT id FROM friends")
    assert f"https://shop.example/console/talk/{mei_id}" in words(mail)
    assert "田中" not in words(mail)
    await shop.app[NOTICES].look()
    assert mailbox.mails.empty()
