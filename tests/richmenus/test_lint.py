"""What the lint says of pictures and areas, from files made for it."""

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw

from richmenus.findings import Code, Finding, Severity
from richmenus.layout import Bounds, cells
from richmenus.lint import LintArea, lint, lint_version
from richmenus.picture import PictureError, header, opened
from richmenus.recompress import recompress
from richmenus.typeface import Weight, font
from richmenus.version import versions

LARGE = (2500, 1686)
INK = "#222222"
Paint = Callable[[ImageDraw.ImageDraw], None]


@cache
def picture(paint: Paint, size: tuple[int, int] = LARGE, form: str = "PNG") -> bytes:
    image = Image.new("RGB", size, "white")
    paint(ImageDraw.Draw(image))
    return written(image, form)


def written(image: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, form, **({"compress_level": 1} if form == "PNG" else {}))
    return out.getvalue()


def words(text: str, at: tuple[int, int], size: int = 200, ink: str = INK) -> Paint:
    return lambda draw: draw.text(at, text, ink, font(Weight.BOLD, size))


def both(*paints: Paint) -> Paint:
    def paint(draw: ImageDraw.ImageDraw) -> None:
        for one in paints:
            one(draw)

    return paint


LEFT, RIGHT = words("会員証", (300, 750)), words("クーポン", (1500, 750))
GOOD = both(LEFT, RIGHT)


def halves(size: tuple[int, int] = LARGE) -> list[LintArea]:
    return [
        LintArea(bounds, label)
        for bounds, label in zip(cells("2", None, *size), "左右", strict=True)
    ]


def said(data: bytes, areas: list[LintArea] | None = None, **more: Any) -> list[str]:
    found = lint(data, halves() if areas is None else areas, **more)
    return [f"{one.severity.value} {one.code.value}" for one in found]


def test_a_good_picture_has_nothing_to_be_said_of_it() -> None:
    assert said(picture(GOOD), name="menu.png", size=LARGE) == []
    assert said(picture(GOOD, form="JPEG"), name="menu.jpg") == []


def test_our_own_menus_are_in_order() -> None:
    for version in versions():
        assert lint_version(version) == ()


# -- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"GIF89a", "GIF"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "WebP"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"bread", "something else"),
    ],
)
def test_a_png_that_is_none_is_told_by_its_content(data: bytes, found: str) -> None:
    (finding,) = lint(data, halves(), name="menu.png")
    assert (finding.code, finding.values["found"]) == (Code.FORMAT, found)


def test_a_jpeg_under_the_name_of_a_png_works_all_the_same() -> None:
    assert said(picture(GOOD, form="JPEG"), name="menu.png") == ["warning misnamed"]


def odd(form: str, mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(picture(GOOD))).convert(mode).save(out, form, **more)
    return out.getvalue()


def test_what_programs_show_each_in_its_own_way_is_told() -> None:
    on_its_head = Image.Exif()
    on_its_head[ExifTags.Base.Orientation] = 3
    assert said(odd("JPEG", "CMYK")) == ["warning cmyk"]
    assert said(odd("JPEG", exif=on_its_head)) == ["warning turned"]
    two = odd("PNG", save_all=True, append_images=[Image.new("RGB", LARGE)], compress_level=1)
    assert said(two) == ["warning animated"]


def test_sixteen_bits_of_grey_are_seen_as_they_are() -> None:
    deep = Image.new("I;16", LARGE, 30_000)
    assert opened(written(deep)).getpixel((0, 0)) == (117, 117, 117)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("kept", [10, 30, 2_000])
def test_a_picture_that_is_cut_off_is_no_picture(form: str, kept: int) -> None:
    data = picture(GOOD, form=form)[:kept]
    assert said(data) == ["error broken"]


def test_a_picture_of_1_2_megabytes_is_too_heavy_and_made_lighter() -> None:
    image = Image.open(io.BytesIO(picture(GOOD))).convert("RGB")
    noise = Image.effect_noise((2500, 130), 90).convert("RGB")
    image.paste(noise, (0, 0))
    data = written(image)
    padded = data[:33] + _chunk(b"ruBb", b"\0" * (1_200_000 - len(data) - 12)) + data[33:]
    assert len(padded) == 1_200_000
    (finding,) = (one for one in lint(padded, halves()) if one.severity is Severity.ERROR)
    assert str(finding) == "weighs 1,200,000 bytes, LINE takes 1,000,000; use --recompress"
    lighter = recompress(padded)
    assert (lighter.ending, lighter.quality) == ("png", None)
    assert opened(lighter.data).tobytes() == image.tobytes()


def test_a_photograph_becomes_the_best_jpeg_that_fits() -> None:
    noise = Image.effect_noise((800, 540), 60).convert("RGB")
    lighter = recompress(written(noise), most=200_000)
    assert lighter.ending == "jpg"
    assert 100_000 < len(lighter.data) <= 200_000
    told = header(lighter.data)
    assert (told.format, told.width, told.height) == ("JPEG", 800, 540)


def test_what_cannot_be_light_enough_is_said() -> None:
    noise = Image.effect_noise((800, 540), 60).convert("RGB")
    with pytest.raises(ValueError, match="even as a JPEG of quality 60 it weighs"):
        recompress(written(noise), most=20_000)


def test_a_decompression_bomb_is_refused_before_it_is_opened() -> None:
    bomb = _png(60_000, 60_000)
    assert len(bomb) < 1_000
    assert said(bomb) == ["error too_many_pixels"]
    with pytest.raises(PictureError, match="60000x60000 pixels"):
        opened(bomb)


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ((799, 540), ["error pixels"]),
        ((2501, 1686), ["error pixels"]),
        ((800, 249), ["error pixels"]),
        ((2500, 1725), ["error ratio"]),
        ((1200, 1200), ["error ratio"]),
        ((800, 270), []),
    ],
)
def test_pixels_and_ratio_are_lines(size: tuple[int, int], found: list[str]) -> None:
    data = picture(lambda _: None, size)
    errors = [line for line in said(data, halves(size)) if line.startswith("error")]
    assert errors == found


def test_a_picture_of_another_size_than_the_menu_is_an_error() -> None:
    (finding,) = lint(picture(GOOD), halves(), size=(2500, 843))[:1]
    assert str(finding).startswith("has 2500x1686 pixels, the menu 2500x843; make both the same")


@given(
    data=st.binary(max_size=200),
    start=st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]),
)
@settings(max_examples=200)
def test_no_bytes_make_the_lint_fail(data: bytes, start: bytes) -> None:
    found = lint(start + data, halves())
    assert any(one.severity is Severity.ERROR for one in found)


# -- areas ----------------------------------------------------------------------------------------


def of_areas(*areas: LintArea) -> list[Finding]:
    data = picture(GOOD)
    return [one for one in lint(data, areas) if one.code is not Code.UNCOVERED]


def area(x: int, y: int, width: int, height: int, label: str = "A", **more: Any) -> LintArea:
    return LintArea(Bounds(x=x, y=y, width=width, height=height), label, **more)


def test_areas_that_overlap_or_leave_the_picture_are_errors() -> None:
    found = of_areas(area(0, 0, 1300, 1686), area(1250, 0, 1251, 1686, "B"))
    assert [str(one) for one in found] == [
        "B leaves the picture by 1 pixels; shrink it",
        "A and B overlap by 50x1686 pixels; move one",
    ]


def test_an_area_without_an_action_is_an_error() -> None:
    (finding,) = of_areas(area(0, 0, 2500, 1686, has_action=False))
    assert (finding.code, finding.area) == (Code.NO_ACTION, 0)


def test_a_menu_without_areas_is_an_error() -> None:
    assert said(picture(GOOD), []) == ["error no_areas"]


def test_an_area_too_small_for_a_finger_is_a_warning() -> None:
    found = of_areas(area(0, 0, 2500, 1400), area(0, 1400, 2500, 286, "B"))
    tiny = [one for one in found if one.code is Code.TINY_AREA]
    assert [str(one) for one in tiny] == [
        "B is 375x43 points on a phone; fingers want 44 or more each way"
    ]


def test_a_part_that_is_tapped_in_vain_is_a_warning() -> None:
    found = lint(picture(GOOD), [area(0, 0, 2500, 1265)])
    assert "25% of the picture can be tapped in vain" in map(str, found)


# -- eyes -----------------------------------------------------------------------------------------


def test_pale_words_are_told_with_their_contrast() -> None:
    pale = words("クーポン", (1500, 750), ink="#CFCFCF")
    (finding,) = lint(picture(both(LEFT, pale)), halves())
    assert (finding.code, finding.area, finding.values["ratio"]) == (Code.LOW_CONTRAST, 1, 1.6)


def test_an_area_with_nothing_to_see_is_told() -> None:
    assert [str(one) for one in lint(picture(LEFT), halves())] == [
        "右: nothing is to be seen there"
    ]


@pytest.mark.parametrize(("size", "small"), [(44, True), (56, True), (72, False), (120, False)])
def test_words_too_small_for_a_phone_are_told(size: int, *, small: bool) -> None:
    line = words("お会計のときに", (200, 1100), size=size)
    found = lint(picture(both(GOOD, line)), halves())
    assert [one.code for one in found] == [Code.SMALL_TEXT] * small


@pytest.mark.parametrize("x", range(800, 1201, 50))
def test_a_label_across_the_line_between_areas_is_told(x: int) -> None:
    label = words("会員証とクーポン", (x, 300), size=100)
    found = lint(picture(both(GOOD, label)), halves())
    assert [str(one) for one in found] == ["左 and 右: something crosses the line between them"]


@pytest.mark.parametrize(
    "paint",
    [
        lambda draw: draw.line((1250, 0, 1250, 1686), fill="black", width=10),
        lambda draw: draw.rectangle((0, 100, 2500, 300), fill="#A5462A"),
        lambda draw: draw.rectangle((0, 1300, 1249, 1686), fill="#27406B"),
        words("会員証", (700, 300), size=100),
    ],
    ids=[
        "a rule on the line",
        "a stripe across it",
        "a ground that ends at it",
        "words beside it",
    ],
)
def test_what_belongs_at_a_line_is_not_told(paint: Paint) -> None:
    codes = {one.code for one in lint(picture(both(GOOD, paint)), halves())}
    assert Code.CUT_LABEL not in codes


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _png(width: int, height: int) -> bytes:
    """A tiny file that claims to be huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0" * 1_000))
    return b"\x89PNG\r\n\x1a\n" + body + _chunk(b"IEND", b"")
