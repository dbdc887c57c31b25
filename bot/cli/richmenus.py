"""enishi richmenus: from the files in richmenus/ to LINE."""

from bot.clock import Clock
from bot.settings import Settings


async def publish_menus(settings: Settings, *, clock: Clock) -> None:
    """TEMP."""
