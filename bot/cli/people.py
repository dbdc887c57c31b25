"""enishi people: customers from a file and into a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from bot.people.columns import Plan, Wishes
    from bot.people.csv_file import CsvFile
    from bot.people.import_batch import Options, Rejected
    from bot.people.importing import Importer, Progress

commands = typer.Typer(
    help="Customers: import, export, and what can be known of them.", no_args_is_help=True
)

_SHOWN_ERRORS = 20
_Language = Annotated[
    Literal["ja", "en"], typer.Option(help="The language of headings, values and errors.")
]


@commands.command("import")
def import_people(
    file: Annotated[
        Path, typer.Argument(help="A CSV in UTF-8, UTF-16 or Shift_JIS, headings first.")
    ],
    *,
    key: Annotated[
        str,
        typer.Option(
            help="member_number, user_id, person_id, an attribute such as phone, or a heading."
        ),
    ],
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", help='"HEADING=ATTRIBUTE"; "HEADING=-" leaves a column out.'),
    ] = None,
    add_columns: Annotated[
        bool, typer.Option("--add-columns", help="Make attributes of columns not known yet.")
    ] = False,
    add_column: Annotated[
        list[str] | None, typer.Option(help='"HEADING:KIND" makes an attribute of one column.')
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")
    ] = False,
    only_update: Annotated[
        bool, typer.Option("--only-update", help="Refuse rows whose person is not known yet.")
    ] = False,
    clear_empty: Annotated[
        bool, typer.Option("--clear-empty", help="An empty cell erases what was known.")
    ] = False,
    language: _Language = "ja",
) -> None:
    """Import customers; a row finds its person by the key, or makes a new one."""

    async def work() -> int:
        from bot.people.columns import Wishes
        from bot.people.import_batch import Options

        wishes = Wishes(
            key=key,
            mapping=_pairs(mapping or (), "=", "--map"),
            added=_pairs(add_column or (), ":", "--add-column"),
            adds_all=add_columns,
        )
        options = Options(
            is_dry=dry_run,
            only_updates=only_update,
            clears_empty=clear_empty,
            language=language,
        )
        return await import_file(file, wishes, options)

    if run(work()):
        raise typer.Exit(1)


async def import_file(path: Path, wishes: "Wishes", options: "Options") -> int:
    """Import a file, showing how far it is; return how many rows had errors.

    Raises:
        SetupError: the file, or a column of it, is not what it should be.
    """
    from bot.cli.opened import settings_here
    from bot.clock import utc_now
    from bot.errors import SetupError
    from bot.people.columns import plan_columns
    from bot.people.csv_file import CsvFile
    from bot.people.importing import Importer
    from bot.people.model import PeopleError
    from bot.people.service import People
    from bot.store import schema
    from bot.store.engine import open_engine

    engine = open_engine(str(settings_here().database_url))
    people = People()
    try:
        await schema.require_current(engine)
        file = CsvFile.open(path)
        async with engine.begin() as connection:
            await people.vocabulary.refresh(connection)
        plan = plan_columns(file, people.vocabulary, wishes)
        _tell_plan(file, plan)
        importer = Importer(engine, people, file, plan, options, clock=utc_now)
        progress = await _watch(importer, file, options)
    except PeopleError as error:
        lines = "\n  ".join(str(error).splitlines())
        raise SetupError(f"{path} was not imported.\n  {lines}") from error
    finally:
        await engine.dispose()
    return _tell_counts(progress, importer.errors.path, options)


async def _watch(importer: "Importer", file: "CsvFile", options: "Options") -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    shown = 0
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Bars(*columns, TimeRemainingColumn()) as bars:
        bar = bars.add_task("trying" if options.is_dry else "importing", total=file.row_count)
        async for progress in importer.run():
            bars.update(bar, completed=progress.counts.total())
            for rejected in progress.rejected[: _SHOWN_ERRORS - shown]:
                bars.console.print(_words(rejected, options), highlight=False, markup=False)
                shown += 1
    return importer.progress


def _tell_plan(file: "CsvFile", plan: "Plan") -> None:
    from bot.people.csv_file import ENCODINGS

    encoding = ENCODINGS[file.encoding]
    print(f"{file.path.name}: {file.row_count:,} rows, {encoding}, key {plan.key.name}.")
    added = {attribute.key for attribute in plan.added}
    for column in plan.columns:
        attribute = column.attribute
        new = ", new" if attribute.key in added else ""
        print(f"  {column.heading} -> {attribute.key} ({attribute.kind}{new})")
    if plan.ignored:
        print(f"  left out: {', '.join(plan.ignored)}")


def _words(rejected: "Rejected", options: "Options") -> str:
    told = [
        f"{problem.column} ({problem.kind}): {problem.reason.say(options.language)}"
        for problem in rejected.problems
    ]
    return f"  row {rejected.reading.row.number}: {' / '.join(told)}"


def _tell_counts(progress: "Progress", errors: Path, options: "Options") -> int:
    counts = progress.counts
    if progress.is_resumed:
        print("Went on where the last import of this file was cut off.")
    told = (
        f"{counts['new']:,} new, {counts['changed']:,} changed, {counts['unchanged']:,} unchanged"
    )
    print(f"{'Would be: ' if options.is_dry else ''}{told}, {counts['errors']:,} with errors.")
    if counts["errors"]:
        print(f"The rows with errors are in {errors}; mend them there and import that file.")
    return counts["errors"]


def _pairs(wishes: Sequence[str], sign: str, option: str) -> dict[str, str]:
    pairs = {}
    for wish in wishes:
        left, between, right = wish.rpartition(sign)
        if not between or not left or not right:
            raise typer.BadParameter(f'write {option} "HEADING{sign}…", not {wish}')
        pairs[left.strip()] = right.strip()
    return pairs


@commands.command()
def attributes(language: _Language = "ja") -> None:
    """List what can be known of a customer: key, kind and label."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.people.vocabulary import Vocabulary

        vocabulary = Vocabulary.of_content()
        async with transaction() as connection:
            await vocabulary.refresh(connection)
        for attribute in vocabulary.attributes.values():
            print(f"{attribute.key}  {attribute.kind}  {attribute.label.say(language)}")

    run(work())


@commands.command("export")
def export_people(
    file: Annotated[Path, typer.Argument(help="The CSV file to write; UTF-8 with BOM.")],
    *,
    language: _Language = "ja",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Export all customers with what is known of them, their tags and LINE ids."""
    if file.exists() and not force:
        print(f"{file} is there already; say --force to replace it.")
        raise typer.Exit(1)

    async def work() -> None:
        from bot.cli.opened import settings_here
        from bot.clock import utc_now
        from bot.errors import SetupError
        from bot.people.derived import today_in_tokyo
        from bot.people.exporting import Exporter
        from bot.people.vocabulary import Vocabulary
        from bot.store import schema
        from bot.store.engine import open_engine

        engine = open_engine(str(settings_here().database_url))
        try:
            await schema.require_current(engine)
            today = today_in_tokyo(utc_now())
            exporter = Exporter(engine, Vocabulary.of_content(), today=today, language=language)
            counts = [count async for count in exporter.write(file)]
        except OSError as error:
            mend = "name a file in a folder that can be written to"
            raise SetupError(f"{file} cannot be written ({error.strerror}); {mend}") from error
        finally:
            await engine.dispose()
        print(f"{counts[-1] if counts else 0:,} people in {file}.")

    run(work())
