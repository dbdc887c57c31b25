"""The promises, each checked against the records."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.bench.survive.crowd import WELCOME, Friend
from bot.bench.survive.records import Records, Row, Sending
from bot.clock import utc_now
from bot.definitions.library import Library
from bot.menus.choosing import Choice, Chooser
from bot.outbox.model import KEEPS_FOR
from bot.outbox.repository import PATIENCE
from bot.segments.facts import Facts
from bot.surveys.engine import Progress, State

#: Acts of a friend that are always answered.
_ANSWERED: Final = frozenset({"text", "follow", "survey", "postback"})
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One promise, and where it was not kept."""

    name: str
    problems: tuple[str, ...]
    #: How much was looked at.
    looked_at: str

    @property
    def ok(self) -> bool:
        """Whether it was kept."""
        return not self.problems

    def lines(self) -> Iterator[str]:
        """Say it, with examples."""
        yield f"  {'ok   ' if self.ok else 'WRONG'}  {self.name} ({self.looked_at})"
        for problem in self.problems[:_SHOWN]:
            yield f"           {problem}"
        if len(self.problems) > _SHOWN:
            yield f"           … and {len(self.problems) - _SHOWN} more"


def accepted_is_stored(records: Records) -> Check:
    """What LINE was told had arrived is in the database."""
    problems = [
        f"event {event_id} was answered 200 and is not stored"
        for event_id in sorted(records.accepted - records.stored.keys())
    ]
    problems += [
        f"event {event_id} is stored {count} times"
        for event_id, count in records.stored.items()
        if count > 1
    ]
    known = {event_id for friend in records.friends for event_id in friend.events}
    problems += [
        f"event {event_id} is stored and LINE never sent it"
        for event_id in records.stored.keys() - known
    ]
    given_up = len(known - records.accepted)
    return Check(
        "every accepted event is stored once",
        tuple(problems),
        f"{len(records.accepted)} accepted, {given_up} given up by LINE",
    )


def handled_once(records: Records) -> Check:
    """Every stored event was handled, and once."""
    problems = [
        f"event row {number} of {lane} is still open" for number, lane in records.open_events
    ]
    doomed = {e for friend in records.friends for e in friend.events_of("doomed")}
    problems += [
        f"event {event_id} was given up: {error}"
        for event_id, error in records.dead.items()
        if event_id not in doomed
    ]
    problems += [
        f"event {event_id} fails for ever and is not listed among the dead letters"
        for event_id in sorted(doomed & records.stored.keys() - records.dead.keys())
        if not records.open_events
    ]
    for friend in records.friends:
        for event_id, kind in friend.events.items():
            count = len(records.answers.get(event_id, ()))
            if kind == "doomed" and count <= 1:
                continue  # an apology, if one was still free
            wanted = 1 if kind in _ANSWERED and event_id in records.stored else 0
            if count != wanted and not (count < wanted and records.open_events):
                problems.append(
                    f"{friend.name}: {kind} event {event_id} has {count} answers, not {wanted}"
                )
    return Check(
        "every stored event is handled exactly once",
        tuple(problems),
        f"{len(records.stored)} stored, {len(records.dead)} given up as they must be",
    )


def no_bubble_twice(records: Records) -> Check:
    """Nothing stands twice on a phone."""
    problems = []
    for friend in records.friends:
        bubbles = records.timelines[friend.phone.user_id]
        for event_id, count in Counter(b.event_id for b in bubbles).items():
            if count > 1:
                ways = ", ".join(b.via for b in bubbles if b.event_id == event_id)
                problems.append(f"{friend.name}: {count} answers to event {event_id} ({ways})")
    total = sum(map(len, records.timelines.values()))
    return Check("no bubble twice", tuple(problems), f"{total} answers on phones")


def nothing_lost(records: Records) -> Check:
    """What the outbox calls sent is on the phone, and what is not says why."""
    problems = []
    for friend in records.friends:
        there = {b.event_id for b in records.timelines[friend.phone.user_id]}
        for row in _answers_of(records, friend.events):
            final = records.final(row)
            if friend.events[row.event_id] == "doomed":
                continue  # an apology names no event
            if row.event_id in there or final.state == "uncertain":
                continue
            excused = friend.has_blocked and (
                final.state == "failed" or (final.state, final.via) == ("sent", "push")
            )
            if not excused and not (final.state == "expired" and _slept(records, final)):
                problems.append(f"{friend.name}: no answer to event {row.event_id}; {_row(final)}")
    return Check(
        "every answer arrived or says why not", tuple(problems), f"{len(records.answers)} answers"
    )


def _slept(records: Records, row: Row) -> bool:
    """Tell whether time passed over what an answer keeps for."""
    ended = row.settled_at or 0
    longest = KEEPS_FOR.total_seconds()
    return any(
        jump.seconds >= longest
        and row.created_at <= jump.at + jump.seconds * 1_000
        and ended >= jump.at
        for jump in records.jumps
    )


def unknown_is_shown(records: Records) -> Check:
    """What may have arrived is either known to have, or shown to staff as uncertain."""
    problems = []
    for friend in records.friends:
        there = {b.event_id for b in records.timelines[friend.phone.user_id]}
        for row in _answers_of(records, friend.events):
            final = records.final(row)
            is_told = final.state in {"sent", "uncertain"} or final.is_rest
            if row.event_id in there and not is_told:
                problems.append(f"{friend.name}: event {row.event_id} was answered; {_row(final)}")
    count = sum(row.state == "uncertain" for row in records.rows.values())
    return Check("every unknown outcome is shown as 要確認", tuple(problems), f"{count} uncertain")


def in_order(records: Records) -> Check:
    """A friend reads the answers in the order of what they did."""
    problems, pairs = [], 0
    for friend in records.friends:
        places = {b.event_id: n for n, b in enumerate(records.timelines[friend.phone.user_id])}
        events = [e for e in friend.events if e in places and e in records.sendings]
        for earlier, later in pairwise(events):
            if not _must_precede(records, earlier, later):
                continue
            pairs += 1
            if places[earlier] > places[later]:
                problems.append(
                    f"{friend.name}: event {later} was answered before {earlier}; "
                    f"{_rows(records, earlier)}; {_rows(records, later)}"
                )
    return Check("answers in order", tuple(problems), f"{pairs} pairs")


def _must_precede(records: Records, earlier: str, later: str) -> bool:
    """Tell whether the bot had the earlier event before LINE sent the later one.

    An answer that had to wait for the friend's next event, or was overtaken because it could
    not leave for long, has no place in the order any more.
    """
    one, other = records.sendings[earlier], records.sendings[later]
    waited = any(
        row.state == "packed"
        or (row.settled_at or 0) - row.created_at > PATIENCE.total_seconds() * 1_000
        for row in records.answers.get(earlier, ())
    )
    return not waited and _had_before(one, other, records)


def _had_before(one: Sending, other: Sending, records: Records) -> bool:
    accepted = one.accepted_at
    if accepted is None or accepted >= other.first_left_at:
        return False
    return not any(one.first_left_at <= jump.at <= accepted for jump in records.jumps)


def billed_is_counted(records: Records) -> Check:
    """LINE bills nothing that the ledger lacks, unless it never told us that a friend came back.

    Such a push met a block as far as anybody could know; of which return that is true, the
    emulated LINE's record of its webhooks says.
    """
    problems, billed, untold = [], 0, 0
    for friend in records.friends:
        for bubble in records.timelines[friend.phone.user_id]:
            if not bubble.billed:
                continue
            billed += bubble.billed
            rows = [records.final(row) for row in records.answers.get(bubble.event_id, ())]
            struck = {row.id: records.ledger[row.id] for row in rows if row.id in records.ledger}
            if None in struck.values():
                continue
            came = _return_before(records, friend, bubble.at)
            if struck and came is not None and not _was_told(records, came):
                untold += bubble.billed
            else:
                state = "; ".join(map(_row, rows))
                problems.append(
                    f"{friend.name}: the push for event {bubble.event_id} was billed and is not "
                    f"in the ledger, {', '.join(map(str, struck.values())) or 'nor ever was'}; "
                    f"{state}"
                )
    counted = sum(reason is None for reason in records.ledger.values())
    if records.billed_by_line - untold > counted:
        problems.append(f"LINE bills {records.billed_by_line}, the ledger has {counted}")
    return Check(
        "no billed send without a ledger row",
        tuple(problems),
        f"{records.billed_by_line} billed, {counted} counted, {untold} after returns never told",
    )


def _return_before(records: Records, friend: Friend, at: int) -> str | None:
    """Return the event by which a friend had come, or come back, to whom LINE billed a push."""
    came = [
        event_id
        for event_id in friend.events_of("follow")
        if event_id in records.occurred and records.occurred[event_id] <= at
    ]
    return came[-1] if came else None


def _was_told(records: Records, event_id: str) -> bool:
    """Tell whether an event reached us; the answer to a webhook that did may have been lost."""
    return event_id in records.accepted or event_id in records.stored


def menus_fit(records: Records) -> Check:
    """Every friend sees the menu of their segment, unless nobody told us that they came back."""
    problems, known, choice = [], 0, _choice()
    names = {rich_menu_id: key for key, rich_menu_id in records.menu_ids.items()}
    for friend in records.friends:
        if friend.is_blocking or not _was_told(records, friend.events_of("follow")[-1]):
            continue
        known += 1
        user_id = friend.phone.user_id
        wanted = choice.menu_of(_facts(is_done=user_id in records.survey_done))
        shown = records.menus_shown[user_id]
        if names.get(shown or "") != wanted:
            calls = "; ".join(
                _row(row)
                for row in records.rows.values()
                if row.kind == "menu" and row.lane.endswith(user_id)
            )
            problems.append(f"{friend.name} sees {names.get(shown or '')}, not {wanted}; {calls}")
    members = len(records.survey_done)
    return Check(
        "every friend's menu is their segment's",
        tuple(problems),
        f"{known} friends, {members} members",
    )


def _choice() -> Choice:
    sample = Library().contents
    return Chooser(sample.rules, sample.segments).at(utc_now())


def _facts(*, is_done: bool) -> Facts:
    done = Progress(survey=WELCOME, version=1, state=State.DONE, question=None)
    return Facts(
        attributes={},
        tags=(),
        state="friend",
        followed_at=None,
        menu=None,
        surveys={WELCOME: done} if is_done else {},
        is_member=is_done,
        is_linked=False,
    )


def friendships_fit(records: Records) -> Check:
    """Whoever blocks is known to block, and nobody else is taken for one."""
    problems, known = [], 0
    for friend in records.friends:
        if not _was_told(records, _turns(friend)[-1]):
            continue  # nobody told us
        known += 1
        wanted = "blocked" if friend.is_blocking else "friend"
        found = records.friendships.get(friend.phone.user_id)
        if found != wanted:
            problems.append(f"{friend.name} is a {wanted} and stands as {found}")
    return Check("every friendship is as LINE has it", tuple(problems), f"{known} friends")


def no_orphan_lease(records: Records) -> Check:
    """Nobody holds a call, and none waits."""
    problems = [
        f"{_row(row)} of {row.lane} is held by {row.owner}"
        for row in records.rows.values()
        if row.owner is not None or row.lease_until is not None
    ]
    problems += [
        f"{_row(row)} of {row.lane} still waits"
        for row in records.rows.values()
        if row.state in {"waiting", "sending", "parked"} and row.owner is None
    ]
    return Check("no orphan lease", tuple(problems), f"{len(records.rows)} outbox rows")


def _turns(friend: Friend) -> list[str]:
    """Return the events by which a friend came, blocked and came back."""
    return [e for e, kind in friend.events.items() if kind in {"follow", "unfollow"}]


def _answers_of(records: Records, events: dict[str, str]) -> Iterator[Row]:
    for event_id in events:
        yield from records.answers.get(event_id, ())


def _rows(records: Records, event_id: str) -> str:
    return "; ".join(map(_row, records.answers.get(event_id, ())))


def _row(row: Row) -> str:
    error = f" ({row.error})" if row.error else ""
    return f"outbox row {row.id} {row.state} via {row.via}{error}"


ALL: Final[tuple[Callable[[Records], Check], ...]] = (
    accepted_is_stored,
    handled_once,
    no_bubble_twice,
    nothing_lost,
    unknown_is_shown,
    in_order,
    billed_is_counted,
    menus_fit,
    friendships_fit,
    no_orphan_lease,
)
