"""enishi richmenus: from the files in richmenus/ to LINE, and back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.settings import Settings
    from richmenus.plan import Change, Plan
    from richmenus.publish import Applied, Progress, Publisher
    from richmenus.version import Version

commands = typer.Typer(help="The rich menus on LINE.", no_args_is_help=True)

Folder = Annotated[
    Path | None, typer.Option("--folder", help="Of the definitions; by default richmenus/.")
]

#: How long an apply waits for another one, which may have died: its lease lapses sooner.
_PATIENCE_SECONDS: Final = 30.0


@commands.command()
def plan(folder: Folder = None) -> None:
    """Print what differs between the files, the database and LINE; nothing is changed."""

    async def work() -> int:
        async with _opened() as (publisher, _):
            found = await _plan(publisher, _wanted(folder))
        print(_plan_words(found))
        return 1 if found.blockers else 0

    raise typer.Exit(run(work()))


@commands.command()
def apply(folder: Folder = None) -> None:
    """Carry out the plan: make and check menus, move friends to them, delete the old."""

    async def work() -> None:
        from bot.cli.opened import settings_here
        from bot.clock import utc_now

        settings = settings_here()
        print(await publish_menus(settings, clock=utc_now, folder=folder, progress=_say))

    run(work())


commands.command("publish", hidden=True, help="The same as apply.")(apply)


async def publish_menus(
    settings: "Settings",
    *,
    clock: "Clock",
    folder: Path | None = None,
    progress: "Progress | None" = None,
) -> str:
    """Plan and apply; say what was done.

    Raises:
        SetupError: LINE refused; applying again goes on from there.
    """
    async with _opened(settings, clock) as (publisher, _):
        done = await _apply(publisher, _wanted(folder), progress)
    counts = f"{len(done.created)} new, {done.moved} friends moved to them"
    said = f"{len(done.ids)} menus on LINE: {counts}, {len(done.deleted)} old ones deleted."
    return "\n  ".join([said, *done.left])


async def _plan(publisher: "Publisher", wanted: "Sequence[Version]") -> "Plan":
    from bot.errors import SetupError
    from richmenus.calls import PublishError

    try:
        return await publisher.plan(wanted)
    except PublishError as error:
        raise SetupError(f"LINE's menus cannot be read: {error}") from error


async def _apply(
    publisher: "Publisher", wanted: "Sequence[Version]", progress: "Progress | None" = None
) -> "Applied":
    from bot.errors import SetupError
    from richmenus.calls import PublishError
    from richmenus.lease import BusyError

    waited = 0.0
    while True:
        try:
            return await publisher.apply(wanted, progress=progress)
        except BusyError as error:
            if waited >= _PATIENCE_SECONDS:
                raise SetupError(f"{error}; wait until it has ended") from error
            await asyncio.sleep(0.5)
            waited += 0.5
        except PublishError as error:
            raise SetupError(f"The menus are not all on LINE: {error}\n  Apply again.") from error


def _say(change: "Change") -> None:
    print(f"  {change}", flush=True)


def _wanted(folder: Path | None) -> "Sequence[Version]":
    from richmenus.definition import FOLDER
    from richmenus.version import versions

    return versions(folder or FOLDER)


@asynccontextmanager
async def _opened(
    settings: "Settings | None" = None, clock: "Clock | None" = None
) -> "AsyncIterator[tuple[Publisher, None]]":
    """Open the configured account, or the demo's."""
    from bot.cli.opened import settings_here
    from bot.clock import utc_now
    from bot.content import menu_rules
    from bot.line.client import LineClient, open_session
    from bot.menus.publishing import Friends
    from bot.store import schema
    from bot.store.engine import open_engine
    from richmenus.calls import LineMenus
    from richmenus.publish import Publisher

    settings, clock = settings or settings_here(), clock or utc_now
    rules = menu_rules()
    engine = open_engine(str(settings.database_url))
    try:
        await schema.require_current(engine)
        async with open_session() as http:
            client = LineClient(
                http, base=settings.line_api_base, token=settings.channel_access_token
            )
            line = LineMenus(client)
            friends = Friends(engine, line, default=rules.default, named=rules.menus, clock=clock)
            yield Publisher(engine, line, friends, clock=clock), None
    finally:
        await engine.dispose()


def _plan_words(found: "Plan") -> str:
    lines = [f"  {change}" for change in found.changes]
    lines += [f"  BLOCKED {reason}" for reason in found.blockers]
    lines += [
        f"  {key}: an earlier version since {at:%Y-%m-%d %H:%M} UTC, until its file changes"
        for key, at in found.pinned.items()
    ]
    head = "Files, database and LINE agree." if found.is_empty else "To do:"
    return "\n".join([head, *lines])
