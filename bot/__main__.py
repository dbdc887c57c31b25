"""``python -m bot``: the enishi command."""

from bot.cli import app

app()
