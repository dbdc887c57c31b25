"""The diagram of a received event shows what becomes of events, watched in a running bot."""

from itertools import pairwise
from pathlib import Path

from sqlalchemy import text

from bot.inbox import dead
from bot.inbox.repository import RETRY_AFTER
from bot.line import messages
from bot.resources import ENGINE
from bot.routing import Context, Messages, Router
from tests.project.diagrams import edges
from tests.support import Shop, open_shop

LONGEST_REST = max(RETRY_AFTER).total_seconds()
STATE = (
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM dead_letters WHERE event_id = e.id) THEN 'dead' "
    "WHEN i.event_id IS NULL THEN 'handled' WHEN i.attempts > 0 THEN 'resting' ELSE 'waiting' END "
    "FROM events e LEFT JOIN inbox i ON i.event_id = e.id WHERE e.kind = 'message'"
)


class Bot:
    """A handler that fails as often as asked, and notes where its event stands meanwhile."""

    def __init__(self, *, failures: int = 0, answer: str = "hello") -> None:
        self.shop: Shop | None = None
        self.failures = failures
        self.answer = answer
        self.seen: list[str] = []
        self.router = Router("test")
        self.router.message("*")(self.answers)

    async def answers(self, ctx: Context) -> Messages:
        # In the worker's own transaction: SQLite has no room for another one meanwhile.
        self.seen.append(str(await ctx.unit.connection.scalar(text(STATE))))
        if self.failures:
            self.failures -= 1
            raise ArithmeticError
        return [messages.text(self.answer)] if self.answer else [{"type": "text", "text": ""}]

    async def look(self) -> None:
        assert self.shop is not None
        ((state,),) = await self.shop.sql(STATE)
        self.seen.append(state)

    async def replay(self) -> None:
        assert self.shop is not None
        async with self.shop.app[ENGINE].begin() as connection:
            await dead.replay(connection, None)
            self.seen.append(str(await connection.scalar(text(STATE))))


async def watched(bot: Bot, shop: Shop) -> set[tuple[str, str]]:
    """Send one text, let the bot try until it is through, and return where the event went."""
    bot.shop = shop
    mei = await shop.friend("Mei")
    await mei.says("hello")
    for _ in range(len(RETRY_AFTER) + 1):
        await shop.settle()
        await bot.look()
        if bot.seen[-1] in {"handled", "dead"}:
            break
        bot.seen.pop()
        await shop.advance(LONGEST_REST)
        await shop.work()
    if bot.seen[-1] == "dead":
        await bot.replay()
    return set(pairwise(bot.seen))


async def test_the_diagram_of_a_received_event_is_what_becomes_of_it(
    sqlite_url: str, redis_url: str, tmp_path: Path
) -> None:
    found = set()
    url = Path(sqlite_url.partition("///")[2])
    empty = url.read_bytes()
    always = len(RETRY_AFTER) + 1
    for bot in (Bot(), Bot(failures=1), Bot(failures=always), Bot(answer="")):
        url.write_bytes(empty)
        async with open_shop(sqlite_url, redis_url, tmp_path, root=bot.router) as shop:
            found |= await watched(bot, shop)
    drawn = {(edge.source, edge.target) for edge in edges("Received event")}
    assert drawn == found | {("[*]", "waiting"), ("handled", "[*]")}
