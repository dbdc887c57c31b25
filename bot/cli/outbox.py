"""enishi outbox: what did not arrive, or may not have."""

from typing import Annotated

import typer

from bot.cli.loop import run

commands = typer.Typer(help="Outgoing calls that need a person.", no_args_is_help=True)


@commands.command("list")
def list_trouble(limit: Annotated[int, typer.Option(help="How many.")] = 50) -> None:
    """List calls that are uncertain (要確認), failed, parked or expired, newest first."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.outbox import repository

        async with transaction() as connection:
            waiting = await repository.depth(connection)
            rows = await repository.trouble(connection, limit=limit)
        counts = ", ".join(f"{count} {state.value}" for state, (count, _) in waiting.items())
        print(f"Under way: {counts or 'nothing'}. Needing a person: {len(rows)}.")
        for call_id, lane, kind, state, why, status, request_id, error, _ in rows:
            print(f"  {call_id}  {state}  {kind} to {lane}  because of {why}")
            print(f"      LINE: {status or '-'}  request {request_id or '-'}  {error or ''}")

    run(work())


@commands.command()
def resend(call_id: Annotated[int, typer.Argument(help="The number in the list.")]) -> None:
    """Send a call once more. An uncertain one may then arrive twice: ask the friend first."""

    async def work() -> None:
        import uuid

        from bot.cli.opened import transaction
        from bot.clock import utc_now
        from bot.outbox import repository
        from bot.outbox.model import KEEPS_FOR

        now = utc_now()
        async with transaction() as connection:
            found = await repository.resend(
                connection, call_id, retry_key=str(uuid.uuid4()), now=now, until=now + KEEPS_FOR
            )
        if not found:
            print(f"There is no call {call_id} to send again, or its content has been erased.")
            raise typer.Exit(1)
        print("It leaves again.")

    run(work())
