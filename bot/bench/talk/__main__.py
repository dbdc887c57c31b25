"""``python -m bot.bench.talk``: the bench without the rest of the command line."""

import typer

from bot.bench.talk import talk

if __name__ == "__main__":
    typer.run(talk)
