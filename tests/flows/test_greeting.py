"""Becoming friends: greeted once, welcomed back, never asked twice."""

from tests.flows.support import WORDS, deliver, event, menu_of, tell_line, texts
from tests.support import Shop

HELLO = WORDS.greeting.alt_text
AGAIN = WORDS.welcome_back.alt_text


async def test_a_new_friend_is_greeted_once_and_for_free(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    shown = [(item["message"]["altText"], item["via"], item["billed"])
             for item in await mei.timeline()]  # fmt: skip
    assert shown == [(HELLO, "reply", 0)]


async def test_a_new_friend_finds_the_survey_in_the_greeting_and_in_the_menu(shop: Shop) -> None:
    mei, ken = await shop.friend("Mei"), await shop.friend("Ken")
    await mei.taps(WORDS.greeting.button)
    await ken.taps_menu(WORDS.buttons.survey)
    await shop.settle()
    assert (await texts(mei))[1:] == (await texts(ken))[1:] != []


async def test_a_friend_who_unblocks_is_welcomed_back_and_not_greeted_again(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.unfollow()
    await mei.follow()
    await shop.settle()
    assert await texts(mei) == [HELLO, AGAIN]
    assert await menu_of(mei) == "guest"


async def test_a_friend_who_is_back_can_start_the_survey(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.unfollow()
    await mei.follow()
    await shop.settle()
    await mei.taps(WORDS.buttons.survey)
    await shop.settle()
    assert len(await mei.sees()) == 3


async def test_two_people_who_follow_at_once_are_both_greeted(shop: Shop) -> None:
    mei, ken = await shop.phone("Mei"), await shop.phone("Ken")
    await tell_line(shop, "webhook", batch=2)
    await mei.follow()
    await ken.follow()
    await shop.settle()
    assert await texts(mei) == await texts(ken) == [HELLO]


async def test_two_follows_of_one_person_at_once_greet_once(shop: Shop) -> None:
    mei = await shop.phone("Mei")
    await tell_line(shop, "users/" + mei.user_id, state="friend")
    follows = [event(shop, "follow", mei, follow={"isUnblocked": False}) for _ in range(2)]
    assert await deliver(shop, *follows) == 200
    await shop.settle()
    assert (await texts(mei)).count(HELLO) == 1


async def test_a_follow_that_line_delivers_three_times_greets_once(shop: Shop) -> None:
    await tell_line(shop, "webhook", duplicate=2)
    mei = await shop.friend("Mei")
    assert await texts(mei) == [HELLO]


async def test_a_redelivered_follow_greets_once(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    (delivery,) = shop.line.platform.courier.book
    await tell_line(shop, f"webhooks/{delivery.number}/redeliver")
    await shop.settle()
    assert await texts(mei) == [HELLO]


async def test_a_friend_who_blocks_is_left_in_peace(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    before = len(await shop.requests("/v2/bot/message/reply"))
    await mei.unfollow()
    await shop.settle()
    assert len(await shop.requests("/v2/bot/message/reply")) == before
    assert await mei.menu() is None


async def test_a_block_that_arrives_after_the_return_does_not_block_again(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await shop.advance(10)
    late = event(shop, "unfollow", mei)
    await shop.advance(10)
    assert await deliver(shop, event(shop, "follow", mei, follow={"isUnblocked": True})) == 200
    await shop.settle()
    assert await deliver(shop, late) == 200
    await shop.settle()
    assert await shop.sql("SELECT state FROM friends") == [("friend",)]


async def test_the_name_of_a_new_friend_is_asked_of_line_once(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    assert await shop.sql("SELECT display_name FROM profiles") == [("Mei",)]
    await mei.says("こんにちは")
    await shop.settle()
    assert len(await shop.requests(f"/v2/bot/profile/{mei.user_id}")) == 1


async def test_a_friend_without_a_profile_is_greeted_all_the_same(shop: Shop) -> None:
    mei = await shop.phone("Mei")
    await tell_line(shop, f"users/{mei.user_id}", consent=False)
    await mei.follow()
    await shop.settle()
    assert await texts(mei) == [HELLO]
    assert (await shop.requests(f"/v2/bot/profile/{mei.user_id}"))[0]["status"] == 404
    assert await shop.sql("SELECT count(*) FROM outbox WHERE state <> 'sent'") == [(0,)]
