"""``python -m bot.bench.segments``: the bench without the rest of the command line."""

import typer

from bot.bench.segments import segments

if __name__ == "__main__":
    typer.run(segments)
