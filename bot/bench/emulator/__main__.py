"""``python -m bot.bench.emulator``: the bench without the rest of the command line."""

import typer

from bot.bench.emulator import emulator

if __name__ == "__main__":
    typer.run(emulator)
