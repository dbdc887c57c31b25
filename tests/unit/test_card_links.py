"""Addresses of cards: only ours count, and each for a day."""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.membership.links import LIVES, PATH, CardLinkError, CardLinks
from tests.support import NOON

LINKS = CardLinks("a secret", "https://shop.example")
NUMBER = "2000000000008"


def token(number: str = NUMBER, *, links: CardLinks = LINKS) -> str:
    url = links.url(number, now=NOON)
    assert url.startswith(f"https://shop.example{PATH}/")
    return url.rpartition("/")[2].removesuffix(".png")


def test_an_address_says_whose_card_and_until_when() -> None:
    link = LINKS.read(token())
    assert link.number == NUMBER
    assert LIVES - timedelta(hours=1) < link.expires_at - NOON <= LIVES


def test_an_address_stays_the_same_for_an_hour() -> None:
    assert LINKS.url(NUMBER, now=NOON) == LINKS.url(NUMBER, now=NOON + timedelta(minutes=59))
    assert LINKS.url(NUMBER, now=NOON) != LINKS.url(NUMBER, now=NOON + timedelta(minutes=60))


def test_another_shops_secret_opens_nothing() -> None:
    with pytest.raises(CardLinkError):
        LINKS.read(token(links=CardLinks("another secret", "https://shop.example")))


@given(st.text(max_size=80))
def test_nothing_made_up_is_an_address(made_up: str) -> None:
    with pytest.raises(CardLinkError):
        LINKS.read(made_up)


@given(place=st.integers(min_value=0), letter=st.sampled_from("0129AZaz-_."))
def test_no_letter_of_an_address_can_be_changed(place: int, letter: str) -> None:
    good = token()
    place %= len(good)
    changed = good[:place] + letter + good[place + 1 :]
    if changed == good:
        return
    with pytest.raises(CardLinkError):
        LINKS.read(changed)
