"""The enishi command: one file a group of commands.

Nothing heavy is imported here, so that ``enishi --help`` answers at once.
"""

import sys

import typer

from bot.cli import (
    api,
    bench,
    content,
    coupons,
    database,
    inbox,
    menus,
    merging,
    outbox,
    people,
    processes,
    richmenus,
    segments,
    staff,
)
from bot.cli.doctor import doctor
from bot.cli.emulator import emulator
from bot.cli.loop import collect_rarely
from bot.errors import SetupError

cli = typer.Typer(
    name="enishi",
    help="A bot and CRM for a LINE Official Account. Not affiliated with LINE.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
cli.command()(processes.demo)
cli.command()(processes.serve)
cli.command("web")(processes.serve_web)
cli.command()(processes.worker)
cli.command()(processes.dispatcher)
cli.command()(processes.scheduler)
cli.command()(doctor)
cli.command()(emulator)
cli.add_typer(database.commands, name="db")
cli.add_typer(bench.commands, name="bench")
cli.add_typer(content.commands, name="content")
for _command in (merging.duplicates, merging.merge, merging.unmerge):
    people.commands.command()(_command)
cli.add_typer(people.commands, name="people")
cli.add_typer(coupons.commands, name="coupons")
cli.add_typer(segments.commands, name="segments")
cli.add_typer(inbox.commands, name="inbox")
cli.add_typer(menus.commands, name="menus")
cli.add_typer(richmenus.commands, name="richmenus")
cli.add_typer(outbox.commands, name="outbox")
cli.add_typer(staff.commands, name="staff")
cli.add_typer(api.commands, name="api")


def app() -> None:
    """Run the command; what a person can mend is said in words, without a traceback."""
    collect_rarely()
    try:
        cli()
    except SetupError as error:
        print(f"enishi: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
