"""What can be done with staff: add, invite, change, reset, and who is at the door.

Every use case runs in the caller's transaction and writes its line in the audit log.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import invitations, passkeys, passwords, repository
from bot.staff.audit import audit
from bot.staff.model import (
    Actor,
    InvitationError,
    LastOwnerError,
    LoginTakenError,
    NotAllowedError,
    StaffMember,
    fit_name,
    folded_login,
)
from bot.staff.rights import RIGHTS, Right, Role
from bot.store import arrival

#: How long the link of an invitation or a reset works.
LINK_LIFE: Final = timedelta(days=3)


async def add(
    connection: AsyncConnection,
    *,
    by: Actor,
    login: str,
    name: str,
    role: Role,
    shops: Collection[str] = (),
    now: datetime,
) -> StaffMember:
    """Add somebody, who can sign in once they took an invitation.

    Raises:
        LoginTakenError: somebody signs in by this name already.
        UnfitNameError: the login or the name cannot be one.
    """
    folded = folded_login(login)
    if await repository.by_login(connection, folded) is not None:
        raise LoginTakenError
    member = StaffMember(
        staff_id=arrival.number(),
        login=folded,
        name=fit_name(name),
        role=role,
        shops=frozenset(shops),
        created_at=now,
    )
    await repository.add(connection, member)
    details = {"login": folded, "role": role.value, "shops": sorted(shops)}
    await audit(connection, by, "staff.add", _subject(member), now=now, details=details)
    return member


async def edit(
    connection: AsyncConnection,
    member: StaffMember,
    *,
    by: Actor,
    name: str,
    role: Role,
    shops: Collection[str],
    is_active: bool,
    now: datetime,
) -> None:
    """Change what somebody is; a smaller role or leaving holds from their next click.

    Raises:
        LastOwnerError: nobody would be left who may do everything.
        UnfitNameError: the name cannot be one.
    """
    is_owner = member.role is Role.OWNER and member.is_active
    if is_owner and not (role is Role.OWNER and is_active):
        await _require_another_owner(connection)
    fit = fit_name(name)
    await repository.change(
        connection, member.staff_id, name=fit, role=role.value, is_active=is_active
    )
    await repository.set_shops(connection, member.staff_id, shops)
    if member.is_active and not is_active:
        await repository.end_sessions(connection, member.staff_id)
        await invitations.withdraw(connection, member.staff_id, now=now)
    if role is Role.OWNER and member.role is not Role.OWNER:
        # Whoever made it may not make owners, and would come in as one.
        await invitations.withdraw(connection, member.staff_id, now=now)
    if member.may(Right.STAFF_MANAGE) and not (is_active and Right.STAFF_MANAGE in RIGHTS[role]):
        await invitations.withdraw_made_by(connection, member.staff_id, now=now)
    before = (member.role, member.shops, member.is_active, member.name)
    if before != (role, frozenset(shops), is_active, fit):
        details = {"role": role.value, "shops": sorted(shops), "active": is_active}
        await audit(connection, by, "staff.edit", _subject(member), now=now, details=details)


async def invite(
    connection: AsyncConnection, member: StaffMember, *, by: Actor, now: datetime
) -> str:
    """Return the secret of a new link to choose a password by; earlier links stop working.

    What somebody signed in with before works on until the link is used.
    """
    token = passwords.new_token()
    await invitations.withdraw(connection, member.staff_id, now=now)
    await invitations.add(
        connection,
        token_hash=passwords.token_hash(token),
        staff_id=member.staff_id,
        made_by=by.staff_id,
        now=now,
        expires_at=now + LINK_LIFE,
    )
    action = "staff.reset" if member.has_password else "staff.invite"
    await audit(connection, by, action, _subject(member), now=now)
    return token


async def invited(connection: AsyncConnection, token: str, *, now: datetime) -> StaffMember:
    """Return whom a link invites.

    Raises:
        InvitationError: it was used, has expired, or never was one.
    """
    staff_id = await invitations.holder(connection, passwords.token_hash(token), now=now)
    member = await repository.by_id(connection, staff_id) if staff_id is not None else None
    if member is None or not member.is_active:
        raise InvitationError
    return member


async def take_invitation(
    connection: AsyncConnection, token: str, *, password_hash: str, address: str, now: datetime
) -> StaffMember:
    """Set the password of whoever holds the link, once; passkeys and a second step of before go.

    Raises:
        InvitationError: the link does not work, or somebody else was faster.
    """
    member = await invited(connection, token, now=now)
    if not await invitations.use(connection, passwords.token_hash(token), now=now):
        raise InvitationError
    await repository.change(
        connection,
        member.staff_id,
        password_hash=password_hash,
        totp_seed=None,
        totp_step=None,
        recovery_hashes=[],
    )
    await passkeys.forget(connection, member.staff_id)
    await repository.end_sessions(connection, member.staff_id)
    actor = actor_of(member, address)
    await audit(connection, actor, "staff.joined", _subject(member), now=now)
    fresh = await repository.by_id(connection, member.staff_id)
    if fresh is None:
        raise InvitationError
    return fresh


async def set_password(
    connection: AsyncConnection,
    member: StaffMember,
    *,
    by: Actor,
    password_hash: str,
    now: datetime,
) -> None:
    """Set a password; every session of before ends."""
    await repository.change(connection, member.staff_id, password_hash=password_hash)
    await repository.end_sessions(connection, member.staff_id)
    await invitations.withdraw(connection, member.staff_id, now=now)
    await audit(connection, by, "staff.password", _subject(member), now=now)


async def sign_out_everywhere(
    connection: AsyncConnection, member: StaffMember, *, by: Actor, now: datetime
) -> None:
    """End every session of a member."""
    await repository.end_sessions(connection, member.staff_id)
    await audit(connection, by, "session.end_all", _subject(member), now=now)


async def set_pin(
    connection: AsyncConnection,
    member: StaffMember,
    *,
    pin_hash: str | None,
    by: Actor,
    now: datetime,
) -> None:
    """Set the PIN for changing over at the till, or take it off."""
    await repository.change(connection, member.staff_id, pin_hash=pin_hash)
    await audit(connection, by, "staff.pin", _subject(member), now=now)


async def demand_second_step(
    connection: AsyncConnection, roles: Collection[Role], *, by: Actor, now: datetime
) -> None:
    """Let these roles go nowhere without a second step or a passkey, from their next click."""
    if await repository.roles_asked(connection) == frozenset(roles):
        return
    await repository.ask_roles(connection, roles)
    details = {"roles": [role.value for role in Role if role in roles]}
    await audit(connection, by, "staff.second_step_demand", now=now, details=details)


def require_reach(who: StaffMember, *, role: Role) -> None:
    """See that somebody may make, change or reset a member of this role.

    Raises:
        NotAllowedError: only owners make or touch owners.
    """
    if not who.may(Right.STAFF_MANAGE):
        raise NotAllowedError
    if role is Role.OWNER and not who.may(Right.OWNERS_MANAGE):
        raise NotAllowedError


def actor_of(member: StaffMember, address: str = "") -> Actor:
    """Return a member as the audit log names them."""
    return Actor(staff_id=member.staff_id, name=member.name, address=address)


async def _require_another_owner(connection: AsyncConnection) -> None:
    if await repository.count_owners(connection) <= 1:
        raise LastOwnerError


def _subject(member: StaffMember) -> str:
    return f"staff:{member.staff_id}"
