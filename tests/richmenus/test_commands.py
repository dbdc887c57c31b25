"""enishi richmenus, as somebody types it beside a running bot."""

import asyncio
from copy import deepcopy
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from bot.cli import cli
from bot.errors import SetupError
from bot.postbacks import PickDate
from bot.resources import ENGINE
from richmenus import pictures
from richmenus.pictures import Origin
from richmenus.recipe import IMAGES
from tests.conftest import OpenShop
from tests.flows.support import WORDS, environment, texts
from tests.support import NOON, Shop

MENU = """\
key: guest
bar_text: メニュー
size: small
layout: campaign_card_coupon
areas:
  - {label: 秋のフェア, action: {url: "https://shop.example/fair"}}
  - {label: 会員証, action: 会員証}
  - {label: クーポン, action: クーポン}
"""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here."""
    return sqlite_url


async def run(shop: Shop, *arguments: object) -> tuple[int, str]:
    """Run a command in a thread: it has a loop of its own, and a process would take seconds."""
    await shop.advance(1)  # LINE counts lists by the second
    words = ["richmenus", *map(str, arguments)]
    done = await asyncio.to_thread(CliRunner().invoke, cli, words, env=environment(shop))
    if isinstance(done.exception, SetupError):
        return done.exception.exit_code, f"{done.output}enishi: {done.exception}\n"
    return done.exit_code, done.output


def menus(folder: Path, *, bar_text: str = "メニュー") -> Path:
    """The account's menus, of which the guests' is another one."""
    folder.mkdir(exist_ok=True)
    text = MENU.replace("bar_text: メニュー", f"bar_text: {bar_text}")
    (folder / "guest.yaml").write_text(text, "utf-8")
    (folder / "member.yaml").write_text(text.replace("key: guest", "key: member"), "utf-8")
    return folder


async def test_plan_apply_list_back_and_drift(shop: Shop, tmp_path: Path) -> None:
    mei = await shop.friend("Mei")
    folder = menus(tmp_path / "menus")
    code, said = await run(shop, "plan", "--folder", folder)
    assert code == 0
    assert "guest: make its new version on LINE" in said
    code, said = await run(shop, "apply", "--folder", folder)
    assert (code, said.splitlines()[-1]) == (
        0,
        "2 menus on LINE: 2 new, 0 friends moved to them, 2 old ones deleted.",
    )
    shown = await mei.menu() or {}
    assert [area["action"]["label"] for area in shown["areas"]] == [
        "秋のフェア",
        "会員証",
        "クーポン",
    ]
    assert await run(shop, "plan", "--folder", folder) == (
        0,
        "Definitions, database and LINE agree.\n",
    )
    async with shop.app[ENGINE].begin() as connection:  # as the console does it
        poster = (IMAGES / "member.png").read_bytes()
        await pictures.put(connection, (Origin.GIVEN, "guest"), poster, source="x", now=NOON)
    assert "guest: make its new version" in (await run(shop, "plan", "--folder", folder))[1]
    async with shop.app[ENGINE].begin() as connection:
        await pictures.remove(connection, (Origin.GIVEN, "guest"))
    assert (await run(shop, "drift"))[1] == "LINE has what was published, unchanged.\n"
    code, said = await run(shop, "list", "--folder", folder)
    assert "everybody's default" in said.splitlines()[0]

    code, said = await run(shop, "back", "guest", "--folder", folder)
    assert code == 0, said
    assert "guest: back at the version of" in said
    assert (await mei.menu() or {})["areas"][0]["action"]["label"] == WORDS.buttons.survey
    shop.line.world.menus.default_id = None
    code, said = await run(shop, "drift")
    assert (code, said) == (
        1,
        "  guest: is not shown to everybody any more; apply shows it again\n",
    )


async def test_a_menu_made_by_hand_is_adopted(shop: Shop, tmp_path: Path) -> None:
    world = shop.line.world.menus
    theirs = deepcopy(next(iter(world.menus.values())))
    theirs.rich_menu_id = "richmenu-" + "0" * 32
    theirs.body["name"] = "by hand"
    world.menus[theirs.rich_menu_id] = theirs
    code, said = await run(shop, "drift")
    assert code == 1
    folder = tmp_path / "found"
    folder.mkdir()
    found = theirs.rich_menu_id
    code, said = await run(shop, "adopt", found, "--key", "spring", "--folder", folder)
    assert code == 0, said
    assert sorted(path.name for path in folder.iterdir()) == ["spring.png", "spring.yaml"]
    assert (await run(shop, "lint", folder / "spring.yaml")) == (0, "spring.yaml: in order\n")
    code, said = await run(shop, "adopt", found, "--key", "spring", "--folder", folder)
    assert code == 2
    assert "is there already; choose another --key" in said


async def test_a_menu_made_by_hand_becomes_one_of_the_account(shop: Shop) -> None:
    world = shop.line.world.menus
    theirs = deepcopy(world.menus[world.default_id or ""])
    theirs.rich_menu_id = found = "richmenu-" + "0" * 32
    to = {"type": "richmenuswitch", "richMenuAliasId": "enishi-tea", "data": "action=tab&menu=tea"}
    theirs.body["name"], theirs.body["areas"][0]["action"] = "by hand", {"label": "茶", **to}
    world.menus[found] = theirs
    code, said = await run(shop, "adopt", found, "--key", "spring")
    assert (code, said.splitlines()[0]) == (
        0,
        "The account has a menu spring now; enishi content export writes it as a file.",
    )
    code, said = await run(shop, "plan")
    assert code == 0
    assert "delete" not in said
    await run(shop, "apply")
    assert found in world.menus
    assert f"spring                   {found}  since " in (await run(shop, "list"))[1]
    changes = await shop.sql("SELECT kind, key, source FROM definition_changes")
    assert changes == [("richmenu", "spring", f"adopt:{found}")]
    kept = await shop.sql("SELECT body FROM definitions")
    assert "richMenuAliasId: enishi-tea" in kept[0][0]  # the account has no menu tea to switch to
    code, said = await run(shop, "adopt", found, "--key", "spring")
    assert code == 2
    assert "the account has a menu spring already; choose another --key" in said


async def test_mistakes_and_errors_are_said_and_change_nothing(shop: Shop, tmp_path: Path) -> None:
    folder = menus(tmp_path / "menus")
    (folder / "member.yaml").unlink()
    code, said = await run(shop, "plan", "--folder", folder)
    assert code == 1
    assert "BLOCKED rules show the menu member, which is not defined" in said
    code, said = await run(shop, "apply", "--folder", folder)
    assert code == 2
    assert "Nothing was changed on LINE:\n  rules show the menu member" in said
    (folder / "guest.yaml").write_text("key: guest\n", "utf-8")
    code, said = await run(shop, "apply", "--folder", folder)
    assert (code, len(said.splitlines())) == (2, 3)
    assert "guest.yaml:1:1: bar_text: Field required; add it" in said
    code, said = await run(shop, "back", "cake")
    assert (code, said) == (2, "enishi: There is no menu cake; choose guest, member\n")


async def test_lint_and_preview_show_files_or_the_account(tmp_path: Path, shop: Shop) -> None:
    noise = Image.effect_noise((2500, 843), 60).convert("RGB")
    heavy = tmp_path / "photo.png"
    noise.save(heavy, compress_level=1)
    code, said = await run(shop, "lint", heavy, "--recompress")
    assert code == 1
    assert "use --recompress" in said
    assert "photo-light.jpg" in said
    assert (await run(shop, "lint", tmp_path / "photo-light.jpg"))[0] == 0
    assert await run(shop, "lint") == (0, "guest: in order\nmember: in order\n")
    target = tmp_path / "seen.png"
    assert await run(shop, "preview", "member", "-o", target) == (0, f"{target}\n")
    with Image.open(target) as sheet:
        assert sheet.width == 1330
        assert sheet.height > 843 + 5 * 52
    assert (await run(shop, "preview", "cake"))[0] == 2


async def test_a_day_picked_in_a_menu_is_kept(open_shop: OpenShop) -> None:
    async with open_shop() as shop:
        mei = await shop.friend("Mei")
        await mei.postback(PickDate(attribute="birth_date").encode(), {"date": "1990-05-12"})
        await mei.postback(PickDate(attribute="cake").encode(), {"date": "1990-05-12"})
        await mei.postback(PickDate(attribute="birth_date").encode())
        await shop.settle()
        kept = WORDS.replies.date_kept.replace("{day}", "1990年5月12日")
        old = WORDS.replies.old_button
        assert (await texts(mei))[1:] == [kept, old, old]
        changes = await shop.sql("SELECT name, source FROM attribute_changes")
        assert changes == [("birth_date", "menu")]
