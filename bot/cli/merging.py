"""enishi people duplicates, merge, unmerge: one person is one."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from bot.people.merging import Comparison

_KEYS = ("phone", "email")
Person = Annotated[str, typer.Argument(help="A customer id, as an export has it: P123.")]


def duplicates(
    *,
    key: Annotated[
        list[str] | None, typer.Option(help="Attributes that tell people apart: phone, email.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Groups of each key, at most.")] = 100,
) -> None:
    """List people who share a phone, an address or another key."""

    async def work() -> int:
        from bot.cli.opened import transaction
        from bot.errors import SetupError
        from bot.people.definition import UnknownAttributeError
        from bot.people.duplicates import find
        from bot.people.vocabulary import Vocabulary

        vocabulary, count = Vocabulary.of_content(), 0
        async with transaction() as connection:
            await vocabulary.refresh(connection)
            for name in key or [each for each in _KEYS if each in vocabulary.attributes]:
                try:
                    attribute = vocabulary.attributes[name]
                except UnknownAttributeError as error:
                    raise SetupError(str(error)) from error
                for group in await find(connection, attribute, limit=limit):
                    count += 1
                    print(f"{group.key} {group.value}")
                    for person in group.people:
                        number = f", member {person.number}" if person.number else ""
                        print(f"  P{person.person_id} {person.name or ''}{number}")
        return count

    found = run(work())
    print(f"{found:,} groups. enishi people merge KEEP DROP --dry-run compares two." if found
          else "Nobody is there twice, as far as these keys tell.")  # fmt: skip


def merge(
    keep: Person,
    drop: Person,
    *,
    take: Annotated[
        list[str] | None, typer.Option(help="Attributes in which the word of DROP stands.")
    ] = None,
    take_number: Annotated[
        bool, typer.Option("--take-number", help="Keep the member number of DROP.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what they agree in; change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make two people one: DROP becomes a part of KEEP, with everything that is theirs."""
    ids = _id(keep), _id(drop)

    async def look() -> None:
        from bot.cli.opened import transaction
        from bot.people.merging import compare

        async with transaction() as connection:
            _tell(await compare(connection, *ids), take or (), take_number=take_number)

    async def work() -> int:
        from bot.cli.opened import transaction
        from bot.clock import utc_now
        from bot.membership import ranks
        from bot.purchases.merging import merge
        from bot.staff.audit import audit
        from bot.staff.model import COMMAND_LINE
        from bot.store.unit import Unit

        async with transaction() as connection:
            merge_id = await merge(
                Unit(connection),
                ranks.Ranks(ranks.load()),
                *ids,
                source="cli",
                now=utc_now(),
                take=take or (),
                take_number=take_number,
            )
            await audit(
                connection,
                COMMAND_LINE,
                "people.merge",
                f"person:{ids[0]}",
                now=utc_now(),
                details={"dropped": ids[1], "merge": merge_id},
            )
        return merge_id

    _said_plainly(look())
    if dry_run:
        return
    if not yes:
        typer.confirm("Make them one?", abort=True)
    merge_id = _said_plainly(work())
    print(f"They are one: P{ids[0]}. enishi people unmerge {merge_id} makes them two again.")


def unmerge(merge_id: Annotated[int, typer.Argument(help="As merge has told it.")]) -> None:
    """Make one person two again, as they were."""

    async def work() -> int:
        from bot.cli.opened import transaction
        from bot.clock import utc_now
        from bot.membership import ranks
        from bot.purchases.merging import undo
        from bot.staff.audit import audit
        from bot.staff.model import COMMAND_LINE
        from bot.store.unit import Unit

        async with transaction() as connection:
            rules = ranks.Ranks(ranks.load())
            person_id = await undo(Unit(connection), rules, merge_id, source="cli", now=utc_now())
            await audit(
                connection,
                COMMAND_LINE,
                "people.unmerge",
                f"person:{person_id}",
                now=utc_now(),
                details={"merge": merge_id},
            )
        return person_id

    print(f"P{_said_plainly(work())} is there again.")


def _said_plainly(work: Any) -> Any:
    from bot.errors import SetupError
    from bot.people.model import PeopleError

    try:
        return run(work)
    except PeopleError as error:
        raise SetupError(str(error)) from error


def _id(words: str) -> int:
    digits = words.removeprefix("P")
    if not (digits.isascii() and digits.isdigit()):
        raise typer.BadParameter(f"{words} is no customer id; write it like P123")
    return int(digits)


def _tell(compared: "Comparison", take: tuple[str, ...] | list[str], *, take_number: bool) -> None:
    print(f"P{compared.kept_id} stays, P{compared.dropped_id} becomes a part of it.")
    if compared.alike:
        print(f"  alike: {', '.join(compared.alike)}")
    for name, value in compared.gained.items():
        print(f"  + {name}: {value}")
    for conflict in compared.conflicts:
        pair = (conflict.dropped, conflict.kept) if conflict.name in take else (
            conflict.kept, conflict.dropped)  # fmt: skip
        print(f"  ! {conflict.name}: {pair[0]} stays, not {pair[1]}")
    if compared.tags:
        print(f"  + tags: {', '.join(compared.tags)}")
    kept, dropped = compared.numbers
    if kept and dropped:
        stays, goes = (dropped, kept) if take_number else (kept, dropped)
        print(f"  member {stays} stays; {goes} goes on working as an older card")
