"""enishi inbox: what waits, and what could not be handled."""

from typing import Annotated

import typer

from bot.cli.loop import run

commands = typer.Typer(
    help="Received events: dead letters and their replay.", no_args_is_help=True
)
_Id = Annotated[int, typer.Argument(help="The number in the list.")]


@commands.command("list")
def list_dead(limit: Annotated[int, typer.Option(help="How many.")] = 50) -> None:
    """List the events that were given up, newest first, and how many wait."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.inbox import dead, repository

        async with transaction() as connection:
            depth, oldest = await repository.depth(connection)
            letters = await dead.newest(connection, limit=limit)
        since = f", the oldest since {oldest:%Y-%m-%d %H:%M:%S} UTC" if oldest else ""
        print(f"{depth} waiting{since}; {len(letters)} given up" + (":" if letters else "."))
        for letter in letters:
            print(
                f"  {letter.event_id}  {letter.died_at:%Y-%m-%d %H:%M:%S}  {letter.kind}  "
                f"{letter.lane}  after {letter.attempts} attempts: {letter.error}"
            )

    run(work())


@commands.command()
def show(event_id: _Id) -> None:
    """Show one event as LINE sent it."""

    async def work() -> None:
        import json

        import orjson

        from bot.cli.opened import transaction
        from bot.inbox import dead

        async with transaction() as connection:
            payload = await dead.payload(connection, event_id)
        if payload is None:
            print(f"There is no event {event_id}, or its content has been erased.")
            raise typer.Exit(1)
        print(json.dumps(orjson.loads(payload), ensure_ascii=False, indent=2))

    run(work())


@commands.command()
def replay(
    event_id: Annotated[int | None, typer.Argument(help="The number in the list.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Replay every dead letter.")] = False,
) -> None:
    """Put dead letters back in the queue, to be handled once more."""
    if (event_id is None) is not everything:
        print("Name one event of `enishi inbox list`, or say --all.")
        raise typer.Exit(2)

    async def work() -> None:
        from bot.cli.opened import now_here, transaction
        from bot.inbox import dead
        from bot.staff.audit import audit
        from bot.staff.model import COMMAND_LINE

        now = await now_here()
        async with transaction() as connection:
            count = await dead.replay(connection, None if everything else event_id)
            if count:
                action = "inbox.replay_all" if everything else "inbox.replay"
                subject, details = f"event:{event_id or 0}", {"count": count}
                await audit(connection, COMMAND_LINE, action, subject, now=now, details=details)
        print(f"{count} back in the queue.")
        if not count and not everything:
            raise typer.Exit(1)

    run(work())


@commands.command("let-be")
def let_be(event_id: _Id) -> None:
    """Give an event up for good, and list it no more."""

    async def work() -> None:
        from bot.cli.opened import now_here, transaction
        from bot.inbox import dead
        from bot.staff.audit import audit
        from bot.staff.model import COMMAND_LINE

        now = await now_here()
        async with transaction() as connection:
            is_known = await dead.let_be(connection, event_id)
            if is_known:
                subject = f"event:{event_id}"
                await audit(connection, COMMAND_LINE, "inbox.let_be", subject, now=now)
        print("It is listed no more." if is_known else f"There is no dead letter {event_id}.")
        if not is_known:
            raise typer.Exit(1)

    run(work())
