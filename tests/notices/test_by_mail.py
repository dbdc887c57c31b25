"""Staff hear by mail of what concerns them, gathered, at their hours, and through troubles."""

from email.message import EmailMessage

from bot import keys
from bot.app import NOTICES, SCHEDULER
from bot.app import Role as Process
from bot.resources import CLOCK
from bot.staff.rights import Role
from tests.console.support import hire, open_browser
from tests.conversations.support import asks, friend_id, use_case
from tests.notices.mailbox import Mailbox, words
from tests.notices.support import hears_by_mail, looks
from tests.support import Shop


async def next_mail(shop: Shop, mailbox: Mailbox) -> EmailMessage:
    """Return the next mail of those that are due."""
    await looks(shop)
    return await mailbox.next()


async def states(shop: Shop) -> list[str]:
    return [row[0] for row in await shop.sql("SELECT state FROM staff_notices ORDER BY id")]


async def test_who_can_take_a_talk_hears_that_it_waits(shop: Shop, mailbox: Mailbox) -> None:
    sato = await hire(shop, "sato", Role.ADMIN, name="佐藤")
    viewer = await hire(shop, "goto", Role.VIEWER)
    elsewhere = await hire(shop, "ito", Role.STAFF, shops=())
    for member in (sato, viewer, elsewhere):
        await hears_by_mail(shop, member)
    mei = await asks(shop, "田中 めい")
    mail = await next_mail(shop, mailbox)
    assert mail["To"] == "sato@staff.example"
    assert mail["Subject"] == "【麦とつばめ】要対応のトーク 1件"
    assert f"https://shop.example/console/talk/{await friend_id(shop, mei)}" in words(mail)
    assert "田中" not in words(mail)
    await looks(shop)
    assert mailbox.mails.empty()


async def test_what_concerns_one_is_told_to_that_one(shop: Shop, mailbox: Mailbox) -> None:
    sato = await hire(shop, "sato", Role.ADMIN, name="佐藤")
    suzuki = await hire(shop, "suzuki", Role.ADMIN, name="鈴木")
    mei = await asks(shop, "田中 めい")
    await looks(shop)
    await hears_by_mail(shop, sato, shows_text=True)
    await hears_by_mail(shop, suzuki)
    whose, desk, now = await friend_id(shop, mei), shop.app[keys.DESK], shop.app[CLOCK]()
    async with use_case(shop) as unit:
        await desk.assign(unit, whose, to=sato.staff_id, by=suzuki.staff_id, now=now)
    mail = await next_mail(shop, mailbox)
    assert (mail["To"], "担当になったトーク 1件" in mail["Subject"]) == (
        "sato@staff.example",
        True,
    )
    async with use_case(shop) as unit:
        last = (await desk.open(unit, whose, now=now)).last_id
        await desk.see(unit, whose, up_to=last, now=now)
        await desk.note(
            unit,
            whose,
            words="@佐藤 Mサイズの方です",
            mentions=[sato.staff_id, suzuki.staff_id],
            by=suzuki.staff_id,
            now=now,
        )
    mail = await next_mail(shop, mailbox)
    assert "あなた宛てのメモ 1件" in mail["Subject"]
    assert "田中 めいさん「@佐藤 Mサイズの方です」" in words(mail)
    await mei.says("まだですか")
    await shop.settle()
    await shop.app[SCHEDULER].run_once()
    await shop.advance(301)
    await shop.app[SCHEDULER].run_once()
    await shop.app[SCHEDULER].run_once()
    mail = await next_mail(shop, mailbox)
    assert "返事を待っているメッセージ 1件" in mail["Subject"]
    assert "まだですか" in words(mail)
    await looks(shop)
    assert mailbox.mails.empty()


async def test_after_quiet_hours_one_mail_tells_what_is_still_true(
    shop: Shop, mailbox: Mailbox
) -> None:
    sato = await hire(shop, "sato", Role.ADMIN)
    await hears_by_mail(shop, sato, quiet_from=11 * 60, quiet_to=13 * 60, gather_minutes=30)
    mei, hana, yui = [await asks(shop, name) for name in ("めい", "はな", "ゆい")]
    whose, desk, now = await friend_id(shop, yui), shop.app[keys.DESK], shop.app[CLOCK]()
    async with use_case(shop) as unit:
        note = await desk.note(unit, whose, words="@sato", mentions=[sato.staff_id], by=1, now=now)
    await looks(shop)
    assert mailbox.mails.empty()
    async with use_case(shop) as unit:
        await desk.see(unit, whose, up_to=note, by=sato.staff_id, now=now)
    await mei.taps("相談をやめる")
    await shop.settle()
    await shop.advance(60 * 60)
    await looks(shop)
    assert "要対応のトーク 2件" in (await next_mail(shop, mailbox))["Subject"]
    assert await states(shop) == ["dropped", "sent", "sent", "dropped"]
    await hana.taps("相談をやめる")
    for phone in (mei, hana):
        await phone.says("スタッフに相談")
    await shop.settle()
    await looks(shop)
    assert mailbox.mails.empty()
    await shop.advance(30 * 60)
    await looks(shop)
    assert "要対応のトーク 2件" in (await next_mail(shop, mailbox))["Subject"]
    assert (await yui.sees())[-1]["text"]


async def test_a_server_in_trouble_is_tried_again_and_admins_see_what_is_given_up(
    shop: Shop, mailbox: Mailbox
) -> None:
    sato = await hire(shop, "sato", Role.ADMIN, name="佐藤")
    await hears_by_mail(shop, sato)
    mailbox.answer = "451 try later"
    await asks(shop, "めい")
    await looks(shop)
    assert await states(shop) == ["waiting"]
    mailbox.answer = "250 OK"
    await shop.advance(10)
    await looks(shop)
    assert "要対応" in (await next_mail(shop, mailbox))["Subject"]
    mailbox.answer = "550 no such mailbox"
    await asks(shop, "はな")
    await looks(shop)
    assert await states(shop) == ["sent", "failed"]
    async with open_browser(shop) as browser:
        await browser.sign_in("sato")
        screen = await browser.open("/console/notices/sent?state=failed")
        assert "この24時間に、1件の通知が届きませんでした" in screen.text
        assert "550 no such mailbox" in screen.text
        mailbox.answer = "250 OK"
        ((notice_id,),) = await shop.sql("SELECT id FROM staff_notices WHERE state = 'failed'")
        await browser.send(f"/console/notices/sent/{notice_id}/again")
    assert "要対応" in (await next_mail(shop, mailbox))["Subject"]


async def test_a_mail_whose_sender_died_is_sent_by_another(shop: Shop, mailbox: Mailbox) -> None:
    sato = await hire(shop, "sato", Role.ADMIN)
    await hears_by_mail(shop, sato)
    mailbox.stalls.set()
    await asks(shop, "めい")
    await shop.app[NOTICES].look()
    await mailbox.asked.wait()
    await shop.app[NOTICES].stop()
    mailbox.stalls.clear()
    async with shop.process(Process.DISPATCHER) as other:
        await other[NOTICES].look()
        assert await states(shop) == ["waiting"]
        await shop.advance(121)
        await other[NOTICES].look()
        assert "要対応" in (await mailbox.next())["Subject"]
        await other[NOTICES].rest()
    assert await states(shop) == ["sent"]
