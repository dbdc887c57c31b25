"""enishi db: the tables."""

import typer

from bot.cli.loop import run

commands = typer.Typer(help="The database's tables.", no_args_is_help=True)


@commands.command()
def upgrade() -> None:
    """Bring the tables to this version; run it before a new version starts."""

    async def work() -> None:
        from bot.cli.opened import settings_here
        from bot.store import schema
        from bot.store.engine import open_engine

        settings = settings_here()
        engine = open_engine(str(settings.database_url))
        try:
            await schema.upgrade(engine)
        finally:
            await engine.dispose()
        print(f"The tables are at {schema.HEAD}.")

    run(work())


@commands.command()
def version() -> None:
    """Say at which version the tables are."""

    async def work() -> None:
        from bot.cli.opened import settings_here
        from bot.store import schema
        from bot.store.engine import open_engine

        settings = settings_here()
        engine = open_engine(str(settings.database_url))
        try:
            found = await schema.current(engine)
        finally:
            await engine.dispose()
        print(f"The tables are at {found or 'nothing'}; this program needs {schema.HEAD}.")

    run(work())
