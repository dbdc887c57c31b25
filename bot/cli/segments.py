"""enishi segments: who is in them, and why."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.segments.facts import Facts
    from bot.segments.model import Rule
    from bot.segments.service import Segments

commands = typer.Typer(help="Segments of friends.", no_args_is_help=True)

Name = Annotated[str | None, typer.Argument(help="The key of a segment; none: all of them.")]
RuleFile = Annotated[Path | None, typer.Option("--rule", help="A YAML or JSON file instead.")]
Day = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Another day than today.")
]
Words = Annotated[Literal["ja", "en"], typer.Option("--language", help="Of the words shown.")]


@commands.command()
def count(
    name: Name = None, rule: RuleFile = None, on: Day = None, language: Words = "ja"
) -> None:
    """Count the friends of a segment, and of them those a message can reach."""

    async def work() -> None:
        from bot.segments.words import say

        async with _opened() as (engine, segments), engine.begin() as connection:
            for key, asked in _asked(segments, name, rule):
                found = await segments.count(connection, asked, today=_today(on))
                friends = "friend" if found.friends == 1 else "friends"
                print(f"{key}: {found.friends:,} {friends}, {found.reachable:,} reachable")
                print(f"  {say(asked, segments.catalogue, language)}")

    run(work())


@commands.command("list")
def list_friends(
    name: Name = None,
    rule: RuleFile = None,
    on: Day = None,
    limit: Annotated[int | None, typer.Option(min=0, help="How many; all by default.")] = None,
) -> None:
    """List the LINE user ids of a segment's friends, in the order they came."""

    async def work() -> None:
        from bot.segments import repository

        async with _opened() as (engine, segments):
            tree = segments.tree(_one(segments, name, rule), today=_today(on))
            printed = 0
            async for listed in repository.stream(engine, tree):
                if printed == limit:
                    break
                print(listed.user_id)
                printed += 1

    run(work())


@commands.command()
def explain(
    name: Name = None,
    rule: RuleFile = None,
    on: Day = None,
    language: Words = "ja",
    *,
    user: Annotated[str, typer.Option(help="The friend's LINE user id.")],
) -> None:
    """Show which parts of a rule a friend fits; * marks those that decide."""

    async def work() -> None:
        from bot.segments.explain import Explainer, lines

        async with _opened() as (engine, segments), engine.begin() as connection:
            asked = _one(segments, name, rule)
            facts = await _facts(connection, segments, user)
            explainer = Explainer(segments.catalogue, facts, _today(on), language)
            print("\n".join(lines(explainer.explain(asked))))

    run(work())


@commands.command()
def plan(name: Name = None, rule: RuleFile = None, on: Day = None) -> None:
    """Show the SQL of a count, and how the database goes about it."""

    async def work() -> None:
        from bot.segments import repository

        async with _opened() as (engine, segments), engine.begin() as connection:
            for key, asked in _asked(segments, name, rule):
                tree = segments.tree(asked, today=_today(on))
                sql, steps = await repository.plan(connection, tree)
                print(f"-- {key}\n{sql}\n")
                print("\n".join(f"  {step}" for step in steps))

    run(work())


@asynccontextmanager
async def _opened() -> AsyncIterator[tuple["AsyncEngine", "Segments"]]:
    from bot import content
    from bot.cli.opened import defined, settings_here
    from bot.errors import SetupError
    from bot.segments.service import UnknownSegmentError
    from bot.store import schema
    from bot.store.engine import open_engine

    engine = open_engine(str(settings_here().database_url))
    try:
        await schema.require_current(engine)
        yield engine, (await defined(engine)).segments
    except (content.ContentError, UnknownSegmentError) as error:
        raise SetupError(str(error)) from error
    finally:
        await engine.dispose()


def _asked(segments: "Segments", name: str | None, rule: Path | None) -> list[tuple[str, "Rule"]]:
    from bot.errors import SetupError
    from bot.segments import model

    if name is not None and rule is not None:
        raise SetupError(f"Name a segment or a file with --rule: not {name} and {rule} both.")
    if rule is not None:
        return [(rule.stem, model.load(rule, segments.catalogue))]
    if name is not None:
        return [(name, segments[name].rule)]
    if not segments.keys:
        raise SetupError("This account has no segments. Write one into segments/, or ask --rule.")
    return [(key, segments[key].rule) for key in segments.keys]


def _one(segments: "Segments", name: str | None, rule: Path | None) -> "Rule":
    from bot.errors import SetupError

    if (name is None) == (rule is None):
        raise SetupError(f"Name one segment ({', '.join(segments.keys)}), or a file with --rule.")
    return _asked(segments, name, rule)[0][1]


def _today(on: datetime | None) -> "date":
    from bot.clock import utc_now
    from bot.people.derived import today_in_tokyo

    return today_in_tokyo(utc_now()) if on is None else on.date()


async def _facts(connection: "AsyncConnection", segments: "Segments", user_id: str) -> "Facts":
    from bot.errors import SetupError
    from bot.friends.repository import FRIENDS
    from bot.store.unit import Unit

    unit = Unit(connection)
    friend = await unit.get(FRIENDS, user_id)
    if friend is None:
        raise SetupError(f"Nobody with the user id {user_id} ever met this account.")
    return await segments.facts(unit, friend)
