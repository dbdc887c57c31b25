"""Coupons: looked at, used exactly once, and taken back for five minutes."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from bot import keys
from bot.api import members, problems
from bot.api.call import Call, operation
from bot.api.problems import Problem
from bot.api.shapes import Given, Line, Reason, Shop, Shown, exactly_one
from bot.coupons import redeeming, repository, words
from bot.coupons.campaign import Campaign
from bot.coupons.model import (
    AlreadyUsedError,
    Coupon,
    ExpiredError,
    KeyReusedError,
    NotYetError,
    Redemption,
    Stage,
    UndoError,
    UnknownCampaignError,
)
from bot.coupons.numbers import read_serial
from bot.coupons.value import Value
from bot.integrations.keys import Scope
from bot.membership.codes import Kind
from bot.membership.repository import MEMBERS

#: How the record says that a use came over the API.
HOW = "api"


class CouponWanted(Given):
    """What is known of a coupon: exactly one of code, number and serial."""

    model_config = ConfigDict(
        json_schema_extra=exactly_one("code", "number", "serial")
        | {
            "if": {
                "required": ["campaign"],
                "properties": {"campaign": {"not": {"type": "null"}}},
            },
            "then": {
                "required": ["serial"],
                "properties": {"serial": {"not": {"type": "null"}}},
            },
        }
    )

    code: Annotated[
        Line | None, Field(description="What was scanned or typed of the coupon's screen.")
    ] = None
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")] | None = None
    serial: Annotated[Line | None, Field(description="A serial code, as it is written.")] = None
    campaign: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$",
            description="Only beside a serial that several campaigns have.",
        ),
    ] = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len([v for v in (self.code, self.number, self.serial) if v is not None]) != 1:
            raise ValueError("Give exactly one of code, number and serial")
        if self.campaign is not None and self.serial is None:
            raise ValueError("Leave campaign out where there is no serial")
        return self


class Use(CouponWanted):
    """Which coupon is used, and where."""

    shop: Shop | None = None


class Undo(Given):
    """Why a use is taken back."""

    reason: Reason


class RedemptionShown(Shown):
    """One use of one coupon."""

    id: str
    coupon: str
    campaign: str
    #: code, pin or api.
    how: str
    shop: str | None
    at: datetime
    undone_at: datetime | None


class CouponShown(Shown):
    """A coupon, and what it is good for."""

    number: str
    member: str | None
    campaign: str
    title: str
    #: What it gives, in words.
    worth: str
    value: Value
    terms: str
    stage: Stage
    #: None: again and again.
    uses_left: int | None
    stackable: bool
    serial: str | None
    valid_from: datetime
    valid_until: datetime | None
    #: Uses that stand, the first in front.
    redemptions: list[RedemptionShown]


class Coupons(Shown):
    """Coupons that can be used now or soon; what ends first stands in front."""

    coupons: list[CouponShown]


_CODES = (
    problems.STALE_CODE,
    problems.FORGED_CODE,
    problems.FOREIGN_CODE,
    problems.NOT_A_CODE,
    problems.TOO_MANY_TRIES,
)


@operation(
    "POST /coupons/check",
    scope=Scope.COUPONS_READ,
    given=CouponWanted,
    shown=CouponShown,
    writes=False,
    kinds=_CODES,
)
async def check_coupon(call: Call, given: CouponWanted) -> CouponShown | Problem:
    """Look at the coupon of a code, a number or a serial; nothing is used.

    Changes nothing, so it needs no Idempotency-Key. Twenty wrong typed codes of one key close
    typed codes to it for a quarter of an hour.
    """
    coupon = await _wanted(call, given)
    return coupon if isinstance(coupon, Problem) else await _shown(call, coupon)


@operation(
    "GET /members/{number}/coupons",
    scope=Scope.COUPONS_READ,
    shown=Coupons,
    kinds=(problems.NO_MEMBER,),
)
async def list_coupons(call: Call, _: None) -> Coupons:
    """List the coupons that a member can use now or soon."""
    member = await members.of_path(call)
    held = await call[keys.COUPONS].held_with_campaigns(call.unit, member.person_id, now=call.now)
    return Coupons(coupons=[await _shown(call, coupon) for coupon, _ in held])


@operation(
    "POST /coupons/redeem",
    scope=Scope.COUPONS_REDEEM,
    given=Use,
    shown=RedemptionShown,
    status=201,
    kinds=(
        *_CODES,
        problems.ALREADY_USED,
        problems.NOT_YET,
        problems.EXPIRED,
        problems.OTHER_SHOP,
    ),
)
async def redeem_coupon(call: Call, given: Use) -> RedemptionShown | Problem:
    """Use a coupon; of all who try at once one gets it, the others learn who did and when.

    The owner gets a receipt in the talk at the next free chance.
    """
    actor = await call.actor(given.shop)
    coupon = await _wanted(call, given)
    if isinstance(coupon, Problem):
        return coupon
    try:
        redemption = await call[keys.COUNTER].use(
            call.unit, coupon.coupon_id, key=call.once, how=HOW, actor=actor, now=call.now
        )
    except AlreadyUsedError as error:
        raise _used(error.redemption) from error
    except NotYetError as error:
        more = {"valid_from": coupon.valid_from.isoformat()}
        raise Problem(problems.NOT_YET, str(error), more=more) from error
    except ExpiredError as error:
        until = coupon.valid_until
        more = {} if until is None else {"valid_until": until.isoformat()}
        raise Problem(problems.EXPIRED, str(error), more=more) from error
    except KeyReusedError as error:  # its answer is forgotten, the use is not
        raise Problem(problems.KEY_REUSED) from error
    return _use(redemption, coupon)


@operation(
    "POST /redemptions/{id}/undo",
    scope=Scope.COUPONS_REDEEM,
    given=Undo,
    shown=RedemptionShown,
    kinds=(problems.NOT_UNDOABLE, problems.OTHER_SHOP),
)
async def undo_redemption(call: Call, given: Undo) -> RedemptionShown:
    """Take a use back that came over the API, within five minutes; the coupon is good again."""
    redemption_id = int(call.path["id"])
    found = await redeeming.find(call.unit.connection, redemption_id)
    if found is None:
        raise Problem(problems.NOT_FOUND, "There is no such redemption.")
    call.require_shop(found.actor.shop)
    if found.how != HOW:
        raise Problem(problems.NOT_UNDOABLE, "Staff did this; they take it back at the till.")
    try:
        undone = await call[keys.COUNTER].undo(
            call.unit,
            redemption_id,
            reason=given.reason,
            actor=await call.actor(found.actor.shop),
            now=call.now,
        )
    except UndoError as error:
        raise Problem(problems.NOT_UNDOABLE, str(error)) from error
    coupon = await repository.by_id(call.unit.connection, undone.coupon_id)
    return _use(undone, coupon)


async def _wanted(call: Call, given: CouponWanted) -> Coupon | Problem:
    connection = call.unit.connection
    if given.serial is not None:
        return await _of_serial(call, given.serial, given.campaign or "")
    number = given.number
    if given.code is not None:
        read = await members.read_code(call, given.code, Kind.COUPON)
        if isinstance(read, Problem):
            return read
        number = read.handle
    coupon = await repository.by_number(connection, str(number))
    return coupon or Problem(problems.NOT_FOUND, "There is no such coupon.")


async def _of_serial(call: Call, serial: str, campaign: str) -> Coupon | Problem:
    found: list[Coupon] = []
    for written in dict.fromkeys((serial.strip(), read_serial(serial) or serial.strip())):
        found += await repository.by_serial(call.unit.connection, written, campaign=campaign)
    if len(found) > 1:
        raise problems.unfit("campaign", "Several campaigns have this serial; name the campaign.")
    return found[0] if found else Problem(problems.NOT_FOUND, "Nobody has a coupon of it.")


async def _shown(call: Call, coupon: Coupon) -> CouponShown:
    connection = call.unit.connection
    try:
        campaign: Campaign = await call[keys.COUPONS].campaigns.find(connection, coupon.campaign)
    except UnknownCampaignError as error:
        raise Problem(problems.NOT_FOUND, "The coupon's campaign was deleted.") from error
    member = await call.unit.get(MEMBERS, coupon.person_id)
    value = words.value_of(campaign, coupon.prize)
    standing = await redeeming.of_coupon(connection, coupon.coupon_id)
    return CouponShown(
        number=coupon.number,
        member=None if member is None else member.number,
        campaign=coupon.campaign,
        title=words.title_of(campaign, coupon.prize),
        worth=words.worth(call[keys.WALLET], value),
        value=value,
        terms=campaign.terms,
        stage=coupon.stage(call.now),
        uses_left=coupon.uses_left,
        stackable=campaign.stackable,
        serial=coupon.serial,
        valid_from=coupon.valid_from,
        valid_until=coupon.valid_until,
        redemptions=[_use(each, coupon) for each in standing],
    )


def _use(redemption: Redemption, coupon: Coupon | None) -> RedemptionShown:
    return RedemptionShown(
        id=str(redemption.redemption_id),
        coupon="" if coupon is None else coupon.number,
        campaign=redemption.campaign,
        how=redemption.how,
        shop=redemption.actor.shop,
        at=redemption.at,
        undone_at=redemption.undone_at,
    )


def _used(redemption: Redemption) -> Problem:
    more = {
        "used_at": redemption.at.isoformat(),
        "used_shop": redemption.actor.shop,
        "used_how": redemption.how,
        "redemption": str(redemption.redemption_id),
    }
    return Problem(problems.ALREADY_USED, _words(redemption), more=more)


def _words(redemption: Redemption) -> str:
    where = f" at {redemption.actor.shop}" if redemption.actor.shop else ""
    return f"It was used at {redemption.at:%Y-%m-%d %H:%M:%S} UTC{where}."
