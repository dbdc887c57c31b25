"""enishi outbox: what did not arrive, or may not have."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from bot.outbox.troubles import Trouble

commands = typer.Typer(help="Outgoing calls that need a person.", no_args_is_help=True)


_Id = Annotated[int, typer.Argument(help="The number in the list.")]


@commands.command("list")
def list_trouble(limit: Annotated[int, typer.Option(help="How many.")] = 50) -> None:
    """List calls that are uncertain (要確認), failed, parked or expired, newest first."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.outbox import repository, troubles

        async with transaction() as connection:
            waiting = await repository.depth(connection)
            groups = await troubles.groups(connection)
            found = await troubles.newest(connection, groups, limit=limit)
        counts = ", ".join(f"{count} {state.value}" for state, (count, _) in waiting.items())
        total = sum(group.count for group in groups)
        print(f"Under way: {counts or 'nothing'}. Needing a person: {total}.")
        for one in found:
            print(f"  {one.call_id}  {one.state}  {one.kind} to {one.lane}  because of {one.why}")
            print(f"      LINE: {one.status or '-'}  request {one.request_id or '-'}  {one.error}")

    run(work())


@commands.command()
def resend(call_id: _Id) -> None:
    """Send a call once more. An uncertain one may then arrive twice: ask the friend first."""
    run(_act(call_id, "outbox.resend"))
    print("It leaves again.")


@commands.command("let-be")
def let_be(call_id: _Id) -> None:
    """Send a call no more, and list it no more."""
    run(_act(call_id, "outbox.let_be"))
    print("It is listed no more.")


async def _act(call_id: int, action: str) -> None:
    from bot.cli.opened import now_here, transaction
    from bot.outbox import mending, troubles
    from bot.staff.audit import audit
    from bot.staff.model import COMMAND_LINE

    act = mending.resend if action == "outbox.resend" else mending.let_be
    now = await now_here()
    async with transaction() as connection:
        one = await troubles.find(connection, call_id)
        done = one is not None and await act(connection, one.seen, now=now)
        if done:
            await audit(connection, COMMAND_LINE, action, f"call:{call_id}", now=now)
    if not done:
        print(_why_not(one, call_id))
        raise typer.Exit(1)


def _why_not(one: "Trouble | None", call_id: int) -> str:
    if one is None:
        return f"There is no call {call_id} that needs a person."
    if one.body is None:
        return "Its content has been erased; `enishi outbox let-be` takes it off the list."
    if one.is_blocked:
        return "The friend has blocked the account; nothing would arrive."
    return "It changed a moment ago: see `enishi outbox list`."
