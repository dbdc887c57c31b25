"""What the stories need beside a shop: LINE's requests made by hand, the command line, a cable."""

import asyncio
import contextlib
import io
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson

from bot.content import account
from bot.emulator.phone import Phone
from bot.emulator.webhooks.events import build, user_source
from bot.line import signature
from bot.line.messages import text
from bot.postbacks import AnswerSurvey, StartSurvey
from bot.resources import CHANNEL, SETTINGS
from bot.routing import Answer, Context, Messages, Router
from bot.surveys import definition
from handlers import follow
from tests.support import SECRET, Shop

Json = dict[str, Any]

#: The words of the sample account and of its survey, as friends read them.
WORDS = account()
WELCOME = definition.load_all()["welcome"]
REPLY = "/v2/bot/message/reply"
PUSH = "/v2/bot/message/push"


async def until(condition: Callable[[], Awaitable[object]], *, seconds: float = 15.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)


# -- webhooks by hand -----------------------------------------------------------------------------


def event(shop: Shop, kind: str, source: Phone | Json | None, **fields: Any) -> Json:
    """Build an event as LINE would, with a reply token that works; nothing is sent."""
    where = user_source(source.user_id) if isinstance(source, Phone) else source
    return build(shop.line.platform, kind, where, fields)


def says(shop: Shop, phone: Phone, words: str, *, message_id: str = "900001") -> Json:
    """Build the event of a text message."""
    return event(shop, "message", phone, message={"type": "text", "id": message_id, "text": words})


async def deliver(shop: Shop, *events: Json, destination: str | None = None) -> int:
    """Post events in one webhook, signed, and return the bot's answer."""
    to = shop.line.world.account.user_id if destination is None else destination
    return await post(shop, orjson.dumps({"destination": to, "events": events}))


async def post(shop: Shop, body: bytes, *, signed: str | None = None) -> int:
    """Post raw bytes to the webhook; ``signed`` replaces the right signature."""
    proof = signature.sign(SECRET, body) if signed is None else signed
    headers = {"x-line-signature": proof} if proof else {}
    url = f"{shop.bot_url}/line/webhook"
    async with shop.http.post(url, data=io.BytesIO(body), headers=headers) as answer:
        return answer.status


async def knows_itself(shop: Shop) -> None:
    """Wait until the bot has asked LINE for its own user id."""

    async def known() -> bool:
        return shop.app[CHANNEL].user_id is not None

    await until(known)


async def tell_line(shop: Shop, where: str, **order: Any) -> None:
    """Give the emulator an order, such as ``webhook`` or ``behaviour``."""
    async with shop.http.post(f"{shop.line_url}/_emulator/{where}", json=order) as response:
        assert response.status == 200, await response.text()


async def billed(shop: Shop) -> int:
    """Return what LINE bills this month; our own ledger must say the same."""
    async with shop.http.get(f"{shop.line_url}/_emulator/quota") as response:
        quota = await response.json()
    counted = await shop.sql(
        "SELECT COALESCE(sum(count), 0) FROM ledger WHERE voided_at IS NULL AND month = :month",
        month=quota["month"],
    )
    assert counted[0][0] == quota["used"]
    used: int = quota["used"]
    return used


async def metric(shop: Shop, name: str) -> float:
    """Read one number of ``/metrics``; 0 when it was never counted."""
    async with shop.http.get(f"{shop.bot_url}/metrics") as response:
        found = re.search(rf"^{re.escape(name)} (\S+)$", await response.text(), re.MULTILINE)
    return float(found[1]) if found else 0.0


# -- what a phone shows ---------------------------------------------------------------------------


def words_of(message: Json) -> str:
    """Return everything a message says, flex included."""
    return orjson.dumps(message).decode()


async def texts(phone: Phone) -> list[str]:
    """Return the texts the account sent; other messages by their alternative text."""
    return [seen.get("text") or seen["altText"] for seen in await phone.sees()]


async def menu_of(phone: Phone) -> str | None:
    """Return the key of the rich menu on the screen."""
    menu = await phone.menu()
    return None if menu is None else str(menu["name"]).split(":")[1]


async def member(shop: Shop, name: str) -> Phone:
    """A friend who has answered the survey and has a card."""
    phone = await shop.friend(name)
    await phone.postback(StartSurvey("welcome").encode())
    for question, value in (("found_us", "web"), ("visit_time", "noon")):
        await phone.postback(AnswerSurvey("welcome", WELCOME.version, question, value).encode())
    picker = AnswerSurvey("welcome", WELCOME.version, "birthday", "").encode()
    await phone.postback(picker, {"date": "1990-05-12"})
    await shop.settle()
    return phone


# -- routers --------------------------------------------------------------------------------------


def echo(*, pays: bool = False) -> Router:
    """A bot that answers every text with itself, and nothing else."""
    router = Router("echo")

    @router.message("text")
    async def say(ctx: Context) -> Answer:
        return Answer([text(ctx.event["message"]["text"])], pays=pays)

    @router.event("follow", "unfollow", "unsend")
    async def noted(_: Context) -> Messages:
        return []

    return Router("root", router)


def with_friends(router: Router) -> Router:
    """The same, with the real greeting and the real farewell."""
    return Router("root", follow.router, router)


# -- the command line -----------------------------------------------------------------------------


def environment(shop: Shop) -> dict[str, str]:
    """The settings of a shop, as its processes are given them."""
    settings = shop.app[SETTINGS]
    return {
        **os.environ,
        "LINE_CHANNEL_SECRET": settings.channel_secret,
        "LINE_CHANNEL_ACCESS_TOKEN": settings.channel_access_token,
        "LINE_API_BASE": settings.line_api_base,
        "DATABASE_URL": str(settings.database_url),
        "REDIS_URL": str(settings.redis_url),
        "SECRET_KEY": settings.secret_key,
        "PUBLIC_URL": settings.public_url,
        "ENISHI_DATA": str(settings.data),
    }


async def enishi(env: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, said.decode()


# -- a cable that can be cut ----------------------------------------------------------------------


class Cable:
    """A TCP connection to a server, until somebody trips over it."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._pipes: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_cut = False
        self.port = 0

    def cut(self) -> None:
        """Break every connection and let no new one through."""
        self.is_cut = True
        for pipe in list(self._pipes):
            pipe.transport.abort()

    def mend(self) -> None:
        """Let connections through again."""
        self.is_cut = False

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        upstream_reader, upstream = await asyncio.open_connection(*self._target)
        self._pipes |= {writer, upstream}
        try:
            await asyncio.gather(_pump(reader, upstream), _pump(upstream_reader, writer))
        finally:
            self._pipes -= {writer, upstream}

    @asynccontextmanager
    async def laid(self) -> AsyncIterator["Cable"]:
        """Listen on a port of its own."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(65_536):
            sink.write(chunk)
            await sink.drain()
    sink.transport.abort()
