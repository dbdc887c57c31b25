"""The first conversation: a friend is greeted, answers a survey and shows a member card."""

from tests.support import Shop


async def test_a_new_friend_is_greeted_for_free(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    timeline = await mei.timeline()
    assert [(item["message"]["type"], item["via"], item["billed"]) for item in timeline] == [
        ("flex", "reply", 0)
    ]


async def test_a_text_nobody_understands_gets_help(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.says("こんにちは")
    await shop.settle()
    assert "下のボタン" in (await mei.sees())[-1]["text"]
