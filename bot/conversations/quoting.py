"""Quoting: which message an answer, or a friend, points back to.

friend's message in a talk with staff -> talk_quotes (LINE's id and token)      older: its event
our answer, once LINE took it         -> talk_quotes
what the bot said                     -> the ids in the outbox, as long as that remembers

LINE's tokens do not expire. What friends say to the bot alone keeps its token as long as what LINE
sent is kept; nobody writes a row for each of them.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversations.model import ConversationError
from bot.conversations.recording import Body, is_of_staff
from bot.inbox.model import decode
from bot.line.answers import Answer
from bot.outbox.model import Call
from bot.store import batch
from bot.store.batch import Query
from bot.store.tables.conversations import talk_quotes

_log = structlog.get_logger(__name__)

#: Kinds that LINE gives a token for.
QUOTABLE: Final = frozenset({"text", "sticker", "image", "video"})
_LONGEST: Final = 80

_TOKEN: Final = Query(
    "SELECT q.token, e.payload FROM talk_messages m "
    "LEFT JOIN talk_quotes q ON q.message_id = m.id "
    "LEFT JOIN events e ON e.id = m.id AND m.author = 'friend' "
    "WHERE m.id = :id AND m.friend_id = :friend_id AND (m.state IS NULL OR m.state <> 'unsent') "
    "ORDER BY q.line_id LIMIT 1"
)
_HAVE_TOKENS: Final = Query(
    "SELECT message_id FROM talk_quotes WHERE message_id = ANY(:ids::bigint[]) "
    "UNION SELECT id FROM events WHERE id = ANY(:heard::bigint[]) AND payload IS NOT NULL"
)
_BY_LINE_ID: Final = Query(
    "SELECT line_id, message_id FROM talk_quotes WHERE line_id = ANY(:line_ids::text[]) "
    "UNION SELECT message_id, id FROM events WHERE message_id = ANY(:line_ids::text[]) "
    "AND message_id IS NOT NULL AND kind = 'message'"
)
_BY_TOKEN: Final = Query(
    "SELECT token, message_id FROM talk_quotes WHERE token = ANY(:tokens::text[])"
)
_SAID: Final = Query(
    "SELECT id, author, kind, text, state FROM talk_messages WHERE id = ANY(:ids::bigint[]) "
    "AND friend_id = :friend_id"
)
#: By way of the friend's messages: nothing else leads to calls by where their bubbles left.
_PACKED: Final = Query(
    "SELECT o.id, o.bubbles FROM talk_messages s JOIN talk_messages m "
    "ON m.friend_id = s.friend_id JOIN outbox o ON o.id = m.id "
    "WHERE s.id = :id AND m.author <> 'friend' AND o.packed_into = :id ORDER BY o.id"
)
#: What the outbox remembers of what the account said to a friend.
_SENT_AS: Final = Query(
    "SELECT o.id, o.bubbles, o.sent_as FROM talk_messages m JOIN outbox o ON o.id = m.id "
    "WHERE m.friend_id = :friend_id AND m.author <> 'friend' AND o.sent_as IS NOT NULL "
    "ORDER BY m.id DESC LIMIT :limit"
)
#: A quote further back is shown without its words.
_LOOKED_THROUGH: Final = 500


class NoQuoteError(ConversationError):
    """The message cannot be quoted: it was taken back, or its token is kept no longer."""

    code = "no_quote"


async def token_of(connection: AsyncConnection, friend_id: int, message_id: int) -> str:
    """Return what LINE wants for quoting a message of a talk.

    Raises:
        NoQuoteError: there is none.
    """
    rows = await _TOKEN.rows(connection, id=message_id, friend_id=friend_id)
    if rows and rows[0][0] is not None:
        return str(rows[0][0])
    content = decode(bytes(rows[0][1])).get("message") if rows and rows[0][1] else None
    token = content.get("quoteToken") if isinstance(content, dict) else None
    line_id = content.get("id") if isinstance(content, dict) else None
    if not isinstance(token, str) or not isinstance(line_id, str):
        raise NoQuoteError
    row = {"line_id": line_id, "message_id": message_id, "token": token}
    await batch.insert(connection, talk_quotes, [row], or_ignore=True)
    return token


async def quotable(
    connection: AsyncConnection, ids: Sequence[int], heard: Sequence[int]
) -> frozenset[int]:
    """Return which messages can be quoted.

    Args:
        connection: reads only.
        ids: of messages.
        heard: those of them that friends sent, of kinds that can be.
    """
    if not ids:
        return frozenset()
    rows = await _HAVE_TOKENS.rows(connection, ids=list(ids), heard=list(heard))
    return frozenset(row[0] for row in rows)


async def point_back(connection: AsyncConnection, friend_id: int, parts: Sequence[Body]) -> None:
    """Tell each bubble that quotes something what that was, as ``quoted``."""
    line_ids = {p["quotedMessageId"] for p in parts if isinstance(p.get("quotedMessageId"), str)}
    tokens = {p["quoteToken"] for p in parts if isinstance(p.get("quoteToken"), str)}
    if not line_ids and not tokens:
        return
    found: dict[str, int] = {}
    if line_ids:
        found |= _pairs(await _BY_LINE_ID.rows(connection, line_ids=sorted(line_ids)))
        if unknown := line_ids - found.keys():
            found |= await _said_by_bot(connection, friend_id, unknown)
    if tokens:
        found |= _pairs(await _BY_TOKEN.rows(connection, tokens=sorted(tokens)))
    said = await _SAID.rows(connection, ids=sorted(set(found.values())), friend_id=friend_id)
    by_id = {row[0]: _quoted(row) for row in said}
    for part in parts:
        key = part.get("quotedMessageId") or part.get("quoteToken")
        if key is not None:
            part["quoted"] = by_id.get(found.get(str(key), 0), {})


async def _said_by_bot(
    connection: AsyncConnection, friend_id: int, line_ids: Collection[str]
) -> dict[str, int]:
    """Return which message each of LINE's ids is of, for what the bot said on its own."""
    found: dict[str, int] = {}
    for call_id, bubbles, sent_as in await _SENT_AS.rows(
        connection, friend_id=friend_id, limit=_LOOKED_THROUGH
    ):
        ids = sent_as.split(",")
        if named := [line_id for line_id in ids if line_id in line_ids]:
            whose = await _whose(connection, call_id, bubbles)
            places = dict(zip(ids, whose, strict=False))
            found |= {line_id: places.get(line_id, call_id) for line_id in named}
    return found


async def _whose(connection: AsyncConnection, call_id: int, bubbles: int) -> list[int]:
    """Return which message each bubble of a call is of: its own, then those packed into it."""
    packed = await _PACKED.rows(connection, id=call_id)
    own = bubbles - sum(row[1] for row in packed)
    return [call_id] * own + [row[0] for row in packed for _ in range(row[1])]


class SentIds:
    """Keeps how LINE calls what staff said, so that it can be quoted and found when it is."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, call: Call, answer: Answer) -> None:
        """Keep the ids of a message that LINE took; never in the way of anything."""
        sent = answer.body.get("sentMessages") if is_of_staff(call.why) else None
        if not isinstance(sent, list):
            return
        try:
            async with self._engine.begin() as connection:
                whose = await _whose(connection, call.call_id, call.bubbles)
                rows = [
                    {"line_id": one["id"], "message_id": message_id, "token": one["quoteToken"]}
                    for message_id, one in zip(whose, sent, strict=False)
                    if isinstance(one.get("id"), str) and isinstance(one.get("quoteToken"), str)
                ]
                await batch.insert(connection, talk_quotes, rows, or_ignore=True)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            _log.warning("quotes.not_kept", error=type(error).__name__, outbox_id=call.call_id)


def _pairs(rows: Sequence[Any]) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in rows}


def _quoted(row: Sequence[Any]) -> Mapping[str, Any]:
    message_id, author, kind, text, state = row
    is_gone = state == "unsent"
    return {
        "id": message_id,
        "author": author,
        "kind": "unsent" if is_gone else kind,
        "text": "" if is_gone else (text or "")[:_LONGEST],
    }
