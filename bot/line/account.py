"""The account and its friends, as LINE knows them.

    friends, doctor, ledger -> Account -> LineClient -> LINE

Source: reference, "Users", "Bot", "Webhook settings", "Get quota".
"""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from bot.line import limits
from bot.line.client import Answer, LineClient
from bot.line.endpoints import path
from bot.line.messages import Message


class Account:
    """LINE's endpoints about the account, by what they do."""

    def __init__(self, client: LineClient) -> None:
        self._call = client.call

    async def profile(self, user_id: str) -> Answer:
        """Read a friend's name and picture; 404 for who is no friend or has blocked us."""
        return await self._call("GET", path("/v2/bot/profile/{}", user_id))

    async def followers(self, *, start: str | None = None) -> Answer:
        """List ``userIds``, and where to go on, ``next``; verified accounts only."""
        where = "/v2/bot/followers/ids?limit=1000"
        return await self._call(
            "GET", where if start is None else path(where + "&start={}", start)
        )

    async def info(self) -> Answer:
        """Read the account's own name, ids and chat mode."""
        return await self._call("GET", "/v2/bot/info")

    async def quota(self) -> Answer:
        """Read how many messages the month has: ``type`` and ``value``."""
        return await self._call("GET", "/v2/bot/message/quota")

    async def consumption(self) -> Answer:
        """Read about how many of them are used: ``totalUsage``."""
        return await self._call("GET", "/v2/bot/message/quota/consumption")

    async def delivered(self, kind: str, day: date) -> Answer:
        """Count what left on a day in Japan by one way: ``reply``, ``push`` or ``multicast``."""
        where = path("/v2/bot/message/delivery/{}?date={}", kind, f"{day:%Y%m%d}")
        return await self._call("GET", where)

    async def webhook(self) -> Answer:
        """Read the webhook's ``endpoint`` and whether it is ``active``."""
        return await self._call("GET", "/v2/bot/channel/webhook/endpoint")

    async def set_webhook(self, endpoint: str) -> Answer:
        """Have LINE send events to an https address, from within a minute on."""
        where = "/v2/bot/channel/webhook/endpoint"
        return await self._call("PUT", where, body={"endpoint": endpoint})

    async def test_webhook(self, endpoint: str | None = None) -> Answer:
        """Have LINE call the webhook; the body tells ``success`` and ``reason``. 60 an hour."""
        body = {} if endpoint is None else {"endpoint": endpoint}
        return await self._call("POST", "/v2/bot/channel/webhook/test", body=body)

    async def validate(self, kind: str, messages: Sequence[Message]) -> Answer:
        """Ask whether LINE would take messages by ``reply``, ``push``…; nothing is sent."""
        where = path("/v2/bot/message/validate/{}", kind)
        return await self._call("POST", where, body={"messages": list(messages)})

    async def verify_id_token(
        self, token: str, *, client_id: str, nonce: str | None = None
    ) -> Answer:
        """Ask whether a token is LINE's, for a login channel, and alive; the body is its claims.

        Args:
            token: as the page of a LIFF app got it.
            client_id: of the login channel it must be meant for.
            nonce: the one that the login was begun with; LIFF begins its own without.
        """
        form = {"id_token": token, "client_id": client_id}
        if nonce is not None:
            form["nonce"] = nonce
        return await self._call(
            "POST",
            "/oauth2/v2.1/verify",
            data=urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
        )

    async def show_loading(
        self, user_id: str, *, seconds: int = limits.LOADING_MAX_SECONDS
    ) -> Answer:
        """Show that an answer is on its way, until it comes; 5 to 60 seconds in steps of 5."""
        body = {"chatId": user_id, "loadingSeconds": seconds}
        return await self._call("POST", "/v2/bot/chat/loading/start", body=body)

    async def mark_as_read(self, token: str) -> Answer:
        """Mark a message, and all before it, as read by the account."""
        body = {"markAsReadToken": token}
        return await self._call("POST", "/v2/bot/chat/markAsRead", body=body)

    async def link_token(self, user_id: str) -> Answer:
        """Begin to link a friend to another account: ``linkToken``."""
        return await self._call("POST", path("/v2/bot/user/{}/linkToken", user_id))

    async def content(self, message_id: str, *, at_most: int | None = None) -> Answer:
        """Fetch a picture or file a friend sent, as ``raw``; status 202: ask again in a while.

        One of more than ``at_most`` bytes is refused with 413 and not read to its end.
        """
        where = path("/v2/bot/message/{}/content", message_id)
        return await self._call("GET", where, blob=True, at_most=at_most)

    async def transcoding(self, message_id: str) -> Answer:
        """Read how far a video or sound is: ``processing``, ``succeeded``, ``failed``."""
        where = path("/v2/bot/message/{}/content/transcoding", message_id)
        return await self._call("GET", where, blob=True)

    async def preview(self, message_id: str) -> Answer:
        """Fetch the small picture of a picture or video, as ``raw``."""
        where = path("/v2/bot/message/{}/content/preview", message_id)
        return await self._call("GET", where, blob=True)
