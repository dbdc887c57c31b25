"""enishi richmenus: from the account's definitions, or files, to LINE, and back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli import richmenu_pictures
from bot.cli.loop import run

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.clock import Clock
    from bot.definitions.model import Contents
    from bot.definitions.plan import Plan as ContentPlan
    from bot.settings import Settings
    from richmenus.actions import Does
    from richmenus.applying import Applied, Progress
    from richmenus.dressing import Changes
    from richmenus.plan import Change, Plan
    from richmenus.publish import Publisher
    from richmenus.version import Version

commands = typer.Typer(help="The rich menus on LINE.", no_args_is_help=True)
commands.command()(richmenu_pictures.lint)
commands.command()(richmenu_pictures.preview)

Folder = Annotated[
    Path | None, typer.Option("--folder", help="Of files, in the place of the account's menus.")
]
Key = Annotated[str, typer.Argument(help="The menu's key.")]

#: How long an apply waits for another one, which may have died: its lease lapses sooner.
_PATIENCE_SECONDS: Final = 30.0


@commands.command()
def plan(folder: Folder = None) -> None:
    """Print what differs between the definitions, the database and LINE; change nothing."""

    async def work() -> int:
        async with _opened() as here, _told():
            found = await here.publisher.plan(await here.wanted(folder))
        print(_plan_words(found))
        return 1 if found.blockers else 0

    if run(work()):
        raise typer.Exit(1)


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


@commands.command()
def drift() -> None:
    """Tell what was changed on LINE by hand: menus, pictures, aliases, the default."""

    async def work() -> int:
        async with _opened() as here, _told():
            told = await here.publisher.drift()
        print("\n".join(f"  {one}" for one in told) or "LINE has what was published, unchanged.")
        return len(told)

    if run(work()):
        raise typer.Exit(1)


@commands.command("list")
def list_menus(folder: Folder = None) -> None:
    """List the menus: what stands on LINE, since when, and who has it."""

    async def work() -> None:
        from richmenus import repository

        async with _opened() as here, _told():
            found = await here.publisher.plan(await here.wanted(folder))
            async with here.engine.connect() as connection:
                known = {
                    (one.key, one.fingerprint): one for one in await repository.known(connection)
                }
            shown = await here.publisher.followers.shown()
        for version in found.wanted:
            one = known.get((version.key, version.fingerprint))
            at = one.published_at if one else None
            since = f"since {at:%Y-%m-%d %H:%M} UTC" if at else "not published"
            where = found.ready.get(version.key, "not on LINE")
            notes = [since, f"{shown.get(version.key, 0):,} friends"]
            notes += ["everybody's default"] * (version.key == found.default)
            notes += ["taken back"] * (version.key in found.pinned)
            print(f"{version.key:<24} {where}  {', '.join(notes)}")
        for menu in found.found.menus:
            if found.key_of(menu) is None:
                print(f"{'(not ours)':<24} {menu.rich_menu_id}  {menu.name}")

    run(work())


@commands.command()
def adopt(
    rich_menu_id: Annotated[str, typer.Argument(metavar="ID", help="As drift or list names it.")],
    key: Annotated[str, typer.Option("--key", help="Of the new definition.")],
    folder: Folder = None,
) -> None:
    """Take a menu found on LINE into the account, or into a folder; it stays where it is."""

    async def work() -> None:
        from bot.cli.opened import wake_followers
        from bot.errors import SetupError
        from richmenus.adopt import AdoptError
        from richmenus.picture import PictureError

        async with _opened() as here, _told():
            fits = here.can_answer if folder is None else _anything
            known = here.contents.tabs.keys
            try:
                done = await here.publisher.found(rich_menu_id, key, fits=fits)
                written = await here.publisher.adopt(done, known=known, folder=folder)
            except (AdoptError, PictureError) as error:
                raise SetupError(f"{rich_menu_id} cannot be adopted: {error}") from error
            await wake_followers(here.settings)
        if written:
            print(f"Written: {' and '.join(map(str, written))}")
        else:
            print(f"The account has a menu {key} now; enishi content export writes it as a file.")
        if not done.is_same:
            print("  LINE's menu cannot be said exactly so: apply makes it anew and deletes it.")

    run(work())


@commands.command()
def back(key: Key, folder: Folder = None) -> None:
    """Take a menu back to the version before, until its definition changes; again undoes it."""

    async def work() -> None:
        from bot.clock import utc_now
        from bot.errors import SetupError
        from richmenus.back import NoWayBackError, take_back

        async with _opened() as here:
            wanted = await here.wanted(folder)
            version = next((one for one in wanted if one.key == key), None)
            if version is None:
                keys = ", ".join(one.key for one in wanted)
                raise SetupError(f"There is no menu {key}; choose {keys}")
            async with here.engine.begin() as connection:
                try:
                    past = await take_back(connection, version, now=utc_now())
                except NoWayBackError as error:
                    raise SetupError(str(error)) from error
            done = await _apply(here.publisher, wanted, _say)
        print(f"{key}: back at the version of {past.published_at:%Y-%m-%d %H:%M} UTC")
        print(_applied_words(done))

    run(work())


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
    async with _opened(settings, clock) as here:
        return _applied_words(await _apply(here.publisher, await here.wanted(folder), progress))


async def _apply(
    publisher: "Publisher", wanted: "Sequence[Version]", progress: "Progress | None"
) -> "Applied":
    return await _in_turn(lambda: publisher.apply(wanted, progress=progress))


async def _in_turn(work: "Callable[[], Awaitable[Applied]]") -> "Applied":
    """Wait for another apply; one that was killed is waited for until its lease lapses."""
    from bot.errors import SetupError
    from richmenus.lease import BusyError

    waited = 0.0
    while True:
        try:
            async with _told():
                return await work()
        except BusyError as error:
            if waited >= _PATIENCE_SECONDS:
                raise SetupError(f"{error}; wait until it has ended") from error
            await asyncio.sleep(0.5)
            waited += 0.5


@asynccontextmanager
async def _told() -> AsyncIterator[None]:
    """Say in words what LINE did not do."""
    from bot.errors import SetupError
    from richmenus.calls import PublishError
    from richmenus.publish import BlockedError

    try:
        yield
    except BlockedError as error:
        raise SetupError(f"Nothing was changed on LINE:\n{_indented(str(error))}") from error
    except PublishError as error:
        raise SetupError(f"The menus are not all on LINE: {error}\n  Apply again.") from error


def _say(change: "Change") -> None:
    print(f"  {change}", flush=True)


@dataclass(frozen=True, slots=True)
class _Here:
    engine: "AsyncEngine"
    settings: "Settings"
    publisher: "Publisher"
    contents: "Contents"
    clock: "Clock"
    #: Pictures that are about to change.
    changes: "Changes | None"

    async def wanted(self, folder: Path | None) -> "Sequence[Version]":
        """Return the account's menus, or those of a folder, whose taps find what they name.

        Raises:
            ContentError: lists every mistake.
        """
        from bot import content
        from bot.menus.fitting import require_fitting
        from richmenus import dressing
        from richmenus.definition import load_all
        from richmenus.version import versions

        known = self.contents
        if folder is not None:
            require_fitting(folder, load_all(folder), known.attributes, known.surveys)
            return await dressing.given_to(self.engine, versions(folder))
        return await dressing.versions(
            self.engine,
            known.menus.values(),
            content.account().brand,
            clock=self.clock,
            changes=self.changes,
        )

    def can_answer(self, does: "Does") -> bool:
        """Whether a tap finds what it names in the account."""
        from bot.menus.fitting import problem
        from richmenus.actions import SwitchesTab

        known = self.contents
        if isinstance(does, SwitchesTab):
            return does.tab in known.tabs.keys
        return problem(does, known.attributes, known.surveys) is None


def _anything(does: "Does") -> bool:
    del does
    return True


async def plan_beside(content: "ContentPlan") -> tuple[str, bool]:
    """Say what is to be done of the rich menus once an account is what a plan says.

    Returns:
        The words, and whether there is nothing to do.
    """
    async with _opened(content=content) as here, _told():
        found = await here.publisher.plan(await here.wanted(None))
    return _plan_words(found), found.is_empty


async def register_beside(content: "ContentPlan") -> "Sequence[str]":
    """Bring to LINE what is new for an account that a plan will make; nobody sees it.

    Returns:
        Keys of the menus that were made.
    """
    async with _opened(content=content) as here:
        wanted = await here.wanted(None)
        return (await _in_turn(lambda: here.publisher.register(wanted))).created


@asynccontextmanager
async def _opened(
    settings: "Settings | None" = None,
    clock: "Clock | None" = None,
    *,
    content: "ContentPlan | None" = None,
) -> AsyncIterator[_Here]:
    """Open the configured account, or the demo's; as it is, or as a plan would make it."""
    from bot.cli.opened import defined, settings_here
    from bot.clock import utc_now
    from bot.line.client import LineClient, open_session
    from bot.menus.publishing import Friends
    from bot.store import schema
    from bot.store.engine import open_engine
    from richmenus.calls import LineMenus
    from richmenus.publish import Publisher

    settings, clock = settings or settings_here(), clock or utc_now
    engine = open_engine(str(settings.database_url))
    try:
        await schema.require_current(engine)
        contents = content.after if content is not None else await defined(engine)
        rules = contents.rules
        async with open_session() as http:
            token = settings.channel_access_token
            line = LineMenus(LineClient(http, base=settings.line_api_base, token=token))
            friends = Friends(
                engine,
                line,
                default=rules.default,
                named=rules.menus,
                unread=contents.unread_menus,
                clock=clock,
            )
            publisher = Publisher(engine, line, friends, clock=clock)
            changes = content.changes if content is not None else None
            yield _Here(engine, settings, publisher, contents, clock, changes)
    finally:
        await engine.dispose()


def _plan_words(found: "Plan") -> str:
    lines = [f"  {change}" for change in found.changes]
    lines += [f"  BLOCKED {reason}" for reason in found.blockers]
    lines += [
        f"  look at {key}: {finding}"
        for key, findings in found.findings.items()
        for finding in findings
        if finding.severity.value == "warning"
    ]
    lines += [
        f"  {key}: an earlier version since {at:%Y-%m-%d %H:%M} UTC, until its definition changes"
        for key, at in found.pinned.items()
    ]
    head = "Definitions, database and LINE agree." if found.is_empty else "To do:"
    return "\n".join([head, *lines])


def _applied_words(done: "Applied") -> str:
    counts = f"{len(done.created)} new, {done.moved} friends moved to them"
    said = f"{len(done.ids)} menus on LINE: {counts}, {len(done.deleted)} old ones deleted."
    return "\n  ".join([said, *done.left])


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
