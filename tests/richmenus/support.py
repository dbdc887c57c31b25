"""Menus to publish, and what LINE shows of them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from aiohttp import ClientSession
from PIL import Image
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.emulator import LineEmulator
from bot.emulator.phone import Phone
from bot.line.client import LineClient
from bot.menus.publishing import Friends
from bot.store import arrival
from richmenus.applying import Applied
from richmenus.calls import LineMenus
from richmenus.definition import load_all
from richmenus.plan import Plan
from richmenus.publish import Publisher
from richmenus.version import Version
from tests.support import NOON

MENUS = load_all()


_FRIEND = (
    "INSERT INTO friends (id, user_id, person_id, state, followed_at, menu, version) "
    "VALUES (:id, :user_id, :person_id, :state, :at, :menu, 1)"
)


@cache
def version(key: str, colour: str = "#A5462A") -> Version:
    """Build a version of a sample menu with a plain picture."""
    out = io.BytesIO()
    menu = MENUS[key]
    Image.new("RGB", menu.pixels, colour).save(out, "PNG")
    body = menu.as_line("")
    del body["name"]
    return Version(key, body, f"{key}{colour.strip('#')}", out.getvalue(), "image/png")


class Patient(LineMenus):
    """The project's calls, without the pauses between tries."""

    def __init__(self, client: LineClient) -> None:
        super().__init__(client, pause=_at_once)


async def _at_once(seconds: float) -> None:
    del seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    emulator: LineEmulator
    line: LineMenus
    base: str
    http: ClientSession
    engine: AsyncEngine

    def publisher(
        self,
        line: Any = None,
        *,
        default: str | None = "guest",
        named: Sequence[str] = ("guest",),
    ) -> Publisher:
        clock = self.emulator.clock.now
        calls = line or self.line
        friends = Friends(self.engine, calls, default=default, named=frozenset(named), clock=clock)
        return Publisher(self.engine, calls, friends, clock=clock)

    async def plan(self, wanted: Sequence[Version]) -> Plan:
        return await self.publisher().plan(wanted)

    async def apply(self, wanted: Sequence[Version]) -> Applied:
        return await self.publisher().apply(wanted)

    async def sql(self, query: str) -> list[tuple[Any, ...]]:
        async with self.engine.begin() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]

    async def sql_do(self, statement: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def friend(self, name: str, menu: str, rich_menu_id: str) -> Phone:
        """A friend to whom the bot has shown a menu of their own."""
        phone = await Phone.new(self.base, self.http, name=name)
        await phone.follow()
        await self.line.link_many(rich_menu_id, [phone.user_id])
        at = int(NOON.timestamp() * 1_000)
        row = {"id": arrival.number(), "person_id": 1, "user_id": phone.user_id, "menu": menu}
        row |= {"state": "friend", "at": at}
        async with self.engine.begin() as connection:
            await connection.execute(text(_FRIEND), row)
        return phone

    async def forget(self) -> None:
        """Start again with an empty LINE and an empty database."""
        await self.emulator.reset()
        async with self.engine.begin() as connection:
            for table in ("versions", "steps", "pins", "leases"):
                await connection.execute(text(f"DELETE FROM rich_menu_{table}"))  # noqa: S608
            await connection.execute(text("DELETE FROM menus"))

    @property
    def names(self) -> dict[str, str]:
        """Names of the menus on LINE by id."""
        menus = self.emulator.world.menus.menus
        return {rich_menu_id: menu.body["name"] for rich_menu_id, menu in menus.items()}

    @property
    def shown_to_all(self) -> str | None:
        """The name of the menu that a friend without an own one sees."""
        default_id = self.emulator.world.menus.default_id
        menu = self.emulator.world.menus.menus.get(default_id or "")
        return menu.body["name"] if menu and menu.media_key else None

    @property
    def aliased(self) -> dict[str, str]:
        """Names of the menus behind aliases."""
        aliases = self.emulator.world.menus.aliases
        return {alias: self.names[rich_menu_id] for alias, rich_menu_id in aliases.items()}

    def id_of(self, key: str) -> str:
        """The one menu of a key."""
        (found,) = (one for one, name in self.names.items() if name.startswith(f"enishi:{key}:"))
        return found

    def stands(self, wanted: Sequence[Version]) -> bool:
        """Tell whether LINE has exactly these menus, and points to them."""
        return (
            sorted(self.names.values()) == sorted(one.name for one in wanted)
            and self.shown_to_all == wanted[0].name
            and self.aliased == {one.alias: one.name for one in wanted}
        )

    async def asked(self) -> list[tuple[str, str]]:
        """Methods and paths of the calls that LINE received."""
        async with self.http.get(self.base + "/_emulator/requests") as answer:
            found = (await answer.json())["requests"]
        return [(one["method"], one["path"]) for one in found]

    async def fault(self, path: str, kind: str, **more: Any) -> None:
        order = {"path": path, "kind": kind, **more}
        async with self.http.post(f"{self.base}/_emulator/faults", json=order) as response:
            assert response.status == 200, await response.text()


class CutOff(Exception):  # noqa: N818 -- it is what happens, not an error of ours
    """The publisher died."""


class Dying:
    """LINE as seen by a publisher that dies at its n-th call, before LINE takes it or after."""

    def __init__(self, line: LineMenus, *, at: int, taken: bool) -> None:
        self._line = line
        self._left = at
        self._taken = taken

    async def look(self) -> Any:
        return await LineMenus.look(self)  # type: ignore[arg-type] # counts the calls it makes

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any, **more: Any) -> Any:
            self._left -= 1
            if self._left or self._taken:
                result = await getattr(self._line, name)(*args, **more)
            if not self._left:
                raise CutOff
            return result

        return call
