"""What the emulated LINE and the database say at the end; the bot itself is not asked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bench.survive.crowd import WELCOME, Crowd, Friend
from bot.bench.survive.echo import event_of, tag_of
from bot.bench.survive.stage import Jump, Stage
from bot.inbox import dead


@dataclass(frozen=True, slots=True)
class Bubble:
    """The first bubble of an answer on a friend's phone."""

    event_id: str
    via: str
    billed: int
    call_id: str
    #: By LINE's clock, in milliseconds.
    at: int


@dataclass(frozen=True, slots=True)
class Row:
    """A call in the outbox."""

    id: int
    lane: str
    kind: str
    state: str
    via: str | None
    why: str
    error: str | None
    packed_into: int | None
    created_at: int
    settled_at: int | None
    owner: str | None
    lease_until: int | None
    #: Of one that expired.
    body: bytes | None

    @property
    def event_id(self) -> str:
        """The event that caused it."""
        return self.why.removeprefix("event:")

    @property
    def is_rest(self) -> bool:
        """Whether its front bubbles, the first of which names the event, left without it."""
        return self.body is not None and tag_of(self.event_id).encode() not in self.body


@dataclass(frozen=True, slots=True)
class Sending:
    """When an event left LINE first, and when the bot had it for certain; virtual milliseconds."""

    number: int
    occurred_at: int
    first_left_at: int
    accepted_at: int | None


@dataclass(slots=True)
class Records:
    """Everything the checks read."""

    friends: Sequence[Friend]
    jumps: Sequence[Jump]
    #: Answers by friend, in the order in which they arrived.
    timelines: dict[str, list[Bubble]] = field(default_factory=dict)
    #: By event.
    sendings: dict[str, Sending] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    #: When each event happened, by LINE's clock; also of those that never left.
    occurred: dict[str, int] = field(default_factory=dict)
    #: How often the database has each event.
    stored: dict[str, int] = field(default_factory=dict)
    open_events: Sequence[tuple[int, str]] = ()
    #: Dead letters as a person lists them, by event.
    dead: dict[str, str] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    #: Answers by event.
    answers: dict[str, list[Row]] = field(default_factory=dict)
    #: By outbox row: why it is off the bill; None: it stands.
    ledger: dict[int, str | None] = field(default_factory=dict)
    survey_done: set[str] = field(default_factory=set)
    #: By friend: friend, blocked or stranger.
    friendships: dict[str, str] = field(default_factory=dict)
    menu_ids: dict[str, str] = field(default_factory=dict)
    menus_shown: dict[str, str | None] = field(default_factory=dict)
    billed_by_line: int = 0

    def final(self, row: Row) -> Row:
        """Return the row in which a call left in the end."""
        while row.state == "packed" and row.packed_into in self.rows:
            row = self.rows[row.packed_into]
        return row


async def read(stage: Stage, crowd: Crowd) -> Records:
    """Read all of it."""
    records = Records(crowd.friends, stage.jumps)
    await _read_line(stage, records)
    engine = stage.engine()
    async with engine.connect() as connection:
        await _read_database(connection, records)
    await engine.dispose()
    return records


async def _read_line(stage: Stage, records: Records) -> None:
    for delivery in await stage.line.deliveries():
        _note_delivery(delivery, records)
    for friend in records.friends:
        records.timelines[friend.phone.user_id] = [
            Bubble(
                event_id,
                str(item["via"]),
                int(item["billed"]),
                str(item["callId"]),
                int(item["at"]),
            )
            for item in await friend.phone.timeline()
            if item["direction"] == "out"
            and (event_id := event_of((item["message"] or {}).get("text")))
        ]
        menu = await friend.phone.menu()
        records.menus_shown[friend.phone.user_id] = menu["richMenuId"] if menu else None
    records.billed_by_line = sum((await stage.line.get("quota"))["months"].values())


def _note_delivery(delivery: Mapping[str, Any], records: Records) -> None:
    attempts = delivery["attempts"]
    accepted = [a["at"] + a["latencyMs"] for a in attempts if a["reason"] is None]
    for position, event in enumerate(delivery["events"]):
        event_id = event["webhookEventId"]
        records.occurred[event_id] = event["timestamp"]
        if accepted:
            records.accepted.add(event_id)
        if not attempts or delivery["duplicate"] or event_id in records.sendings:
            continue
        records.sendings[event_id] = Sending(
            number=delivery["id"] * 1_000 + position,
            occurred_at=event["timestamp"],
            first_left_at=attempts[0]["at"],
            accepted_at=int(accepted[0]) + 1 if accepted else None,
        )


async def _read_database(connection: AsyncConnection, records: Records) -> None:
    async def rows(sql: str) -> Sequence[Any]:
        return (await connection.execute(text(sql))).all()

    records.stored = defaultdict(int)
    for (event_id,) in await rows("SELECT webhook_event_id FROM events"):
        records.stored[event_id.partition(".")[0]] += 1  # a point: stored as if it were another
    records.open_events = [(r[0], r[1]) for r in await rows("SELECT event_id, lane FROM inbox")]
    listed = {
        letter.event_id: letter.error for letter in await dead.newest(connection, limit=10**6)
    }
    named = {r[0]: r[1] for r in await rows("SELECT id, webhook_event_id FROM events")}
    records.dead = {named[number].partition(".")[0]: error for number, error in listed.items()}
    for row in await rows(
        "SELECT id, lane, kind, state, via, why, error, packed_into, created_at, settled_at, "
        "owner, lease_until, CASE WHEN state = 'expired' THEN body END FROM outbox ORDER BY id"
    ):
        records.rows[row[0]] = Row(*row)
    records.ledger = {r[0]: r[1] for r in await rows("SELECT outbox_id, void_reason FROM ledger")}
    records.friendships = {r[0]: r[1] for r in await rows("SELECT user_id, state FROM friends")}
    done = await rows(
        "SELECT f.user_id, p.survey FROM survey_progress p "
        "JOIN friends f ON f.id = p.friend_id WHERE p.state = 'done'"
    )
    records.survey_done = {r[0] for r in done if r[1] == WELCOME}
    records.menu_ids = {r[0]: r[1] for r in await rows("SELECT key, rich_menu_id FROM menus")}
    _group_answers(records)


def _group_answers(records: Records) -> None:
    """Find the rows that answer each event; a row that only carries others answers none."""
    carriers = {
        row.packed_into
        for row in records.rows.values()
        if row.packed_into in records.rows and records.rows[row.packed_into].why == row.why
    }
    for row in records.rows.values():
        if row.kind == "message" and row.id not in carriers:
            records.answers.setdefault(row.event_id, []).append(row)
