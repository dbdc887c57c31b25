"""enishi doctor: check everything the bot needs, and say what to mend."""

from bot.cli.loop import run


def doctor() -> None:
    """Check settings, database, Redis and LINE, and say each mend."""
    run(_examine())


async def _examine() -> None:
    """TEMP."""
