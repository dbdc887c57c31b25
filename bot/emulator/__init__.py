"""A LINE platform on this machine, for developing and testing bots against.

    emulator = LineEmulator(channel_secret="…", channel_access_token="…", webhook_url="http://…")
    web.run_app(emulator.app)

It shares no code with the bot: a double that shares code with the client shares its bugs.
"""

from bot.emulator.clock import VirtualClock
from bot.emulator.server import LineEmulator

__all__ = ["LineEmulator", "VirtualClock"]
