"""Pictures of the menus: what is committed is what the definitions say, and LINE takes it."""

import hashlib
import json
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from bot import content
from bot.line import limits
from richmenus import icons, typeface
from richmenus.definition import Area, OwnSize, load_all
from richmenus.draw import draw, drawn, png, recipe_in, write_all
from richmenus.looks import Icon, Look, Tile
from richmenus.recipe import IMAGES, recipe, tile_of

MENUS = load_all()
BRAND = content.account().brand
#: Of 255: other builds of Pillow may round an edge another way.
ROUNDING = 8


@pytest.mark.parametrize("key", MENUS)
def test_a_committed_picture_is_what_its_definition_draws(key: str) -> None:
    drawn = draw(MENUS[key], BRAND)
    with Image.open(IMAGES / f"{key}.png") as committed:
        assert committed.size == MENUS[key].pixels
        difference = ImageChops.difference(drawn, committed.convert("RGB")).convert("L")
    lightest, strongest = difference.getextrema()
    assert (lightest, strongest) <= (0, ROUNDING), "run: python -m richmenus.draw"


def test_every_committed_picture_belongs_to_a_menu() -> None:
    assert {path.stem for path in IMAGES.glob("*.png")} == MENUS.keys()


@pytest.mark.parametrize("key", MENUS)
def test_line_takes_a_picture(key: str) -> None:
    picture = IMAGES / f"{key}.png"
    assert picture.stat().st_size <= limits.RICH_MENU_IMAGE_BYTES
    with Image.open(picture) as image:
        assert image.format == "PNG"


def test_a_picture_too_heavy_for_line_is_refused() -> None:
    noise = Image.effect_noise((2_500, 600), 120).convert("RGB")
    with pytest.raises(ValueError, match="LINE takes 1000000"):
        png(noise)


@pytest.mark.parametrize("key", MENUS)
def test_a_committed_picture_tells_its_recipe(key: str) -> None:
    kept = (IMAGES / f"{key}.png").read_bytes()
    assert recipe_in(kept) == recipe(MENUS[key], BRAND), "run: python -m richmenus.draw"


def test_a_picture_of_the_same_recipe_is_not_drawn_again(tmp_path: Path) -> None:
    kept = drawn(MENUS["guest"], BRAND, tmp_path)
    assert (tmp_path / "guest.png").read_bytes() == kept
    (tmp_path / "guest.png").write_bytes(kept + b"as it was")
    assert drawn(MENUS["guest"], BRAND, tmp_path) == kept + b"as it was"
    other = BRAND.model_copy(update={"primary": "#27406B"})
    assert drawn(MENUS["guest"], other, tmp_path) != kept


def test_a_small_menu_is_drawn_like_a_large_one() -> None:
    large = MENUS["guest"]
    small = large.model_copy(update={"size": OwnSize(width=800, height=540)})
    image = draw(small, BRAND)
    assert image.size == (800, 540)
    same = draw(large, BRAND).resize((800, 540))
    assert max(ImageStat.Stat(ImageChops.difference(image, same)).mean) < 3


def test_what_an_author_leaves_out_follows_from_the_action() -> None:
    area = Area.model_validate({"label": "電話する", "action": {"tel": "03-1234-5678"}})
    assert tile_of(area) == Tile(look=Look.PLAIN, icon=Icon.PHONE, title="電話する")


@pytest.mark.parametrize("icon", Icon)
def test_every_icon_can_be_drawn(icon: Icon) -> None:
    ink = ImageStat.Stat(icons.icon(icon, 100)).mean[0] / 255
    assert 0.1 < ink < 0.8


def test_all_menus_are_written_at_once(tmp_path: Path) -> None:
    assert {path.name for path in write_all(tmp_path / "images")} == {"guest.png", "member.png"}


def test_the_fonts_are_the_ones_the_manifest_names() -> None:
    manifest = json.loads((typeface.FOLDER / "MANIFEST.json").read_text("utf-8"))
    for file in manifest["files"]:
        found = hashlib.sha256((typeface.FOLDER / file["name"]).read_bytes()).hexdigest()
        assert found == file["sha256"], file["name"]
    names = {file["name"] for file in manifest["files"]}
    assert names | {"MANIFEST.json"} == {path.name for path in typeface.FOLDER.iterdir()}


def test_a_line_too_long_is_set_smaller_until_it_fits() -> None:
    face = typeface.fitting("とても長い見出しです", typeface.Weight.BOLD, 200, 900)
    assert face.getlength("とても長い見出しです") <= 900
    assert face.size > 80
