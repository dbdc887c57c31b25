"""Purchases: recorded with their points, and taken back with their share of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from bot import keys
from bot.api import members, problems
from bot.api.call import Call, operation
from bot.api.problems import Problem
from bot.api.shapes import (
    WHOLE,
    Given,
    Instant,
    Line,
    Number,
    Page,
    Reason,
    Shop,
    Shown,
    Yen,
)
from bot.integrations.keys import Scope
from bot.membership.repository import MEMBERS
from bot.purchases import repository
from bot.purchases.model import (
    ExternalIdReusedError,
    Item,
    NotReturnableError,
    Purchase,
    UnfitPurchaseError,
)

#: Clocks of tills may be fast.
AHEAD: Final = timedelta(minutes=5)
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_TEXT: Final = 200


class ItemGiven(Given):
    """One line of a bill."""

    sku: Line
    name: Annotated[str, Field(max_length=_TEXT, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    quantity: Annotated[int, Field(ge=1, le=100_000), WHOLE] = 1
    price_yen: Annotated[Yen, Field(description="Of one piece.")] = 0


class NewPurchase(Given):
    """A bill."""

    member: Number
    external_id: Annotated[
        Line, Field(description="The till's own number of the bill, unlike all others.")
    ]
    amount_yen: Annotated[Yen, Field(description="What points are given for.")]
    items: Annotated[tuple[ItemGiven, ...], Field(max_length=500)] = ()
    shop: Shop | None = None
    bought_at: Annotated[
        Instant | None, Field(description="Left out: now. At most five minutes ahead.")
    ] = None
    earns_points: bool = True


class Return(Given):
    """What comes back of a purchase."""

    yen: Annotated[
        Annotated[int, Field(ge=1, le=10_000_000), WHOLE] | None,
        Field(description="Left out: all that is left, and the purchase is cancelled."),
    ] = None
    items: Annotated[
        tuple[ItemGiven, ...],
        Field(max_length=500, description="Lines that come back, where not all of it does."),
    ] = ()
    reason: Reason
    shop: Shop | None = None


class PurchaseShown(Shown):
    """A purchase."""

    id: str
    external_id: str
    member: str | None
    amount_yen: int
    returned_yen: int
    bought_at: datetime
    cancelled_at: datetime | None
    shop: str | None
    points_change_id: str | None


class Recorded(Shown):
    """A purchase, and what it did."""

    purchase: PurchaseShown
    points_earned: int
    balance: int
    #: False: the till's number was known, and this is what it did the first time.
    is_new: bool


class Returned(Shown):
    """A purchase after a return."""

    purchase: PurchaseShown
    balance: int


class Purchases(Shown):
    """A part of a list of purchases, the newest in front."""

    purchases: list[PurchaseShown]
    next_cursor: str | None


class ByExternalId(Given):
    """Which purchase."""

    external_id: Line


@operation(
    "POST /purchases",
    scope=Scope.PURCHASES_WRITE,
    given=NewPurchase,
    shown=Recorded,
    status=201,
    kinds=(problems.NO_MEMBER, problems.ID_REUSED, problems.OTHER_SHOP),
)
async def record_purchase(call: Call, given: NewPurchase) -> Recorded:
    """Record what a member bought, and give the points for it.

    The till's number stands for one purchase for ever: sent again, it changes nothing.
    """
    actor = await call.actor(given.shop)
    bought_at = given.bought_at or call.now
    if not _EARLIEST <= bought_at <= call.now + AHEAD:
        raise problems.unfit("bought_at", "Give a time since 2000, at most five minutes ahead.")
    member = await members.by_number(call, given.member)
    try:
        recorded = await call[keys.PURCHASES].record(
            call.unit,
            member.person_id,
            external_id=given.external_id,
            amount_yen=given.amount_yen,
            items=_items(given.items),
            bought_at=bought_at,
            earns=given.earns_points,
            actor=actor,
            now=call.now,
        )
    except ExternalIdReusedError as error:
        raise Problem(problems.ID_REUSED, str(error)) from error
    except UnfitPurchaseError as error:
        field, _, mend = str(error).partition(": ")
        raise problems.unfit(field, mend) from error
    return Recorded(
        purchase=await _shown(call, recorded.purchase),
        points_earned=recorded.points,
        balance=await _balance(call, member.person_id),
        is_new=recorded.is_new,
    )


@operation(
    "GET /purchases",
    scope=Scope.PURCHASES_READ,
    given=ByExternalId,
    shown=PurchaseShown,
    kinds=(problems.OTHER_SHOP,),
)
async def find_purchase(call: Call, given: ByExternalId) -> PurchaseShown:
    """Return the purchase of a till's own number."""
    found = await repository.by_external_id(call.unit.connection, given.external_id)
    if found is None:
        raise Problem(problems.NOT_FOUND, "No purchase has this external_id.")
    call.require_shop(found.shop)
    return await _shown(call, found)


@operation(
    "GET /members/{number}/purchases",
    scope=Scope.PURCHASES_READ,
    given=Page,
    shown=Purchases,
    kinds=(problems.NO_MEMBER,),
)
async def list_purchases(call: Call, given: Page) -> Purchases:
    """List what a member bought, the last recorded in front, at the shops of the key."""
    member = await members.of_path(call)
    found = await repository.before(
        call.unit.connection,
        member.person_id,
        shops=sorted(call.key.shops),
        before=int(given.cursor) if given.cursor else 1 << 62,
        limit=given.limit + 1,
    )
    page = found[: given.limit]
    return Purchases(
        purchases=[await _shown(call, each) for each in page],
        next_cursor=str(page[-1].purchase_id) if len(found) > len(page) else None,
    )


@operation(
    "POST /purchases/{id}/returns",
    scope=Scope.PURCHASES_WRITE,
    given=Return,
    shown=Returned,
    status=201,
    kinds=(problems.NOT_RETURNABLE, problems.OTHER_SHOP),
)
async def return_purchase(call: Call, given: Return) -> Returned:
    """Take a purchase back, wholly or in part, with its share of the points."""
    actor = await call.actor(given.shop)
    purchase_id = int(call.path["id"])
    purchase = await repository.by_id(call.unit.connection, purchase_id)
    if purchase is None:
        raise Problem(problems.NOT_FOUND, "There is no such purchase.")
    call.require_shop(purchase.shop)
    try:
        after = await call[keys.PURCHASES].take_back(
            call.unit,
            purchase_id,
            yen=given.yen,
            items=_items(given.items),
            key=call.once,
            actor=actor,
            reason=given.reason,
            now=call.now,
        )
    except ExternalIdReusedError as error:  # its answer is forgotten, the return is not
        raise Problem(problems.KEY_REUSED) from error
    except NotReturnableError as error:
        raise Problem(problems.NOT_RETURNABLE, str(error)) from error
    return Returned(
        purchase=await _shown(call, after), balance=await _balance(call, after.person_id)
    )


def _items(given: Sequence[ItemGiven]) -> list[Item]:
    return [Item(each.sku, each.name, each.quantity, each.price_yen) for each in given]


async def _balance(call: Call, person_id: int) -> int:
    return (await call[keys.POINTS].balance(call.unit, person_id, now=call.now)).points


async def _shown(call: Call, purchase: Purchase) -> PurchaseShown:
    member = await call.unit.get(MEMBERS, purchase.person_id)
    change_id = purchase.points_change_id
    return PurchaseShown(
        id=str(purchase.purchase_id),
        external_id=purchase.external_id,
        member=None if member is None else member.number,
        amount_yen=purchase.amount_yen,
        returned_yen=purchase.returned_yen,
        bought_at=purchase.bought_at,
        cancelled_at=purchase.cancelled_at,
        shop=purchase.shop,
        points_change_id=None if change_id is None else str(change_id),
    )
