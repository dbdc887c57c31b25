"""The calls about menus, made over the project's one client.

publish -> LineMenus -> RichMenus -> LINE
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from bot.line.client import Answer, LineClient
from bot.line.richmenus import RichMenus
from richmenus.publish import PublishError


class LineMenus:
    """Implements ``richmenus.publish.MenuCalls``."""

    def __init__(self, client: LineClient) -> None:
        self._line = RichMenus(client)

    async def list_menus(self) -> Sequence[tuple[str, str]]:
        """Return id and name of every menu."""
        answer = _done("list the menus", await self._line.list())
        return [(menu["richMenuId"], menu["name"]) for menu in answer.body.get("richmenus", ())]

    async def create(self, menu: Mapping[str, Any]) -> str:
        """Create a menu and return its id."""
        return str(_done("create a menu", await self._line.create(menu)).body["richMenuId"])

    async def upload(self, rich_menu_id: str, png: bytes) -> None:
        """Give a menu its picture."""
        _done("upload a picture", await self._line.upload(rich_menu_id, png, "image/png"))

    async def picture(self, rich_menu_id: str) -> bytes:
        """Return a menu's picture; LINE answers 404 while it has none."""
        answer = await self._line.download(rich_menu_id)
        return b"" if _is_gone(answer) else _done("read a picture back", answer).raw

    async def default(self) -> str | None:
        """Return the id of the default menu.

        Another channel's, or one made in LINE's own manager, is none of ours: LINE answers 403.
        """
        answer = await self._line.default()
        if _is_gone(answer) or answer.status == HTTPStatus.FORBIDDEN:
            return None
        return str(_done("read the default menu", answer).body["richMenuId"])

    async def set_default(self, rich_menu_id: str) -> None:
        """Show a menu to everybody who has none of their own."""
        _done("set the default menu", await self._line.set_default(rich_menu_id))

    async def aliases(self) -> Mapping[str, str]:
        """Return ids of menus by alias."""
        found = _done("list the aliases", await self._line.aliases()).body.get("aliases", ())
        return {alias["richMenuAliasId"]: alias["richMenuId"] for alias in found}

    async def create_alias(self, alias: str, rich_menu_id: str) -> None:
        """Name a menu."""
        _done("create an alias", await self._line.create_alias(alias, rich_menu_id))

    async def point_alias(self, alias: str, rich_menu_id: str) -> None:
        """Let an alias name another menu."""
        _done("point an alias", await self._line.update_alias(alias, rich_menu_id))

    async def delete(self, rich_menu_id: str) -> None:
        """Delete a menu; one that is gone already is no mistake."""
        answer = await self._line.delete(rich_menu_id)
        if not _is_gone(answer):
            _done("delete a menu", answer)


def _is_gone(answer: Answer) -> bool:
    return answer.status == HTTPStatus.NOT_FOUND


def _done(what: str, answer: Answer) -> Answer:
    if answer.ok:
        return answer
    request = f", request {answer.request_id}" if answer.request_id else ""
    raise PublishError(f"could not {what}: {answer.outcome}: {answer.message}{request}")
