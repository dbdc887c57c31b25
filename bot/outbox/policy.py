"""What to do with a call next, and what LINE's answer means for it. Pure: no I/O, no clock.

    route(call, now) -> Route -> (dispatcher calls LINE) -> verdict(call, route, answer, now)

Free before paid, and never twice: a reply token works once, so a token that LINE calls invalid
after an attempt with an unknown outcome was used by that attempt, if it was surely not too old:
else nobody knows, and a person is asked. A push is repeated with its own
retry key only. A reply whose outcome stays unknown is shown to a person and never becomes a push.
The states are drawn in ARCHITECTURE.md.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from bot.line.answers import Answer, Outcome
from bot.line.limits import RETRY_KEY_SECONDS
from bot.outbox.model import Call, Kind, State, Via

#: A token is not tried in its last moments: LINE counts its minute from its own clock.
TOKEN_MARGIN: Final = timedelta(seconds=3)
#: LINE forgets a retry key after a day; what is unknown a little before that stays unknown.
KEY_LIFE: Final = timedelta(seconds=RETRY_KEY_SECONDS) - timedelta(minutes=5)
#: How often a call is tried again while LINE takes nothing from this channel.
PARKED_FOR: Final = timedelta(minutes=15)

_UNKNOWN: Final = "the outcome of the last attempt is unknown, and it cannot be repeated safely"
_QUICK: Final = (0.2, 0.5, 1.0, 2.0, 4.0)
_LONGEST: Final = 300.0


class Route(StrEnum):
    """How a call goes on from here."""

    REPLY = "reply"
    PUSH = "push"
    REQUEST = "request"  # not a message: may simply be repeated
    HOLD = "hold"
    EXPIRE = "expire"
    ASK = "ask"  # 要確認


@dataclass(frozen=True, slots=True)
class Verdict:
    """A call after an attempt, and how long it waits before the next one."""

    call: Call
    wait: float = 0.0
    status: int | None = None
    request_id: str | None = None
    error: str | None = None
    #: The whole channel is in trouble, not this call: slow down, or tell a person.
    trouble: Outcome | None = None
    #: Of a message that LINE took: LINE's ids of its bubbles, with commas between them.
    sent_as: str | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the dispatcher is through with the call, for now or for good."""
        return self.call.state is not State.SENDING


def token_lives(call: Call, now: datetime) -> bool:
    """Whether a reply with the call's token can be expected to work."""
    until = call.reply_until
    return call.reply_token is not None and until is not None and now < until - TOKEN_MARGIN


def route(call: Call, now: datetime) -> Route:
    """Choose the cheapest way that cannot send twice."""
    if call.kind is not Kind.MESSAGE:
        return Route.EXPIRE if now >= call.expires_at else Route.REQUEST
    if call.via is Via.PUSH:
        return _repeat_push(call, now)
    if token_lives(call, now):
        return Route.REPLY
    if call.doubtful:
        return Route.ASK
    if now >= call.expires_at:
        return Route.EXPIRE
    return Route.PUSH if call.pays else Route.HOLD


def _repeat_push(call: Call, now: datetime) -> Route:
    if call.doubtful:
        started = call.pushed_at or call.created_at
        return Route.PUSH if now < started + KEY_LIFE else Route.ASK
    return Route.EXPIRE if now >= call.expires_at else Route.PUSH


def without_sending(call: Call, way: Route) -> Verdict:
    """Settle a call that is not sent now."""
    match way:
        case Route.HOLD:
            return Verdict(replace(call, state=State.HELD, reply_token=None, reply_until=None))
        case Route.ASK:
            return Verdict(replace(call, state=State.UNCERTAIN), error=_UNKNOWN)
        case _:
            return Verdict(
                replace(call, state=State.EXPIRED), error="nothing could be sent in time"
            )


def needs_proof(call: Call, way: Route, answer: Answer) -> bool:
    """Whether an answer means something else by whether the token was still alive."""
    refused = way is Route.REPLY and answer.outcome is Outcome.REFUSED
    return refused and call.doubtful and _means_token(answer)


def verdict(
    call: Call,
    way: Route,
    answer: Answer,
    now: datetime,
    *,
    surely_until: datetime | None = None,
) -> Verdict:
    """Say what an answer of LINE means for the call.

    Args:
        call: as it was before the attempt.
        way: how it was tried.
        answer: what LINE said.
        now: when LINE had said it.
        surely_until: where proof is needed, until when the token lived for certain.
    """
    was_alive = surely_until is not None and now < surely_until - TOKEN_MARGIN
    call, wait, error = _judge(call, way, answer, now, was_alive=was_alive)
    trouble = answer.outcome if answer.outcome in _CHANNEL_TROUBLE else None
    return Verdict(
        call,
        wait=wait,
        status=answer.status,
        request_id=answer.request_id,
        error=error,
        trouble=trouble,
        sent_as=_ids(answer) if call.state is State.SENT and call.kind is Kind.MESSAGE else None,
    )


def _ids(answer: Answer) -> str | None:
    sent = answer.body.get("sentMessages")
    if not isinstance(sent, list):
        return None  # DUPLICATE: LINE named them when it took the message
    ids = [one.get("id") for one in sent if isinstance(one, dict)]
    return ",".join([each for each in ids if isinstance(each, str)]) or None


_CHANNEL_TROUBLE: Final = frozenset(
    {Outcome.RATE_LIMITED, Outcome.MONTH_LIMITED, Outcome.UNAUTHORIZED}
)


def _judge(
    call: Call, way: Route, answer: Answer, now: datetime, *, was_alive: bool
) -> tuple[Call, float, str | None]:
    if answer.outcome is Outcome.DONE:  # nearly always: one copy of the call is enough
        return _sent(call, way, call.attempts + 1), 0.0, None
    call = replace(call, attempts=call.attempts + 1)
    match answer.outcome:
        case Outcome.DONE | Outcome.DUPLICATE:
            return _sent(call, way, call.attempts), 0.0, None
        case Outcome.REFUSED:
            return _refused(call, way, answer, was_alive=was_alive)
        case Outcome.UNKNOWN:
            return replace(call, doubtful=True), backoff(call.attempts), answer.message
        case Outcome.MONTH_LIMITED | Outcome.UNAUTHORIZED:
            return _channel_closed(call, way, answer, now)
        case Outcome.RATE_LIMITED | Outcome.UNREACHABLE:
            wait = max(answer.retry_after or 0.0, backoff(call.attempts))
            return call, wait, answer.message


def _sent(call: Call, way: Route, attempts: int) -> Call:
    via = Via.REPLY if way is Route.REPLY else call.via
    return replace(call, state=State.SENT, via=via, attempts=attempts)


def _channel_closed(
    call: Call, way: Route, answer: Answer, now: datetime
) -> tuple[Call, float, str | None]:
    """LINE takes nothing from this channel now; that is not the message's fault."""
    if way is Route.REPLY and token_lives(call, now):
        return call, max(1.0, backoff(call.attempts)), answer.message
    # Off the bill until it is tried again, unless an earlier attempt may have arrived.
    via = call.via if call.doubtful else None
    parked = replace(call, state=State.PARKED, via=via, due_at=now + PARKED_FOR)
    return parked, 0.0, answer.message


def _refused(
    call: Call, way: Route, answer: Answer, *, was_alive: bool
) -> tuple[Call, float, str | None]:
    if way is Route.REPLY and _means_token(answer):
        if not call.doubtful:
            return call.with_token(None, None), 0.0, "the reply token no longer works"
        if was_alive:
            return _sent(call, way, call.attempts), 0.0, None
        return replace(call, state=State.UNCERTAIN), 0.0, _UNKNOWN
    if call.doubtful and call.kind is Kind.MESSAGE and not _means_words(answer):
        return replace(call, state=State.UNCERTAIN), 0.0, answer.message
    return replace(call, state=State.FAILED), 0.0, answer.message


# LINE says that its words may change: a refused message names details, a refused token none.


def _means_token(answer: Answer) -> bool:
    return answer.status == HTTPStatus.BAD_REQUEST and not answer.body.get("details")


def _means_words(answer: Answer) -> bool:
    # The same bytes were refused before, too: an earlier attempt cannot have arrived.
    return answer.status == HTTPStatus.BAD_REQUEST and bool(answer.body.get("details"))


def backoff(attempts: int) -> float:
    """Return how many seconds to wait after so many attempts."""
    if attempts <= len(_QUICK):
        return _QUICK[max(0, attempts - 1)]
    return min(_LONGEST, _QUICK[-1] * 2.0 ** (attempts - len(_QUICK)))
