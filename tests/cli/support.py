"""Starting the processes as a person or a platform does."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Everything that a process needs and that a test need not vary.
SETTINGS = {
    "LINE_CHANNEL_SECRET": "secret",
    "LINE_CHANNEL_ACCESS_TOKEN": "token",
    "SECRET_KEY": "key",
    "PUBLIC_URL": "https://shop.example",
    "LINE_API_BASE": "http://127.0.0.1:9",
    "REDIS_URL": "redis://127.0.0.1:9",
    "PORT": "0",
}
_OURS = ("LINE_", "ENISHI_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "PORT")


def enishi(*arguments: str, data: Path, **settings: str) -> tuple[int, str]:
    """Run a command that ends by itself; return its exit code and all it said."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={**plain, "ENISHI_DATA": str(data), **settings},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout
