"""Taking a message back: no copy of it stays, whenever the news arrives."""

import asyncio

from bot.routing import Context, Messages, Router
from handlers import unsend
from tests.conftest import OpenShop
from tests.flows.support import deliver, enishi, environment, event, says, texts
from tests.support import Shop

SECRET = "わすれてください"


async def copies(shop: Shop) -> list[str]:
    """Where the words of the message can still be read in the database."""
    found = []
    for table, query in (
        ("events", "SELECT payload FROM events"),
        ("rejected", "SELECT payload FROM rejected"),
        ("outbox", "SELECT body FROM outbox"),
    ):
        for (content,) in await shop.sql(query):
            if content is not None and SECRET.encode() in bytes(content):
                found.append(table)
    return found


async def test_a_message_taken_back_is_erased_and_nothing_is_said(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    sent = await mei.says(SECRET)
    await shop.settle()
    assert await copies(shop) == ["events"]
    before = await texts(mei)
    await mei.unsends(sent["messageId"])
    await shop.settle()
    assert await copies(shop) == []
    assert await texts(mei) == before


async def test_other_messages_stay(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.says(SECRET)
    other = await mei.says("こんにちは")
    await mei.unsends(other["messageId"])
    await shop.settle()
    assert await copies(shop) == ["events"]


async def test_an_unsend_that_overtakes_its_message_erases_it_all_the_same(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    message = says(shop, mei, SECRET)
    await shop.advance(5)
    assert await deliver(shop, event(shop, "unsend", mei, unsend={"messageId": "900001"})) == 200
    await shop.settle()
    assert await deliver(shop, message) == 200
    await shop.settle()
    assert await copies(shop) == []
    assert len(await texts(mei)) == 1  # nobody answers what was taken back


async def test_a_message_and_its_unsend_in_one_webhook_leave_nothing(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    taken_back = event(shop, "unsend", mei, unsend={"messageId": "900001"})
    assert await deliver(shop, taken_back, says(shop, mei, SECRET)) == 200
    await shop.settle()
    assert await copies(shop) == []


async def test_a_message_delivered_again_after_its_unsend_stays_erased(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    message = says(shop, mei, SECRET)
    assert await deliver(shop, message) == 200
    await shop.settle()
    await deliver(shop, event(shop, "unsend", mei, unsend={"messageId": "900001"}))
    await shop.settle()
    before = await texts(mei)
    again = message | {"deliveryContext": {"isRedelivery": True}}
    assert await deliver(shop, again) == 200
    await shop.settle()
    assert await copies(shop) == []
    assert await texts(mei) == before


async def test_a_dead_letter_taken_back_can_no_longer_be_read(open_shop: OpenShop) -> None:
    async with open_shop(root=Router("root", unsend.router, _breaks())) as shop:
        mei = await shop.phone("Mei")
        sent = await mei.says(SECRET)
        for seconds in (0, 1, 5, 30, 120, 600):
            await shop.advance(seconds)
            await shop.work()
            await shop.settle()
        ((number,),) = await shop.sql("SELECT event_id FROM dead_letters")
        assert await copies(shop) == ["events"]
        await mei.unsends(sent["messageId"])
        await shop.settle()
        code, said = await enishi(environment(shop), "inbox", "show", str(number))
        assert (code, SECRET in said) == (1, False)


def _breaks() -> Router:
    router = Router("breaks")

    @router.message("*")
    async def fail(_: Context) -> Messages:
        await asyncio.sleep(0)
        raise RuntimeError

    return router
