"""Member cards, read as a till's scanner reads them."""

import io

import hypothesis.strategies as st
import pytest
import zxingcpp
from hypothesis import given, settings
from PIL import Image

from bot.content.brand import contrast
from bot.membership.drawing import SIZE, card_png
from bot.membership.number import CAPACITY, MemberNumber, check_digit
from bot.membership.settings import Barcode

NUMBER = MemberNumber("2001234567893")


def card(number: MemberNumber = NUMBER, *, name: str = "", kind: Barcode = "ean13") -> Image.Image:
    png = card_png(
        number, shop="麦とつばめ", title="会員証", colour="#27406B", name=name, kind=kind
    )
    return Image.open(io.BytesIO(png))


def read(image: Image.Image) -> dict[str, str]:
    found = zxingcpp.read_barcodes(image.convert("L"))
    return {code.format.name: code.text for code in found}


@given(st.integers(min_value=0, max_value=CAPACITY - 1))
@settings(max_examples=25, deadline=None)
def test_both_codes_of_any_card_say_its_number(payload: int) -> None:
    twelve = f"20{payload:010}"
    number = MemberNumber(twelve + check_digit(twelve))
    assert read(card(number)) == {"EAN13": number.digits, "QRCode": number.digits}


@pytest.mark.parametrize("width", [320, 480, 750])
def test_both_codes_are_read_when_the_card_is_shown_small(width: int) -> None:
    height = width * SIZE[1] // SIZE[0]
    small = card().convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    assert read(small) == {"EAN13": NUMBER.digits, "QRCode": NUMBER.digits}


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("code128", {"Code128": NUMBER.digits, "QRCode": NUMBER.digits}),
        ("nw7", {"Codabar": f"A{NUMBER.digits}A", "QRCode": NUMBER.digits}),
        ("qr", {"QRCode": NUMBER.digits}),
    ],
)
@pytest.mark.parametrize("width", [320, 411, 1_000])
def test_every_kind_of_barcode_is_read_at_any_size(
    kind: Barcode, found: dict[str, str], width: int
) -> None:
    height = width * SIZE[1] // SIZE[0]
    small = card(kind=kind).convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    assert read(small) == found
    assert len(card_png(NUMBER, shop="a", title="b", colour="#27406B", kind=kind)) < 100_000


def test_both_codes_are_read_from_a_picture_turned_round() -> None:
    turned = card().convert("RGB").rotate(180)
    assert read(turned) == {"EAN13": NUMBER.digits, "QRCode": NUMBER.digits}


def test_the_codes_stand_in_white() -> None:
    """Quiet zones: 11 and 7 modules beside the bars, 4 around the QR code."""
    white = card().convert("L").point([0] * 250 + [255] * 6)
    for left, top, right, bottom in ((48, 152, 136, 342), (896, 152, 952, 342)):
        assert white.crop((left, top, right, bottom)).getextrema() == (255, 255)
    for left, top, right, bottom in (
        (719, 389, 755, 650),
        (944, 389, 980, 650),
        (719, 389, 980, 425),
        (719, 614, 980, 650),
    ):
        assert white.crop((left, top, right, bottom)).getextrema() == (255, 255)


def test_the_band_has_the_colour_of_the_shop() -> None:
    pixel = card().convert("RGB").getpixel((3, 3))
    assert isinstance(pixel, tuple)
    shown = "#" + "".join(f"{tone:02X}" for tone in pixel)
    assert contrast(shown, "#27406B") == pytest.approx(1, abs=0.05)


def test_a_long_name_does_not_run_into_the_code() -> None:
    long = "とても長いお名前の会員さまでも大丈夫です" * 3
    assert read(card(name=long)) == read(card())
    assert card(name=long).tobytes() != card().tobytes()


def test_line_takes_the_picture_as_the_hero_of_a_bubble() -> None:
    assert card().size == SIZE
    assert max(SIZE) <= 1_024
    assert SIZE[0] * 13 == SIZE[1] * 20


def test_a_card_drawn_twice_is_the_same_picture() -> None:
    one = card_png(NUMBER, shop="麦とつばめ", title="会員証", colour="#27406B")
    card_png.cache_clear()
    assert card_png(NUMBER, shop="麦とつばめ", title="会員証", colour="#27406B") == one
