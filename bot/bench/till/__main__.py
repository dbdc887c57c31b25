"""``python -m bot.bench.till``: the bench without the rest of the command line."""

import typer

from bot.bench.till import till

if __name__ == "__main__":
    typer.run(till)
