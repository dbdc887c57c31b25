"""enishi bench: what the bot stands, and how fast it is."""

from collections.abc import Callable

import typer

commands = typer.Typer(help="Measure: losses, speeds, segments.", no_args_is_help=True)

#: A bench names its own options; what it needs is imported only when it runs.
_PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True}


@commands.command("survive", context_settings=_PASSED_ON, add_help_option=False)
def survive(ctx: typer.Context) -> None:
    """Kill, cut and delay everything while friends write; nothing may be lost or doubled."""
    from bot.bench.survive.command import survive

    _run(survive, ctx)


@commands.command("path", context_settings=_PASSED_ON, add_help_option=False)
def path(ctx: typer.Context) -> None:
    """Measure whole paths, from webhook to reply."""
    from bot.bench.path import path

    _run(path, ctx)


@commands.command("segments", context_settings=_PASSED_ON, add_help_option=False)
def segments(ctx: typer.Context) -> None:
    """Count and list segments among millions of friends."""
    from bot.bench.segments import segments

    _run(segments, ctx)


def _run(bench: Callable[..., None], ctx: typer.Context) -> None:
    only = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    only.command()(bench)
    only(args=ctx.args, prog_name=f"enishi bench {ctx.info_name}")
