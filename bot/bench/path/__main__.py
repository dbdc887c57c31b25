"""``python -m bot.bench.path``: the bench without the rest of the command line."""

import typer

from bot.bench.path import path

if __name__ == "__main__":
    typer.run(path)
