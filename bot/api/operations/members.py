"""Members: found, made, and tied to the customers of other systems."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from bot import keys
from bot.api import members, problems
from bot.api.call import Call, operation
from bot.api.members import MemberShown
from bot.api.problems import Problem
from bot.api.shapes import Given, Line, System, exactly_one
from bot.integrations.keys import Scope
from bot.membership import linking
from bot.membership.codes import Kind
from bot.membership.linking import Linked
from bot.membership.number import plain
from bot.membership.repository import MEMBERS
from bot.points.actor import Actor
from bot.store.batch import StaleRowError


class External(Given):
    """A customer of another system."""

    system: System
    id: Line

    @model_validator(mode="after")
    def _has_signs(self) -> Self:
        if not plain(self.id):  # of a card nothing else is kept
            raise ValueError("Give an id with more than spaces and hyphens")
        return self


class Lookup(Given):
    """What is known of a member: exactly one of these."""

    model_config = ConfigDict(
        json_schema_extra=exactly_one("number", "code", "external", "line_user_id")
    )

    number: Annotated[
        Line | None, Field(description="A member number, or that of an older card, as written.")
    ] = None
    code: Annotated[
        Line | None, Field(description="What was scanned or typed of the card's changing code.")
    ] = None
    external: External | None = None
    line_user_id: Annotated[str, StringConstraints(pattern=r"^U[0-9a-f]{32}$")] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len([value for _, value in self if value is not None]) != 1:
            raise ValueError("Give exactly one of number, code, external and line_user_id")
        return self


class NewMember(Given):
    """A member to be."""

    external: Annotated[
        External | None,
        Field(description="Who has it already is returned instead of a second member."),
    ] = None


@operation(
    "POST /members/lookup",
    scope=Scope.MEMBERS_READ,
    given=Lookup,
    shown=MemberShown,
    writes=False,
    kinds=(
        problems.NO_MEMBER,
        problems.STALE_CODE,
        problems.FORGED_CODE,
        problems.FOREIGN_CODE,
        problems.NOT_A_CODE,
        problems.TOO_MANY_TRIES,
    ),
)
async def find_member(call: Call, given: Lookup) -> MemberShown | Problem:
    """Find a member by number, by the changing code of the card, or by another system's id.

    Changes nothing, so it needs no Idempotency-Key. Twenty wrong codes of one key close codes to
    it for a quarter of an hour.
    """
    if given.code is not None:
        read = await members.read_code(call, given.code, Kind.MEMBER)
        if isinstance(read, Problem):
            return read
        return await members.shown(call, await members.by_number(call, read.handle))
    if given.number is not None:
        return await members.shown(call, await members.by_number(call, given.number))
    person_id = await _person(call, given)
    return await members.shown(call, await members.of_person(call, person_id))


@operation(
    "GET /members/{number}",
    scope=Scope.MEMBERS_READ,
    shown=MemberShown,
    kinds=(problems.NO_MEMBER,),
)
async def get_member(call: Call, _: None) -> MemberShown:
    """Return a member by number."""
    return await members.shown(call, await members.of_path(call))


@operation(
    "POST /members",
    scope=Scope.MEMBERS_WRITE,
    given=NewMember,
    shown=MemberShown,
    status=201,
)
async def add_member(call: Call, given: NewMember) -> MemberShown:
    """Make a member without LINE, or return the one whom the other system's id stands for.

    When the customer adds the account later and types the number, both become one.
    """
    unit, now = call.unit, call.now
    external = given.external
    person_id = None
    if external is not None:
        person_id = await linking.find_in(unit.connection, external.system, external.id)
    if person_id is None:
        person_id = call[keys.PEOPLE].create(unit, now=now).person_id
        unit.know_absent(MEMBERS, person_id)
    member = await call[keys.MEMBERSHIP].enrol(unit, person_id, now=now)
    if external is not None and await _link(call, person_id, external) is Linked.CONFLICT:
        raise StaleRowError  # another call linked it this moment: look again
    return await members.shown(call, member)


@operation(
    "POST /members/{number}/external-ids",
    scope=Scope.MEMBERS_WRITE,
    given=External,
    shown=MemberShown,
    kinds=(problems.NO_MEMBER, problems.CARD_CONFLICT),
)
async def link_member(call: Call, given: External) -> MemberShown | Problem:
    """Tie another system's id to a member, or the number of a plastic card (system: card).

    What is somebody else's already stays theirs: staff decide in the console.
    """
    member = await members.of_path(call)
    if await _link(call, member.person_id, given) is Linked.CONFLICT:
        return Problem(problems.CARD_CONFLICT)
    return await members.shown(call, member)


async def _link(call: Call, person_id: int, external: External) -> Linked:
    return await linking.link(
        call.unit,
        person_id,
        external.id,
        system=external.system,
        how="api",
        actor=Actor(device=call.device),
        now=call.now,
    )


async def _person(call: Call, given: Lookup) -> int | None:
    connection = call.unit.connection
    if given.external is not None:
        return await linking.find_in(connection, given.external.system, given.external.id)
    return await linking.find_user(connection, str(given.line_user_id))
