"""enishi bench: what the bot stands, and how fast it is."""

import typer

from bot.bench.emulator import emulator
from bot.bench.path import path
from bot.bench.segments import segments
from bot.bench.survive import survive
from bot.bench.talk import talk
from bot.bench.till import till

commands = typer.Typer(
    help="Measure: losses, speeds, segments, talks, tills, emulator.", no_args_is_help=True
)
commands.command()(survive)
commands.command()(path)
commands.command()(segments)
commands.command()(till)
commands.command()(talk)
commands.command("emulator")(emulator)
