"""enishi menus: who sees which menu, and why; hiding and showing; comparing with LINE."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.definitions.model import Contents
    from bot.menus.choosing import Chooser
    from bot.menus.rules import Rule
    from bot.settings import Settings

commands = typer.Typer(help="Who sees which rich menu.", no_args_is_help=True)

RuleFile = Annotated[
    Path | None, typer.Option("--rules", help="Of menus.yaml's form, instead of the account's.")
]
Words = Annotated[Literal["ja", "en"], typer.Option("--language", help="Of the words shown.")]
_MINUTE = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class _Here:
    engine: "AsyncEngine"
    contents: "Contents"
    settings: "Settings"

    def chooser(self, path: Path | None) -> "Chooser":
        """Return the rules of a file, or the account's."""
        from bot.menus import rules
        from bot.menus.choosing import Chooser

        segments = self.contents.segments
        if path is None:
            return Chooser(self.contents.rules, segments)
        return Chooser(rules.load(path, segments, menus=self.contents.tabs.keys), segments)


@commands.command("rules")
def list_rules(path: RuleFile = None, language: Words = "ja") -> None:
    """List the rules in the order they are asked, and what is hidden."""

    async def work() -> None:
        from bot.clock import utc_now
        from bot.menus import hides
        from bot.menus.model import open_at
        from bot.segments.words import say

        async with _opened() as here, here.engine.connect() as connection:
            chooser, now = here.chooser(path), utc_now()
            counting = {id(one.rule) for one in chooser.at(now).asked}
            for rule in chooser.rules.in_order():
                rest = "" if id(rule) in counting else "  (not now)"
                number = chooser.rules.number(rule)
                name = "" if rule.key is None else f" {rule.key}"
                print(f"{number}{name} → {rule.menu}{_period(rule)}{rest}")
                asked = rule.asked(here.contents.segments)
                print(f"    {say(asked, chooser.segments.catalogue, language)}")
            print(f"  → {chooser.rules.default}")
            for hide in open_at(await hides.stored(connection), now):
                what = f"menu {hide.menu}" if hide.menu else f"rule {hide.rule}"
                print(
                    f"hidden: {'everybody' if hide.is_of_everybody else what}, until "
                    f"{_local(hide.until)} (enishi menus show {hide.hide_id})"
                )

    run(work())


@commands.command()
def who(path: RuleFile = None) -> None:
    """Count who sees which menu; of other rules, who would move where. Nothing is changed."""

    async def work() -> None:
        from bot.clock import utc_now
        from bot.menus import hides, trying

        async with _opened() as here, here.engine.connect() as connection:
            hidden, now = await hides.stored(connection), utc_now()
            present = here.chooser(None).at(now, hidden)
            then = here.chooser(path).at(now, hidden)
            found = await trying.heads(connection, present, then, here.contents.tabs)
            moving = [one for one in found if one.before != one.after]
            for one in moving:
                print(f"{one.friends:,}人 → {_menu(one.after)}  (いま {_menu(one.before)})")
            if path is not None or moving:
                print(f"{sum(one.friends for one in moving):,}人 move.")
            staying = [one for one in found if one.before == one.after]
            for one in staying:
                print(f"{one.friends:,}人    {_menu(one.after)}")

    run(work())


@commands.command()
def explain(
    user: Annotated[str, typer.Argument(help="The friend's LINE user id.")],
    path: RuleFile = None,
    language: Words = "ja",
) -> None:
    """Show the menu as this friend sees it, and why: * marks what decided."""

    async def work() -> None:
        from bot.clock import utc_now
        from bot.errors import SetupError
        from bot.menus import explaining
        from bot.menus.model import HIDDEN

        async with _opened() as here, here.engine.connect() as connection:
            chooser = here.chooser(path)
            why = await explaining.explain(
                connection, chooser, user, now=utc_now(), language=language
            )
            if why is None:
                raise SetupError(f"Nobody with the user id {user} ever met this account.")
            whose = "their own" if why.is_own else "everybody's"
            print(
                f"On the phone: {_menu(why.shown)} ({whose}; {why.rich_menu_id or 'not on LINE'})"
            )
            menus = here.contents.menus
            if why.shown != HIDDEN and why.shown in menus:
                for area in menus[why.shown].areas:
                    print(f"    [{area.label}]")
            print("By the rules: ", end="")
            print("\n".join(explaining.said(why)))

    run(work())


@commands.command()
def hide(
    menu: Annotated[str | None, typer.Option(help="Hide this menu only.")] = None,
    rule: Annotated[str | None, typer.Option(help="Hide what the rule of this key shows.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=[_MINUTE], help="In Tokyo; without it, until shown again."),
    ] = None,
) -> None:
    """Hide everybody's menu for a while, or one menu, or what one rule shows."""

    async def work() -> None:
        from bot.clock import TOKYO, utc_now
        from bot.errors import SetupError
        from bot.menus import hides

        async with _opened() as here:
            rules, now = here.contents.rules, utc_now()
            named = {one.key for one in rules.rules if one.key is not None}
            end = None if until is None else until.replace(tzinfo=TOKYO)
            if menu is not None and rule is not None:
                raise SetupError("Hide a menu or a rule, not both at once.")
            if menu is not None and menu not in rules.menus:
                raise SetupError(f"No rule shows a menu {menu}; one of: {', '.join(rules.menus)}")
            if rule is not None and rule not in named:
                known = ", ".join(sorted(filter(None, named))) or "no rule has a key"
                raise SetupError(f"There is no rule {rule}; there are: {known}")
            if end is not None and end <= now:
                raise SetupError(f"{_local(end)} is over; name a time to come.")
            async with here.engine.begin() as connection:
                begun = await hides.begin(
                    connection, menu=menu, rule=rule, until=end, why="cli", now=now
                )
            what = menu or (f"what rule {rule} shows" if rule else "every menu, for everybody")
            print(f"Hidden until {_local(end)}: {what}.")
            print(f"Earlier: enishi menus show {begun.hide_id}")

    run(work())


@commands.command()
def show(
    number: Annotated[int | None, typer.Argument(help="Of a hide; none: all of them.")] = None,
) -> None:
    """Show again what is hidden; everybody sees what they would have seen."""

    async def work() -> None:
        from bot.clock import utc_now
        from bot.errors import SetupError
        from bot.menus import hides

        async with _opened() as here, here.engine.begin() as connection:
            known = [one.hide_id for one in await hides.stored(connection)]
            if number is not None and number not in known:
                raise SetupError(f"Nothing is hidden under {number}; see: enishi menus rules")
            for hide_id in known if number is None else [number]:
                await hides.end(connection, hide_id, now=utc_now())
            print(f"{len(known) if number is None else 1} shown again.")

    run(work())


@commands.command()
def check(
    sample: Annotated[int, typer.Option(min=1, help="Friends to ask LINE about.")] = 200,
) -> None:
    """Compare what a sample of friends see with what they should; put right what is wrong."""

    async def work() -> int:
        from bot.clock import utc_now
        from bot.line.client import LineClient, open_session
        from bot.menus.checking import Checker
        from bot.menus.service import Menus

        async with _opened() as here, open_session() as http:
            settings = here.settings
            line = LineClient(
                http, base=settings.line_api_base, token=settings.channel_access_token
            )
            known = here.contents
            menus = Menus(known.rules, known.segments, known.tabs)
            checker = Checker(here.engine, line, menus, clock=utc_now)
            report = await checker.check(sample=sample)
        for drift in report.drifts:
            print(f"{drift.user_id}: {drift.found or 'no own menu'}, not {drift.wanted or 'none'}")
        if not report.default_is_right:
            print("LINE shows another default menu than it was told.")
        for key in report.missing:
            print(f"LINE has no menu {key} any more: enishi richmenus apply makes it again.")
        print(f"{report.looked} friends looked at, {len(report.drifts)} wrong.")
        return 1 if report.wrong else 0

    raise typer.Exit(run(work()))


@asynccontextmanager
async def _opened() -> AsyncIterator[_Here]:
    from bot import content
    from bot.cli.opened import defined, settings_here
    from bot.errors import SetupError
    from bot.store import schema
    from bot.store.engine import open_engine

    settings = settings_here()
    engine = open_engine(str(settings.database_url))
    try:
        await schema.require_current(engine)
        yield _Here(engine, await defined(engine), settings)
    except content.ContentError as error:
        raise SetupError(str(error)) from error
    finally:
        await engine.dispose()


def _menu(key: str) -> str:
    from bot.menus.model import HIDDEN

    return "（非表示）" if key == HIDDEN else key


def _period(rule: "Rule") -> str:
    if rule.since is None and rule.until is None:
        return ""
    return f"  [{rule.since or ''} – {rule.until or ''}]"


def _local(at: datetime | None) -> str:
    from bot.clock import TOKYO

    return "it is shown again" if at is None else f"{at.astimezone(TOKYO):%Y-%m-%d %H:%M}"
