"""An account with rich menus, taken from one install to another: LINE shows the same."""

import asyncio
import io
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import cli
from bot.clock import utc_now
from bot.emulator import LineEmulator
from bot.store import batch
from bot.store.engine import open_engine
from bot.store.tables.definitions import definition_changes
from bot.store.tables.rich_menus import rich_menu_leases, rich_menu_pictures
from richmenus import pictures
from richmenus.pictures import Origin
from tests.content.support import Desk
from tests.content.test_rich_menus import GUEST, SPRING
from tests.emulator.support import SECRET, TOKEN, Serve
from tests.support import NOON

BY_PHOTO = SPRING.replace("layout: 1+1\n", "layout: 1+1\nimage: photos/spring.jpg\n")


@dataclass(frozen=True, slots=True)
class Install:
    """A database, a LINE account, and somebody who types commands."""

    line: LineEmulator
    env: dict[str, str]

    async def run(self, *words: str | Path, code: int = 0) -> str:
        done = await asyncio.to_thread(
            CliRunner().invoke, cli, list(map(str, words)), env=self.env
        )
        assert done.exit_code == code, f"{done.output}{done.exception}"
        return f"{done.output}{done.exception or ''}"

    async def export(self, folder: Path) -> dict[str, bytes]:
        await self.run("content", "export", folder)
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    async def fault(self, path: str) -> None:
        """Let LINE refuse the next call of a kind."""
        order = {"path": path, "method": "POST", "kind": "status", "status": 400, "times": 1}
        async with aiohttp.ClientSession() as http:
            url = f"{self.env['LINE_API_BASE']}/_emulator/faults"
            async with http.post(url, json=order) as response:
                assert response.status == 200

    @property
    def on_line(self) -> dict[str, tuple[Any, ...]]:
        """What LINE has, by the names of menus: objects and pictures, aliases, the default."""
        found, media = self.line.world.menus, self.line.platform.media
        names = {one: menu.body["name"] for one, menu in found.menus.items()}
        return {
            names[one]: (
                {**menu.body, "richMenuId": ""},
                [alias for alias, to in found.aliases.items() if to == one],
                found.default_id == one,
                media.get(menu.media_key or ""),
            )
            for one, menu in found.menus.items()
        }

    @property
    def default(self) -> str:
        """The name of the menu that everybody sees."""
        found = self.line.world.menus
        return str(found.menus[found.default_id or ""].body["name"])


async def install(serve: Serve, url: str, data: Path) -> Install:
    line = LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN, rate_scale=0)
    base = str((await serve(line.app)).make_url("")).rstrip("/")
    env = {"LINE_CHANNEL_SECRET": SECRET, "LINE_CHANNEL_ACCESS_TOKEN": TOKEN}
    env |= {"LINE_API_BASE": base, "DATABASE_URL": url, "SECRET_KEY": "k" * 32}
    return Install(line, {**env, "PUBLIC_URL": "https://shop.example", "ENISHI_DATA": str(data)})


def photo(colour: str = "#7A1F4B", size: tuple[int, int] = (800, 540)) -> bytes:
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    for down in (0.2, 0.7):
        draw.text((0.4 * size[0], down * size[1]), "TAP", "#FFFFFF", font_size=80)
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def folder(account: Path) -> Path:
    """An account with a menu by photo, one that is drawn, and the sample's for members."""
    (account / "richmenus" / "photos").mkdir(parents=True)
    (account / "richmenus" / "spring.yaml").write_text(BY_PHOTO, "utf-8")
    (account / "richmenus" / "guest.yaml").write_text(GUEST, "utf-8")
    (account / "richmenus" / "photos" / "spring.jpg").write_bytes(photo())
    return account


async def test_exported_and_applied_elsewhere_the_menus_are_the_same_on_line(
    aiohttp_server: Serve, sqlite_url: str, postgres_url: str, folder: Path, tmp_path: Path
) -> None:
    here = await install(aiohttp_server, sqlite_url, tmp_path)
    said = await here.run("content", "apply", folder, "--menus", "--yes")
    assert "+ richmenus/photos/spring.jpg: " in said
    assert "Made on LINE, and not shown yet: guest, spring, member." in said
    drawn = next(one for name, one in here.on_line.items() if ":guest:" in name)
    engine = open_engine(sqlite_url)
    async with engine.begin() as connection:  # as the console does it
        given = (Origin.GIVEN, "guest")
        await pictures.put(connection, given, photo("#204060"), source="staff:1", now=NOON)
    await engine.dispose()
    assert "guest: make its new version on LINE" in await here.run("richmenus", "plan")
    await here.run("richmenus", "apply")
    files = await here.export(tmp_path / "out")
    assert files["richmenus/spring.yaml"].decode() == BY_PHOTO
    assert files["richmenus/photos/spring.jpg"] == photo()
    assert files["richmenus/given/guest.jpg"] == photo("#204060")

    there = await install(aiohttp_server, postgres_url, tmp_path)
    await there.run("content", "apply", tmp_path / "out", "--yes")
    await there.run("richmenus", "apply")
    assert there.on_line == here.on_line
    assert {name.split(":")[1] for name in there.on_line} == {"guest", "spring", "member"}
    assert drawn not in there.on_line.values()
    assert await there.export(tmp_path / "again") == files
    assert "The account is as the files say." in await there.run(
        "content", "apply", tmp_path / "out", "--yes"
    )
    assert "Definitions, database and LINE agree." in await there.run("richmenus", "plan")

    (tmp_path / "out" / "richmenus" / "given" / "guest.jpg").unlink()
    out = ("content", "apply", tmp_path / "out", "--menus", "--yes")
    assert "! richmenus/given/guest.jpg: not in the files, and stays" in await there.run(*out)
    assert "- richmenus/given/guest.jpg" in await there.run(*out, "--prune")
    assert drawn in there.on_line.values()


async def test_a_new_picture_is_told_kept_and_shown_and_goes_with_its_last_menu(
    aiohttp_server: Serve, sqlite_url: str, folder: Path, tmp_path: Path
) -> None:
    here = await install(aiohttp_server, sqlite_url, tmp_path)
    apply = ("content", "apply", folder, "--menus", "--yes")
    await here.run(*apply)
    (folder / "richmenus" / "photos" / "spring.jpg").write_bytes(photo("#335522"))
    said = await here.run("content", "plan", folder, "--menus", "--exit-code", code=1)
    assert f"~ richmenus/photos/spring.jpg: {len(photo('#335522')):,} bytes" in said
    assert "spring: make its new version on LINE" in said
    await here.run(*apply)
    assert photo("#335522") in [one[-1] for one in here.on_line.values()]
    (folder / "richmenus" / "spring.yaml").write_text(SPRING, "utf-8")
    said = await here.run(*apply)
    assert "- richmenus/photos/spring.jpg" in said
    assert "Left out, for they hold no definitions: richmenus/photos/spring.jpg" in said
    engine = open_engine(sqlite_url)
    async with engine.connect() as connection:
        kept = (await connection.execute(select(rich_menu_pictures.c.origin))).scalars().all()
        told = select(definition_changes.c.before, definition_changes.c.after).where(
            definition_changes.c.kind == "picture"
        )
        changes = [tuple(one is not None for one in row) for row in await connection.execute(told)]
    await engine.dispose()
    assert kept == ["drawn", "drawn"]  # once each: of the guests, and of spring by now
    assert changes == [(False, True), (True, True), (True, False)]


async def be_killed_at_work(url: str) -> None:
    """Leave the lease behind as a process does that is killed; it lapses in a moment."""
    engine, now = open_engine(url), utc_now()
    async with engine.begin() as connection:
        row = {"name": "apply", "holder": 1, "since": now, "until": now + timedelta(seconds=2)}
        await batch.insert(connection, rich_menu_leases, [row])
    await engine.dispose()


async def test_stopped_by_line_at_any_point_the_same_command_goes_on(
    aiohttp_server: Serve, sqlite_url: str, folder: Path, tmp_path: Path
) -> None:
    here = await install(aiohttp_server, sqlite_url, tmp_path)
    await here.run("richmenus", "apply")  # the sample's
    before, default = here.on_line, here.default
    apply = ("content", "apply", folder, "--menus", "--yes")
    await here.fault("/v2/bot/richmenu/{richMenuId}/content")
    assert "The menus are not all on LINE" in await here.run(*apply, code=1)
    assert "+ richmenu spring" in await here.run("content", "plan", folder)  # nothing is defined
    assert (before.keys() <= here.on_line.keys(), here.default) == (True, default)
    await here.fault("/v2/bot/user/all/richmenu/{richMenuId}")
    said = await here.run(*apply, code=1)
    assert "Applied." in said
    assert "The menus are not all on LINE" in said
    assert (before.keys() <= here.on_line.keys(), here.default) == (True, default)
    await be_killed_at_work(sqlite_url)
    said = await here.run(*apply)
    assert "+ richmenu spring" not in said
    assert [name.split(":")[1] for name in here.on_line] == ["member", "guest", "spring"]
    assert "Definitions, database and LINE agree." in await here.run("richmenus", "plan")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (None, "there is no file photos/spring.jpg beside spring.yaml; correct the path"),
        (photo(size=(900, 600)), "has 900x600 pixels, the menu 800x540"),
        (photo()[:900], "is a JPEG that is cut off or damaged; export it again"),
        (b"GIF89a" + bytes(60), "is GIF, LINE takes PNG and JPEG; save it as one of them"),
        (bytes(30_000_001), "is larger than any picture of a menu; make it lighter"),
    ],
    ids=["missing", "size", "cut", "gif", "huge"],
)
def test_a_picture_that_line_refuses_is_told_with_the_line_that_names_it(
    desk: Desk, folder: Path, data: bytes | None, what: str
) -> None:
    photos, given = folder / "richmenus" / "photos", folder / "richmenus" / "given"
    if data is None:
        shutil.rmtree(photos)
    else:
        (photos / "spring.jpg").write_bytes(data)
    given.mkdir()
    (given / "gest.png").write_bytes(photo())
    (given / "guest.png").write_bytes(photo(size=(800, 270)))
    refused = str(desk.apply().exception)
    assert "spring.yaml:6:8: image: photos/spring.jpg " in refused or data is None
    assert what in refused
    assert "gest.png:1:1: there is no menu gest; name it like one of: guest, member" in refused
    assert "guest.png:1:1: has 800x270 pixels, the menu 800x540" in refused
    assert "richmenus/spring.yaml" not in desk.export()
