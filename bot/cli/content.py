"""enishi content: the account's definitions, between YAML files and the database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.definitions.plan import Plan

commands = typer.Typer(
    help="Attributes, tags, surveys, segments, rich menus and their rules, as files for git.",
    no_args_is_help=True,
)

Folder = Annotated[
    Path, typer.Argument(help="Holds attributes.yaml, tags.yaml, surveys/, segments/, …")
]
WithMenus = Annotated[
    bool, typer.Option("--menus", help="The rich menus on LINE, too, as enishi richmenus does.")
]
Prune = Annotated[bool, typer.Option("--prune", help="Remove what is not in the files.")]


@commands.command("plan")
def plan_content(
    folder: Folder,
    *,
    prune: Prune = False,
    menus: WithMenus = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 when something would change.")
    ] = False,
) -> None:
    """Say what applying a folder would change; change nothing."""

    async def work() -> bool:
        from bot.cli.opened import transaction
        from bot.definitions.plan import plan

        async with transaction() as connection:
            made = await plan(
                connection,
                folder,
                prune=prune,
                campaigns=await _campaigns(connection),
            )
            await _show(connection, made)
        return await _menus_agree(made) and made.is_empty if menus else made.is_empty

    if not run(work()) and exit_code:
        raise typer.Exit(1)


@commands.command("apply")
def apply_content(
    folder: Folder,
    *,
    prune: Prune = False,
    menus: WithMenus = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make the account what a folder says: all of it, or nothing."""

    async def work() -> None:
        from bot.cli.opened import settings_here, wake_followers
        from bot.cli.richmenus import publish_menus, register_beside
        from bot.clock import utc_now
        from bot.definitions import indexing
        from bot.definitions.plan import apply, plan
        from bot.store import schema
        from bot.store.engine import open_engine

        settings = settings_here()
        engine = open_engine(str(settings.database_url))
        try:
            await schema.require_current(engine)
            async with engine.begin() as connection:
                made = await plan(
                    connection,
                    folder,
                    prune=prune,
                    campaigns=await _campaigns(connection),
                )
                await _show(connection, made)
            is_done = made.is_empty and (not menus or await _menus_agree(made))
            if is_done:
                return
            if not yes:
                typer.confirm("Apply this?", abort=True)
            if menus:  # what rules will show stands on LINE before they show it
                made_there = await register_beside(made)
                if made_there:
                    print(f"Made on LINE, and not shown yet: {', '.join(made_there)}.")
            if not made.is_empty:
                async with engine.begin() as connection:
                    await apply(connection, made, now=utc_now())
                await indexing.ensure(engine, made.after)
        finally:
            await engine.dispose()
        if not made.is_empty:
            await wake_followers(settings)
            print("Applied. Running processes go by it within seconds.")
        if menus:
            print(await publish_menus(settings, clock=utc_now))
        elif made.has_other_menus:
            print(
                "LINE shows rich menus as before: enishi richmenus apply, or --menus, shows these."
            )

    run(work())


@commands.command("export")
def export_content(
    folder: Annotated[Path, typer.Argument(help="Is made; files in it are replaced if asked.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Write the account's definitions as files; what did not change keeps its author's words."""

    async def work() -> dict[str, bytes]:
        from bot.cli.opened import transaction
        from bot.content import stored
        from bot.definitions.exporting import files_of

        async with transaction() as connection:
            return await files_of(connection, await stored.read(connection))

    files = run(work())
    targets = {path: _within(folder, path) for path in files}
    there = [path for path, target in targets.items() if target.exists()]
    differ = [path for path in there if targets[path].read_bytes() != files[path]]
    if differ and not force:
        print(f"{', '.join(differ)} would be replaced in {folder}; say --force to do so.")
        raise typer.Exit(1)
    for path, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[path])
    print(f"{len(files)} files in {folder}.")


@commands.command()
def schema(
    out: Annotated[
        Path | None, typer.Option(help="Write them into this folder instead of naming them.")
    ] = None,
) -> None:
    """Write the JSON Schemas by which editors complete and check the files."""
    from bot.definitions.schemas import texts

    for name, text in texts().items():
        if out is None:
            print(name)
            continue
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, "utf-8")
    if out is None:
        print("--out DIR writes them.")


def _within(folder: Path, path: str) -> Path:
    """Return where a file is to be written, which no link and no name leads out of the folder."""
    from bot.errors import SetupError

    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()):
        raise SetupError(f"{target} leads out of {folder}; nothing was written")
    return target


async def _menus_agree(made: "Plan") -> bool:
    """Say what is to be done of the rich menus; return whether that is nothing."""
    from bot.cli.richmenus import plan_beside

    words, is_empty = await plan_beside(made)
    print(f"Rich menus: {words}")
    return is_empty


async def _campaigns(connection: "AsyncConnection") -> set[str] | None:
    """Return the keys of the coupons, of files and stored; None: some have mistakes."""
    from bot.content import ContentError
    from bot.coupons import campaign
    from bot.coupons.shelf import Campaigns

    try:
        campaigns = Campaigns(campaign.load_all())
        await campaigns.refresh(connection)
    except ContentError:
        return None
    return {each.key for each in campaigns}


async def _show(connection: "AsyncConnection", plan: "Plan") -> None:
    from bot.clock import utc_now
    from bot.definitions.telling import lines

    async for line in lines(connection, plan, now=utc_now()):
        print(line)
