"""Migrations: up, down and up again, and at their end the tables that the code means."""

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store import schema
from bot.store.tables import metadata


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    return ScriptDirectory.from_config(config)


def tables(connection: Connection) -> dict[str, list[str]]:
    """Every table with its columns and indexes, as the database sees them."""
    found = inspect(connection)
    return {
        table: sorted(
            f"{column['name']} {column['type']!s} {column['nullable']}"
            for column in found.get_columns(table)
        )
        + sorted(str(index["name"]) for index in found.get_indexes(table))
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def test_the_code_knows_the_newest_migration() -> None:
    assert script().get_heads() == [schema.HEAD]


async def test_every_migration_goes_up_down_and_up_again(empty: AsyncEngine) -> None:
    revisions = [each.revision for each in reversed(list(script().walk_revisions()))]
    below = "base"
    for revision in revisions:
        async with empty.connect() as connection:
            before = await connection.run_sync(tables)
            await connection.run_sync(schema.migrate, revision)
            above = await connection.run_sync(tables)
            await connection.run_sync(schema.unmigrate, below)
            assert await connection.run_sync(tables) == before
            await connection.run_sync(schema.migrate, revision)
            assert await connection.run_sync(tables) == above
        below = revision
    assert await schema.current(empty) == schema.HEAD
    await schema.require_current(empty)


async def test_the_tables_are_those_that_the_code_means(empty: AsyncEngine) -> None:
    await schema.upgrade(empty)
    async with empty.connect() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}), metadata
            )
        )
    assert difference == []


async def test_an_upgrade_of_what_is_current_does_nothing(empty: AsyncEngine) -> None:
    await schema.upgrade(empty)
    async with empty.begin() as connection:
        await connection.execute(text("INSERT INTO lanes (key) VALUES ('kept')"))
    await schema.upgrade(empty)
    async with empty.connect() as connection:
        assert await connection.scalar(text("SELECT key FROM lanes")) == "kept"
