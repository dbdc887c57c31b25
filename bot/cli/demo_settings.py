"""The settings of the demo: everything on this machine, LINE emulated beside the bot."""

import os
from dataclasses import replace

from bot.settings import Settings

HOST = "127.0.0.1"


def demo_settings() -> Settings:
    """Return them; ports, data folder and channel may be chosen by the environment.

    Raises:
        SetupError: one of those is wrong.
    """
    settings = Settings.from_env(os.environ, demo=True)
    return replace(settings, line_api_base=f"http://{HOST}:{settings.emulator_port}")
