"""Members as the API finds and shows them."""

import math
from datetime import datetime
from typing import Final

from bot import keys
from bot.api import problems
from bot.api.call import Call
from bot.api.problems import Problem
from bot.api.shapes import Shown
from bot.coupons import locks
from bot.membership import linking
from bot.membership.codes import (
    MARK,
    CodeError,
    ForeignCodeError,
    ForgedCodeError,
    Kind,
    Read,
    StaleCodeError,
)
from bot.membership.number import MemberNumber, MemberNumberError, NotDigitsError, NotInStoreError
from bot.membership.repository import MEMBERS, Member
from bot.store.batch import Query

#: Wrong typed codes of one key before it rests for a quarter of an hour.
TRIES: Final = 20
_IS_FRIEND: Final = Query(
    "SELECT 1 FROM friends WHERE person_id = :person_id AND state = 'friend' LIMIT 1"
)


class ExternalId(Shown):
    """A number that another system knows a member by."""

    system: str
    id: str


class RankShown(Shown):
    """A member's rank."""

    key: str
    name: str


class MemberShown(Shown):
    """A member."""

    number: str
    joined_at: datetime
    rank: RankShown
    external_ids: list[ExternalId]
    #: Whether a message of the account can reach them now.
    is_friend: bool


async def by_number(call: Call, number: str) -> Member:
    """Return the member of a member number, or of an older card.

    Raises:
        Problem: there is none.
    """
    person_id = await linking.find(call.unit.connection, number)
    return await of_person(call, person_id, _why_not(number))


async def of_path(call: Call) -> Member:
    """Return the member whom the path names."""
    return await by_number(call, call.path["number"])


async def of_person(call: Call, person_id: int | None, detail: str = "") -> Member:
    """Return the member that a person is.

    Raises:
        Problem: they are none.
    """
    if person_id is not None:
        member = await call.unit.get(MEMBERS, person_id)
        if member is not None:
            return member
    raise Problem(problems.NO_MEMBER, detail)


async def shown(call: Call, member: Member) -> MemberShown:
    """Show a member."""
    connection = call.unit.connection
    rank = (await call[keys.RANKS].of(call.unit, member.person_id)).rank
    numbers = await linking.numbers(connection, member.person_id)
    return MemberShown(
        number=member.number,
        joined_at=member.joined_at,
        rank=RankShown(key=rank.key, name=rank.name),
        external_ids=[ExternalId(system=system, id=number) for system, number in numbers],
        is_friend=bool(await _IS_FRIEND.rows(connection, person_id=member.person_id)),
    )


async def read_code(call: Call, text: str, kind: Kind) -> Read | Problem:
    """Read a code that changes every 30 seconds.

    Six typed digits can be guessed, so wrong ones are counted, and the count must stay: they are
    answers and no exceptions. Nobody guesses the signature of a scanned one.
    """
    name, connection = f"code:{call.device}", call.unit.connection
    is_typed = not text.strip().upper().startswith(f"{MARK}.")
    if is_typed and (until := await locks.closed_until(connection, name, now=call.now)):
        return _resting(until, call.now)
    try:
        read = call[keys.CODES].read(text, now=call.now)
    except ForgedCodeError:
        if is_typed:
            tried = await locks.attempt(connection, name, most=TRIES, now=call.now)
            if tried.locked_until is not None:
                return _resting(tried.locked_until, call.now)
        return Problem(problems.FORGED_CODE)
    except CodeError as error:
        return _refusal(error)
    return read if read.kind is kind else Problem(problems.NOT_A_CODE)


def _resting(until: datetime, now: datetime) -> Problem:
    wait = math.ceil((until - now).total_seconds())
    return Problem(problems.TOO_MANY_TRIES, headers={"Retry-After": str(wait)})


def _refusal(error: CodeError) -> Problem:
    match error:
        case StaleCodeError():
            shown_at = error.shown_at.isoformat()
            return Problem(
                problems.STALE_CODE, f"It was shown at {shown_at}.", more={"shown_at": shown_at}
            )
        case ForeignCodeError():
            return Problem(problems.FOREIGN_CODE)
        case _:
            return Problem(problems.NOT_A_CODE)


def _why_not(number: str) -> str:
    """Say what is wrong with a number that nobody has."""
    try:
        MemberNumber.parse(number)
    except (NotDigitsError, NotInStoreError):
        return ""
    except MemberNumberError as error:
        return f"Of this number {error}."
    return ""
