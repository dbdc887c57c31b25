"""Points: what a member has, and changes of it, each exactly once."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot import keys
from bot.api import members, problems
from bot.api.call import Call, operation
from bot.api.problems import Problem
from bot.api.shapes import WHOLE, Given, Page, Points, Reason, Shop, Shown
from bot.integrations.keys import Scope
from bot.membership.repository import MEMBERS
from bot.points import repository
from bot.points.model import (
    MOST_POINTS,
    AmountError,
    Change,
    KeyReusedError,
    Kind,
    NotEnoughPointsError,
    NotReversibleError,
    UnknownChangeError,
)


class Lot(Shown):
    """Points that came together and expire together."""

    points: int
    remaining: int
    earned_at: datetime
    expires_at: datetime | None


class BalanceShown(Shown):
    """What a member can spend."""

    points: int
    next_expires_at: datetime | None
    next_expiring: int
    #: Taken back, but spent before: what is earned next pays it first.
    owed: int
    #: What is left, in the order in which it is spent.
    lots: list[Lot]


class ChangeShown(Shown):
    """One line of a member's statement."""

    id: str
    kind: Kind
    member: str | None
    points: int
    balance_after: int
    reason: str
    #: The change that this one takes back.
    reverses: str | None
    shop: str | None
    at: datetime


class Changes(Shown):
    """A part of a statement, the newest in front."""

    changes: list[ChangeShown]
    next_cursor: str | None


class Amount(Given):
    """How many points, and why."""

    points: Points
    reason: Annotated[Reason, Field(description="The member reads it in their statement.")]
    shop: Shop | None = None


class Correction(Given):
    """How many points more, or less, and why."""

    points: Annotated[
        int,
        Field(
            ge=-MOST_POINTS,
            le=MOST_POINTS,
            description="Below nothing: taken away.",
            json_schema_extra={"not": {"const": 0}},
        ),
        WHOLE,
    ]
    reason: Reason
    shop: Shop | None = None


class Reversal(Given):
    """What is taken back of a change, and why."""

    points: Annotated[Points | None, Field(description="Left out: all that is left of it.")] = None
    reason: Reason
    shop: Shop | None = None


@operation(
    "GET /members/{number}/points",
    scope=Scope.POINTS_READ,
    shown=BalanceShown,
    kinds=(problems.NO_MEMBER,),
)
async def get_points(call: Call, _: None) -> BalanceShown:
    """Return a member's balance, what expires next, and the lots."""
    member = await members.of_path(call)
    balance = await call[keys.POINTS].balance(call.unit, member.person_id, now=call.now)
    lots = await repository.open_lots(call.unit.connection, member.person_id)
    return BalanceShown(
        points=balance.points,
        next_expires_at=balance.next_expires_at,
        next_expiring=balance.next_expiring,
        owed=balance.owed,
        lots=[
            Lot(
                points=lot.points,
                remaining=lot.remaining,
                earned_at=lot.earned_at,
                expires_at=lot.expires_at,
            )
            for lot in lots
        ],
    )


@operation(
    "GET /members/{number}/points/changes",
    scope=Scope.POINTS_READ,
    given=Page,
    shown=Changes,
    kinds=(problems.NO_MEMBER,),
)
async def list_changes(call: Call, given: Page) -> Changes:
    """List a member's statement, the newest in front."""
    member = await members.of_path(call)
    found = await call[keys.POINTS].history(
        call.unit,
        member.person_id,
        before=int(given.cursor) if given.cursor else 1 << 62,
        limit=given.limit + 1,
    )
    page = found[: given.limit]
    return Changes(
        changes=[_shown(each, member.number) for each in page],
        next_cursor=str(page[-1].change_id) if len(found) > len(page) else None,
    )


@operation(
    "POST /members/{number}/points/earn",
    scope=Scope.POINTS_WRITE,
    given=Amount,
    shown=ChangeShown,
    status=201,
    kinds=(problems.NO_MEMBER, problems.OTHER_SHOP),
)
async def earn_points(call: Call, given: Amount) -> ChangeShown:
    """Give points. For a bill, POST /purchases gives them by the rules."""
    member, actor = await members.of_path(call), await call.actor(given.shop)
    made = call[keys.POINTS].earn(
        call.unit,
        member.person_id,
        given.points,
        key=call.once,
        reason=given.reason,
        source="api",
        actor=actor,
        now=call.now,
    )
    return _shown(await _refusing(made), member.number)


@operation(
    "POST /members/{number}/points/spend",
    scope=Scope.POINTS_WRITE,
    given=Amount,
    shown=ChangeShown,
    status=201,
    kinds=(problems.NO_MEMBER, problems.NOT_ENOUGH_POINTS, problems.OTHER_SHOP),
)
async def spend_points(call: Call, given: Amount) -> ChangeShown:
    """Take points for something, those that expire first."""
    member, actor = await members.of_path(call), await call.actor(given.shop)
    made = call[keys.POINTS].spend(
        call.unit,
        member.person_id,
        given.points,
        key=call.once,
        reason=given.reason,
        source="api",
        actor=actor,
        now=call.now,
    )
    return _shown(await _refusing(made), member.number)


@operation(
    "POST /members/{number}/points/adjust",
    scope=Scope.POINTS_WRITE,
    given=Correction,
    shown=ChangeShown,
    status=201,
    kinds=(problems.NO_MEMBER, problems.NOT_ENOUGH_POINTS, problems.OTHER_SHOP),
)
async def adjust_points(call: Call, given: Correction) -> ChangeShown:
    """Correct a balance, up or down."""
    member, actor = await members.of_path(call), await call.actor(given.shop)
    made = call[keys.POINTS].adjust(
        call.unit,
        member.person_id,
        given.points,
        key=call.once,
        reason=given.reason,
        actor=actor,
        now=call.now,
    )
    return _shown(await _refusing(made), member.number)


@operation(
    "POST /points/changes/{id}/reverse",
    scope=Scope.POINTS_WRITE,
    given=Reversal,
    shown=ChangeShown,
    status=201,
    kinds=(problems.NOT_REVERSIBLE, problems.OTHER_SHOP),
)
async def reverse_points(call: Call, given: Reversal) -> ChangeShown:
    """Take back what was earned, spent or corrected, wholly or in part.

    Points of a purchase come back with the purchase: POST /purchases/{id}/returns.
    """
    actor = await call.actor(given.shop)
    try:
        change = await call[keys.POINTS].change(call.unit, int(call.path["id"]))
    except UnknownChangeError as error:
        raise Problem(problems.NOT_FOUND, "There is no such change.") from error
    call.require_shop(change.actor.shop)
    if change.source.startswith("purchase:"):
        raise Problem(
            problems.NOT_REVERSIBLE, "It is of a purchase: POST /purchases/{id}/returns does it."
        )
    made = call[keys.POINTS].reverse(
        call.unit,
        change.change_id,
        points=given.points,
        key=call.once,
        reason=given.reason,
        source="api",
        actor=actor,
        now=call.now,
    )
    after = await _refusing(made)
    member = await call.unit.get(MEMBERS, after.person_id)
    return _shown(after, None if member is None else member.number)


async def _refusing(made: Awaitable[Change]) -> Change:
    """Say what the rules of points refuse as a problem."""
    try:
        return await made
    except NotEnoughPointsError as error:
        raise Problem(
            problems.NOT_ENOUGH_POINTS, str(error), more={"balance": error.balance}
        ) from error
    except NotReversibleError as error:
        raise Problem(problems.NOT_REVERSIBLE, str(error)) from error
    except KeyReusedError as error:  # its answer is forgotten, the change is not
        raise Problem(problems.KEY_REUSED) from error
    except AmountError as error:
        raise problems.unfit("points", str(error)) from error


def _shown(change: Change, member: str | None) -> ChangeShown:
    return ChangeShown(
        id=str(change.change_id),
        kind=change.kind,
        member=member,
        points=change.points,
        balance_after=change.balance_after,
        reason=change.reason,
        reverses=None if change.reverses is None else str(change.reverses),
        shop=change.actor.shop,
        at=change.at,
    )
