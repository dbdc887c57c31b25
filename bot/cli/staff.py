"""enishi staff: who may sign in to the console."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

import typer

from bot.cli.loop import run

commands = typer.Typer(help="Staff members of the console.", no_args_is_help=True)

_Login = Annotated[str, typer.Argument(help="What they sign in with: a name or an e-mail.")]


@commands.command()
def add(
    login: _Login,
    *,
    name: Annotated[str, typer.Option(help="The name colleagues see; by default the login.")] = "",
    role: Annotated[
        Literal["owner", "admin", "manager", "staff", "viewer"],
        typer.Option(help="What they may do."),
    ] = "staff",
    shop: Annotated[
        list[str] | None, typer.Option(help="The key of a shop they belong to; may be repeated.")
    ] = None,
) -> None:
    """Add somebody and print the link by which they choose a password."""

    async def work() -> None:
        from bot.cli.opened import settings_here, transaction
        from bot.clock import utc_now
        from bot.console.invitation import invitation_link
        from bot.staff import service
        from bot.staff.model import COMMAND_LINE
        from bot.staff.rights import Role
        from bot.staff.shops import list_shops

        now = utc_now()
        async with transaction() as connection:
            known = {each.key for each in await list_shops(connection, active=True)}
            if unknown := sorted(set(shop or ()) - known):
                there = ", ".join(sorted(known)) or "none yet; the console adds them"
                print(f"There is no shop {unknown[0]}. Shops: {there}.")
                raise typer.Exit(1)
            member = await service.add(
                connection,
                by=COMMAND_LINE,
                login=login,
                name=name or login,
                role=Role(role),
                shops=shop or (),
                now=now,
            )
            token = await service.invite(connection, member, by=COMMAND_LINE, now=now)
        print(f"{member.name} ({member.login}) is {role}. Open within three days, once:")
        print(f"  {invitation_link(settings_here(), token)}")

    run(_said(work))


@commands.command()
def reset(login: _Login) -> None:
    """Print a link to choose a new password by; a second step is taken off with it."""

    async def work() -> None:
        from bot.cli.opened import settings_here, transaction
        from bot.clock import utc_now
        from bot.console.invitation import invitation_link
        from bot.staff import repository, service
        from bot.staff.model import COMMAND_LINE, folded_login

        async with transaction() as connection:
            member = await repository.by_login(connection, folded_login(login))
            if member is None or not member.is_active:
                print(f"Nobody who works here signs in as {login}. `enishi staff list` shows all.")
                raise typer.Exit(1)
            token = await service.invite(connection, member, by=COMMAND_LINE, now=utc_now())
        print(f"{member.name} ({member.login}) opens within three days, once:")
        print(f"  {invitation_link(settings_here(), token)}")

    run(_said(work))


@commands.command("list")
def list_staff() -> None:
    """List everybody: login, role, shops, and when they last signed in."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.staff import repository

        async with transaction() as connection:
            members = await repository.list_all(connection)
        for member in members:
            seen = f"{member.signed_in_at:%Y-%m-%d %H:%M} UTC" if member.signed_in_at else "never"
            state = "" if member.is_active else "  (left)"
            where = ",".join(sorted(member.shops)) or "-"
            print(f"{member.login}  {member.role}  {where}  {member.name}  {seen}{state}")
        if not members:
            print("Nobody yet. `enishi staff add LOGIN --role owner` adds the first.")

    run(work())


async def _said(work: Callable[[], Awaitable[None]]) -> None:
    """Say in words what staff's rules refuse."""
    from bot.staff.model import LoginTakenError, UnfitNameError

    try:
        await work()
    except LoginTakenError:
        print("Somebody signs in by this login already. `enishi staff list` shows all.")
        raise typer.Exit(1) from None
    except UnfitNameError:
        print("A login is one word of up to 120 signs, a name one line of up to 60.")
        raise typer.Exit(1) from None
