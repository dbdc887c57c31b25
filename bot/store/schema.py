"""The version of the tables, and bringing a database to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import SchemaError, SetupError

if TYPE_CHECKING:
    from alembic.config import Config

#: The newest migration. Kept here so that a start need not load Alembic; a test compares them.
HEAD: Final = "0010"
MIGRATIONS: Final = Path(__file__).parent / "migrations"


class DatabaseAwayError(SetupError):
    """The database does not answer."""

    exit_code = 4


async def require_current(engine: AsyncEngine) -> None:
    """Check that the tables are those of this version.

    Raises:
        DatabaseAwayError: nothing answers under the configured address.
        SchemaError: a migration is missing, or the database is of a newer version.
    """
    found = await current(engine)
    if found == HEAD:
        return
    place = engine.url.render_as_string(hide_password=True)
    if found is not None and found > HEAD:
        raise SchemaError(
            f"The database {place} is of a newer version ({found}) than this program ({HEAD}).\n"
            "  Update the program, or restore the database from before the update."
        )
    raise SchemaError(
        f"The database {place} lacks migrations: it is at {found or 'nothing'}, not {HEAD}.\n"
        "  Run: ./run enishi db upgrade"
    )


async def current(engine: AsyncEngine) -> str | None:
    """Return the migration a database is at; None: it is empty.

    Raises:
        DatabaseAwayError: nothing answers.
    """
    with answering(engine):
        async with engine.connect() as connection:
            return await connection.run_sync(_current)


@contextmanager
def answering(engine: AsyncEngine) -> Iterator[None]:
    """Say in the owner's words that the database went away, where a start reads it.

    Raises:
        DatabaseAwayError: nothing answers.
    """
    try:
        yield
    except (OSError, TimeoutError, DBAPIError) as error:
        place = engine.url.render_as_string(hide_password=True)
        raise DatabaseAwayError(
            f"The database {place} does not answer ({type(error).__name__}).\n"
            "  Start it, or correct DATABASE_URL."
        ) from error


def _current(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


async def upgrade(engine: AsyncEngine) -> None:
    """Run every migration the database lacks; on one that is current this does nothing.

    Raises:
        DatabaseAwayError: nothing answers.
    """
    if await current(engine) == HEAD:
        return
    async with engine.connect() as connection:
        await connection.run_sync(migrate, "head")


def migrate(connection: Connection, revision: str) -> None:
    """Run migrations up or down to a revision, or to ``head`` or ``base``."""
    from alembic import command  # noqa: PLC0415 - takes over a second, and most starts need none

    command.upgrade(_config(connection), revision)


def unmigrate(connection: Connection, revision: str) -> None:
    """Run migrations down to a revision, or to ``base``."""
    from alembic import command  # noqa: PLC0415 - as above

    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
