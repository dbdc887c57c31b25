"""Rich menus at LINE: made, given a picture, shown to friends.

    publisher, dispatcher -> RichMenus -> LineClient -> LINE

A menu cannot be changed once it is made, nor its picture: make another, show that, delete the old.

Source: reference, "Rich menu".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.line.client import Answer, LineClient
from bot.line.endpoints import path


class RichMenus:
    """LINE's rich menu endpoints, by what they do."""

    def __init__(self, client: LineClient) -> None:
        self._call = client.call

    async def create(self, menu: Mapping[str, Any]) -> Answer:
        """Make a menu; the answer's body has ``richMenuId``. 100 an hour."""
        return await self._call("POST", "/v2/bot/richmenu", body=menu)

    async def validate(self, menu: Mapping[str, Any]) -> Answer:
        """Ask whether LINE would make a menu."""
        return await self._call("POST", "/v2/bot/richmenu/validate", body=menu)

    async def upload(self, menu_id: str, picture: bytes, content_type: str) -> Answer:
        """Give a menu its picture, once; ``content_type`` is ``image/png`` or ``image/jpeg``."""
        where = path("/v2/bot/richmenu/{}/content", menu_id)
        return await self._call("POST", where, data=picture, content_type=content_type, blob=True)

    async def download(self, menu_id: str) -> Answer:
        """Fetch a menu's picture; it is the answer's ``raw``."""
        return await self._call("GET", path("/v2/bot/richmenu/{}/content", menu_id), blob=True)

    async def list(self) -> Answer:
        """List the menus made by this channel, as ``richmenus``."""
        return await self._call("GET", "/v2/bot/richmenu/list")

    async def get(self, menu_id: str) -> Answer:
        """Read one menu."""
        return await self._call("GET", path("/v2/bot/richmenu/{}", menu_id))

    async def delete(self, menu_id: str) -> Answer:
        """Delete a menu; friends who have it lose it when they open the talk. 100 an hour."""
        return await self._call("DELETE", path("/v2/bot/richmenu/{}", menu_id))

    async def set_default(self, menu_id: str) -> Answer:
        """Show a menu to everybody who has none of their own."""
        return await self._call("POST", path("/v2/bot/user/all/richmenu/{}", menu_id))

    async def default(self) -> Answer:
        """Read the default, as ``richMenuId``; 404 when there is none."""
        return await self._call("GET", "/v2/bot/user/all/richmenu")

    async def clear_default(self) -> Answer:
        """Have no default."""
        return await self._call("DELETE", "/v2/bot/user/all/richmenu")

    async def link(self, user_id: str, menu_id: str) -> Answer:
        """Show one friend a menu, at once."""
        return await self._call("POST", path("/v2/bot/user/{}/richmenu/{}", user_id, menu_id))

    async def linked(self, user_id: str) -> Answer:
        """Read a friend's own menu, as ``richMenuId``; 404 when there is none."""
        return await self._call("GET", path("/v2/bot/user/{}/richmenu", user_id))

    async def unlink(self, user_id: str) -> Answer:
        """Let a friend fall back to the default."""
        return await self._call("DELETE", path("/v2/bot/user/{}/richmenu", user_id))

    async def link_many(self, menu_id: str, user_ids: Sequence[str]) -> Answer:
        """Show up to 500 friends a menu, within seconds."""
        body = {"richMenuId": menu_id, "userIds": list(user_ids)}
        return await self._call("POST", "/v2/bot/richmenu/bulk/link", body=body)

    async def unlink_many(self, user_ids: Sequence[str]) -> Answer:
        """Let up to 500 friends fall back to the default, within seconds."""
        body = {"userIds": list(user_ids)}
        return await self._call("POST", "/v2/bot/richmenu/bulk/unlink", body=body)

    async def batch(
        self, operations: Sequence[Mapping[str, Any]], *, resume_key: str | None = None
    ) -> Answer:
        """Move all friends of some menus to others. 3 an hour.

        Args:
            operations: up to 1,000, each on the menus as they were before the call.
            resume_key: repeat the call with the same key to finish what failed.
        """
        body: dict[str, Any] = {"operations": list(operations)}
        if resume_key is not None:
            body["resumeRequestKey"] = resume_key
        return await self._call("POST", "/v2/bot/richmenu/batch", body=body)

    async def validate_batch(self, operations: Sequence[Mapping[str, Any]]) -> Answer:
        """Ask whether LINE would take a batch; this does not count among the three."""
        body = {"operations": list(operations)}
        return await self._call("POST", "/v2/bot/richmenu/validate/batch", body=body)

    async def batch_progress(self, request_id: str) -> Answer:
        """Read the ``phase`` of a batch by the request id of its answer."""
        where = path("/v2/bot/richmenu/progress/batch?requestId={}", request_id)
        return await self._call("GET", where)

    async def create_alias(self, alias_id: str, menu_id: str) -> Answer:
        """Name a menu, for buttons that switch to it."""
        body = {"richMenuAliasId": alias_id, "richMenuId": menu_id}
        return await self._call("POST", "/v2/bot/richmenu/alias", body=body)

    async def update_alias(self, alias_id: str, menu_id: str) -> Answer:
        """Let a name mean another menu."""
        where = path("/v2/bot/richmenu/alias/{}", alias_id)
        return await self._call("POST", where, body={"richMenuId": menu_id})

    async def delete_alias(self, alias_id: str) -> Answer:
        """Forget a name. 100 an hour."""
        return await self._call("DELETE", path("/v2/bot/richmenu/alias/{}", alias_id))

    async def aliases(self) -> Answer:
        """List the names, as ``aliases``."""
        return await self._call("GET", "/v2/bot/richmenu/alias/list")
