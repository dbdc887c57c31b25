"""The calls about menus, made over the project's one client.

publish -> LineMenus -> LineClient -> LINE
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from bot.line.client import Answer, LineClient
from bot.line.endpoints import path
from richmenus.publish import PublishError

_MENU: Final = "/v2/bot/richmenu/{}"
_PICTURE: Final = "/v2/bot/richmenu/{}/content"
_DEFAULT: Final = "/v2/bot/user/all/richmenu"
_ALIASES: Final = "/v2/bot/richmenu/alias"


class LineMenus:
    """Implements ``richmenus.publish.MenuCalls``."""

    def __init__(self, client: LineClient) -> None:
        self._client = client

    async def list_menus(self) -> Sequence[tuple[str, str]]:
        """Return id and name of every menu."""
        answer = await self._done("GET", "/v2/bot/richmenu/list")
        return [(menu["richMenuId"], menu["name"]) for menu in answer.body.get("richmenus", ())]

    async def create(self, menu: Mapping[str, Any]) -> str:
        """Create a menu and return its id."""
        answer = await self._done("POST", "/v2/bot/richmenu", body=menu)
        return str(answer.body["richMenuId"])

    async def upload(self, rich_menu_id: str, png: bytes) -> None:
        """Give a menu its picture."""
        where = path(_PICTURE, rich_menu_id)
        await self._done("POST", where, data=png, content_type="image/png", blob=True)

    async def picture(self, rich_menu_id: str) -> bytes:
        """Return a menu's picture; LINE answers 404 while it has none."""
        answer = await self._known("GET", path(_PICTURE, rich_menu_id), blob=True)
        return answer.raw if answer else b""

    async def default(self) -> str | None:
        """Return the id of the default menu.

        Another channel's, or one made in LINE's own manager, is none of ours: LINE answers 403.
        """
        answer = await self._client.call("GET", _DEFAULT)
        if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
            return None
        return str(_checked("GET", _DEFAULT, answer).body["richMenuId"])

    async def set_default(self, rich_menu_id: str) -> None:
        """Show a menu to everybody who has none of their own."""
        await self._done("POST", path(_DEFAULT + "/{}", rich_menu_id))

    async def aliases(self) -> Mapping[str, str]:
        """Return ids of menus by alias."""
        answer = await self._done("GET", f"{_ALIASES}/list")
        found = answer.body.get("aliases", ())
        return {alias["richMenuAliasId"]: alias["richMenuId"] for alias in found}

    async def create_alias(self, alias: str, rich_menu_id: str) -> None:
        """Name a menu."""
        body = {"richMenuAliasId": alias, "richMenuId": rich_menu_id}
        await self._done("POST", _ALIASES, body=body)

    async def point_alias(self, alias: str, rich_menu_id: str) -> None:
        """Let an alias name another menu."""
        body = {"richMenuId": rich_menu_id}
        await self._done("POST", path(_ALIASES + "/{}", alias), body=body)

    async def delete(self, rich_menu_id: str) -> None:
        """Delete a menu; one that is gone already is no mistake."""
        await self._known("DELETE", path(_MENU, rich_menu_id))

    async def _known(self, method: str, where: str, **more: Any) -> Answer | None:
        """Make a call to which LINE may answer that there is no such thing."""
        answer = await self._client.call(method, where, **more)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return _checked(method, where, answer)

    async def _done(self, method: str, where: str, **more: Any) -> Answer:
        return _checked(method, where, await self._client.call(method, where, **more))


def _checked(method: str, where: str, answer: Answer) -> Answer:
    if answer.ok:
        return answer
    request = f", request {answer.request_id}" if answer.request_id else ""
    raise PublishError(f"{method} {where}: {answer.outcome}: {answer.message}{request}")
