"""The member card: shown in the talk, read by a till, worthless to whoever guesses."""

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from bot.emulator.phone import Phone
from bot.membership.notice import notice_png
from bot.membership.number import MemberNumber
from bot.resources import SETTINGS
from tests.flows.support import WORDS, member, menu_of, texts, words_of
from tests.support import Shop

DAY = 24 * 60 * 60


async def card(shop: Shop, phone: Phone) -> dict[str, Any]:
    """Tap the card in the menu and return its bubble."""
    await phone.taps_menu(WORDS.buttons.card)
    await shop.settle()
    shown: dict[str, Any] = (await phone.sees())[-1]["contents"]
    return shown


async def picture(shop: Shop, url: str) -> tuple[int, bytes]:
    """Fetch a public address, as LINE and phones do."""
    path = url.removeprefix(shop.app[SETTINGS].public_url)
    async with shop.http.get(shop.bot_url + path) as response:
        if response.status == 200:
            assert response.content_type == "image/png"
        return response.status, await response.read()


def read(png: bytes) -> dict[str, str]:
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    return {code.format.name: code.text for code in found}


async def test_a_friend_who_is_no_member_is_shown_the_way_to_become_one(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.postback("action=card.show")
    await shop.settle()
    assert (await texts(mei))[-1] == WORDS.card.not_a_member
    await mei.taps_quick_reply(WORDS.buttons.survey)
    await shop.settle()
    assert '"1/3"' in words_of((await mei.sees())[-1])


async def test_a_till_reads_both_codes_of_a_card(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    bubble = await card(shop, mei)
    status, png = await picture(shop, bubble["hero"]["url"])
    ((number,),) = await shop.sql("SELECT number FROM members")
    assert status == 200
    assert read(png) == {"EAN13": number, "QRCode": number}
    assert MemberNumber(number).shown in words_of(bubble)


async def test_the_card_opens_large_when_it_is_tapped(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    bubble = await card(shop, mei)
    tapped = await mei.taps(index=0)
    assert tapped["uri"] == bubble["hero"]["action"]["uri"]
    assert tapped["uri"].startswith("https://shop.example/p/card/")


async def test_two_members_have_different_cards(shop: Shop) -> None:
    mei, ken = await member(shop, "Mei"), await member(shop, "Ken")
    assert await menu_of(mei) == await menu_of(ken) == "member"
    assert (await card(shop, mei))["hero"]["url"] != (await card(shop, ken))["hero"]["url"]


async def test_the_same_member_has_the_same_number_every_time(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    first = await card(shop, mei)
    await shop.advance(40 * DAY)
    later = await card(shop, mei)
    numbers = [read((await picture(shop, first["hero"]["url"]))[1])]
    assert numbers == [{}]  # the old address shows a notice by now
    ((number,),) = await shop.sql("SELECT number FROM members")
    assert read((await picture(shop, later["hero"]["url"]))[1])["EAN13"] == number


async def test_an_expired_address_says_where_the_card_is(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    bubble = await card(shop, mei)
    await shop.advance(DAY - 2 * 60 * 60)
    assert read((await picture(shop, bubble["hero"]["url"]))[1])
    await shop.advance(3 * 60 * 60)
    status, png = await picture(shop, bubble["hero"]["url"])
    assert (status, png) == (200, notice_png(WORDS.card.expired))


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: "2" + token[1:] if token[0] != "2" else "9" + token[1:],
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.rpartition(".")[0],
        lambda token: token.replace(".", ".9", 1),
        lambda _: "2000000000008.9999999999.AAAAAAAAAAAAAAAAAAAAAA",
        lambda _: "a",
        lambda _: "%E3%81%82.%00.%FF",
    ],
)
async def test_a_forged_address_leads_nowhere(shop: Shop, forge: Any) -> None:
    mei = await member(shop, "Mei")
    url = (await card(shop, mei))["hero"]["url"]
    head, _, name = url.rpartition("/")
    forged = f"{head}/{forge(name.removesuffix('.png'))}.png"
    assert (await picture(shop, forged))[0] == 404
