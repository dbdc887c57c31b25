"""What tests of notices share."""

from bot.app import NOTICES
from tests.support import Shop


async def looks(shop: Shop) -> None:
    """Let what is due be told at once instead of at the next look, and wait for it."""
    await shop.app[NOTICES].look()
    await shop.app[NOTICES].rest()
