"""A till at a counter, as its page uses it."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.resources import CLOCK
from bot.staff.rights import Role
from bot.store.types import to_ms
from tests.console.support import Browser, hire
from tests.pages.support import plain
from tests.support import Shop

_NUMBERS = count(1)


@dataclass(slots=True)
class Till:
    """One till's page."""

    shop: Shop
    browser: Browser
    csrf: str = ""
    #: The last answer.
    came: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> str:
        return str(self.came["said"])

    @property
    def shows(self) -> str:
        """What can be read of the member."""
        return plain(str(self.came.get("html", "")))

    async def open(self, shop: str = "honten", device: str = "レジ1") -> None:
        await self.browser.open("/console/till/station")
        self.csrf = self.browser.screen.csrf
        await self.browser.send("/console/till/station", shop=shop, device=device)

    async def scan(self, text: str) -> dict[str, Any]:
        return await self.post("scan", text=text)

    async def act(
        self, name: str, *, key: str = "", late: int = 0, **fields: Any
    ) -> dict[str, Any]:
        """Do something to whoever was scanned."""
        asked = self.asked(key=key, late=late)
        return await self.post(name, **{**asked, **fields})

    def asked(self, *, key: str = "", late: int = 0) -> dict[str, Any]:
        until = to_ms(self.shop.app[CLOCK]()) + 12_000 - late
        return {
            "key": key or f"till-key-{next(_NUMBERS)}",
            "person": self.came.get("person", ""),
            "until": str(until),
        }

    async def outcome(self, **asked: Any) -> dict[str, Any]:
        address = self.browser.url + "/console/till/outcome"
        async with self.browser.http.get(address, params=asked) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, Any] = await answer.json()
            return found

    async def post(self, path: str, **fields: Any) -> dict[str, Any]:
        headers = {"Origin": self.browser.url, "X-CSRF-Token": self.csrf}
        address = f"{self.browser.url}/console/till/{path}"
        async with self.browser.http.post(address, data=fields, headers=headers) as answer:
            assert answer.status == 200, f"{answer.status} {await answer.text()}"
            came: dict[str, Any] = await answer.json()
        self.came = {**({"person": self.came["person"]} if "person" in self.came else {}), **came}
        return came


async def open_till(
    shop: Shop,
    browser: Browser,
    login: str,
    role: Role = Role.STAFF,
    *,
    at: str = "honten",
    device: str = "レジ1",
) -> Till:
    """Hire somebody and let them open a till."""
    await hire(shop, login, role, shops=(at,))
    await browser.sign_in(login)
    till = Till(shop, browser)
    await till.open(at, device)
    return till
