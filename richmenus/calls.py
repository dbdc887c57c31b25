"""The calls about menus, made over the project's one client.

publish -> LineMenus -> RichMenus -> LINE

What can be asked twice without harm is asked again when no clear answer came. Making a menu cannot
be: ``UnknownError`` tells the publisher to look what became of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from bot.line.client import Answer, LineClient, Outcome
from bot.line.richmenus import RichMenus
from richmenus.plan import Found, MenuOnLine

Pause: TypeAlias = Callable[[float], Awaitable[None]]

#: Seconds before each further try.
_PAUSES: Final = (0.5, 1.0, 2.0)
_AGAIN: Final = (Outcome.UNKNOWN, Outcome.UNREACHABLE, Outcome.RATE_LIMITED)


class PublishError(RuntimeError):
    """LINE did not do as asked; applying again goes on from here."""


class UnknownError(PublishError):
    """No clear answer came: LINE may have done as asked."""


class TooManyError(PublishError):
    """LINE takes no more calls of this kind for now."""


class LineMenus:
    """LINE's rich menus, as the publisher needs them."""

    def __init__(self, client: LineClient, *, pause: Pause = asyncio.sleep) -> None:
        self.line = RichMenus(client)
        self._pause = pause

    async def look(self) -> Found:
        """See what LINE has."""
        menus = await self.list_menus()
        default, aliases = await self.default(), await self.aliases()
        return Found(menus=menus, default=default, aliases=aliases)

    async def list_menus(self) -> tuple[MenuOnLine, ...]:
        """Return every menu that was made through the API."""
        answer = await self._surely("list the menus", self.line.list)
        found = answer.body.get("richmenus", ())
        return tuple(MenuOnLine(menu["richMenuId"], menu) for menu in found)

    async def create(self, menu: Mapping[str, Any]) -> str:
        """Create a menu and return its id.

        Raises:
            UnknownError: it may be there now.
        """
        answer = _done("create a menu", await self.line.create(menu))
        return str(answer.body["richMenuId"])

    async def upload(self, rich_menu_id: str, picture: bytes, content_type: str) -> None:
        """Give a menu its picture; this can be done once.

        Raises:
            UnknownError: it may have it now.
        """
        _done("upload a picture", await self.line.upload(rich_menu_id, picture, content_type))

    async def picture(self, rich_menu_id: str) -> bytes:
        """Return a menu's picture; LINE answers 404 while it has none."""
        what = "read a picture back"
        answer = await self._surely(what, lambda: self.line.download(rich_menu_id), gone=True)
        return b"" if _is_gone(answer) else answer.raw

    async def get(self, rich_menu_id: str) -> Mapping[str, Any]:
        """Return a menu as LINE has it."""
        return (await self._surely("read a menu back", lambda: self.line.get(rich_menu_id))).body

    async def default(self) -> str | None:
        """Return the id of the default menu.

        Another channel's, or one made in LINE's own manager, is none of ours: LINE answers 403.
        """
        answer = await self._asked(self.line.default)
        if _is_gone(answer) or answer.status == HTTPStatus.FORBIDDEN:
            return None
        return str(_done("read the default menu", answer).body["richMenuId"])

    async def set_default(self, rich_menu_id: str) -> None:
        """Show a menu to everybody who has none of their own."""
        await self._surely("set the default menu", lambda: self.line.set_default(rich_menu_id))

    async def aliases(self) -> Mapping[str, str]:
        """Return ids of menus by alias."""
        answer = await self._surely("list the aliases", self.line.aliases)
        found = answer.body.get("aliases", ())
        return {alias["richMenuAliasId"]: alias["richMenuId"] for alias in found}

    async def name(self, alias: str, rich_menu_id: str, *, exists: bool) -> None:
        """Let an alias mean a menu, whether or not it exists."""
        for is_new in (not exists, exists):
            if is_new:
                answer = await self._asked(lambda: self.line.create_alias(alias, rich_menu_id))
            else:
                answer = await self._asked(lambda: self.line.update_alias(alias, rich_menu_id))
            if answer.outcome is not Outcome.REFUSED:
                break  # it exists already, or not any more: the other call fits
        _done(f"point the alias {alias}", answer)

    async def forget_alias(self, alias: str) -> None:
        """Delete an alias; one that is gone already is no mistake."""
        await self._surely("delete an alias", lambda: self.line.delete_alias(alias), gone=True)

    async def delete(self, rich_menu_id: str) -> None:
        """Delete a menu; one that is gone already is no mistake."""
        await self._surely("delete a menu", lambda: self.line.delete(rich_menu_id), gone=True)

    async def link_many(self, rich_menu_id: str, user_ids: Sequence[str]) -> None:
        """Show up to 500 friends a menu, within seconds."""
        await self._surely(
            "show friends a menu", lambda: self.line.link_many(rich_menu_id, user_ids)
        )

    async def move_everybody(self, old: Sequence[str], new: str, *, resume_key: str) -> str:
        """Show a menu to everybody who has one of these, in one call; return what it is known by.

        Raises:
            PublishError: LINE does not take it, or takes no more of its kind this hour.
        """
        moves = [{"type": "link", "from": one, "to": new} for one in old]
        await self._surely("have a batch checked", lambda: self.line.validate_batch(moves))
        answer = await self._surely(
            "move everybody at once", lambda: self.line.batch(moves, resume_key=resume_key)
        )
        return answer.request_id or ""

    async def progress(self, request_id: str) -> str:
        """Return how far a batch is: ``ongoing``, ``succeeded`` or ``failed``."""
        what = "ask how far a batch is"
        answer = await self._surely(what, lambda: self.line.batch_progress(request_id))
        return str(answer.body.get("phase"))

    async def linked(self, user_id: str) -> str | None:
        """Return the id of a friend's own menu."""
        what = "read a friend's menu"
        answer = await self._surely(what, lambda: self.line.linked(user_id), gone=True)
        return None if _is_gone(answer) else str(answer.body["richMenuId"])

    async def rest(self, seconds: float) -> None:
        """Give LINE time."""
        await self._pause(seconds)

    async def _surely(
        self, what: str, ask: Callable[[], Awaitable[Answer]], *, gone: bool = False
    ) -> Answer:
        answer = await self._asked(ask)
        return answer if gone and _is_gone(answer) else _done(what, answer)

    async def _asked(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask until a clear answer comes, a few times."""
        answer = await ask()
        for pause in _PAUSES:
            if answer.outcome not in _AGAIN:
                break
            await self._pause(pause)
            answer = await ask()
        return answer


def _is_gone(answer: Answer) -> bool:
    return answer.status == HTTPStatus.NOT_FOUND


def _done(what: str, answer: Answer) -> Answer:
    if answer.ok:
        return answer
    request = f", request {answer.request_id}" if answer.request_id else ""
    words = f"could not {what}: {answer.outcome}: {answer.message}{request}"
    match answer.outcome:
        case Outcome.UNKNOWN:
            raise UnknownError(words)
        case Outcome.RATE_LIMITED:
            raise TooManyError(words)
        case _:
            raise PublishError(words)
