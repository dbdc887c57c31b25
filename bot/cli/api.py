"""enishi api: keys of tills and shop systems, and the document of what they can call."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.loop import run

commands = typer.Typer(help="The API of tills and shop systems.", no_args_is_help=True)
keys = typer.Typer(help="Keys: who may call what.", no_args_is_help=True)
commands.add_typer(keys, name="keys")


@keys.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for, such as 'till of the main shop'.")],
    *,
    scope: Annotated[
        list[str], typer.Option(help="What it may do; may be repeated. all: everything.")
    ],
    shop: Annotated[
        list[str] | None,
        typer.Option(help="The key of a shop it is for; may be repeated. None: every shop."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Good for so many days. None: no end.")
    ] = None,
) -> None:
    """Make a key and print it, this once."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.clock import utc_now
        from bot.errors import SetupError
        from bot.integrations import keys as stored
        from bot.staff.model import COMMAND_LINE, UnfitNameError

        now = utc_now()
        try:
            async with transaction() as connection:
                key, text = await stored.add(
                    connection,
                    by=COMMAND_LINE,
                    name=name,
                    scopes=stored.scopes(scope),
                    shops=shop or (),
                    expires_at=None if days is None else now + timedelta(days=days),
                    now=now,
                )
        except stored.ApiKeyError as error:
            raise SetupError(str(error)) from error
        except UnfitNameError as error:
            raise SetupError("A name is one line of up to 60 signs.") from error
        print(f"{key.name}: keep this key, nobody can show it again.")
        print(f"  {text}")

    run(work())


@keys.command("list")
def list_keys() -> None:
    """List the keys: prefix, scopes, shops, when used last, and whether they are good."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.clock import utc_now
        from bot.integrations import keys as stored

        async with transaction() as connection:
            found = await stored.list_all(connection)
        now = utc_now()
        for key in found:
            used = f"{key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never"
            until = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "no end"
            state = "good" if key.is_good(now) else "revoked" if key.revoked_at else "over"
            print(f"{key.prefix}  {state}  {until}  used {used}  {key.name}")
            where = ",".join(sorted(key.shops)) or "every shop"
            print(f"  {' '.join(sorted(key.scopes))}  at {where}")
        if not found:
            print("No keys yet. `enishi api keys add NAME --scope members:read` makes one.")

    run(work())


@keys.command()
def revoke(
    prefix: Annotated[str, typer.Argument(help="The part of the key that `list` shows.")],
) -> None:
    """Let a key open nothing any more."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.clock import utc_now
        from bot.errors import SetupError
        from bot.integrations import keys as stored
        from bot.staff.model import COMMAND_LINE

        async with transaction() as connection:
            gone = await stored.revoke(connection, prefix, by=COMMAND_LINE, now=utc_now())
        if not gone:
            raise SetupError(f"No good key begins with {prefix}; `enishi api keys list` has all.")
        print(f"{prefix} opens nothing any more.")

    run(work())


@commands.command()
def document(
    out: Annotated[
        Path | None, typer.Option(help="Write it there instead of printing it.")
    ] = None,
) -> None:
    """Print the OpenAPI document."""
    from bot.api.document import text

    if out is None:
        print(text().decode(), end="")
    else:
        out.write_bytes(text())
