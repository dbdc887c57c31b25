"""``.env.example``, filled in, says the same to a shell as to honcho, and starts a bot."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from honcho import environ

from bot.settings import Settings
from tests.checks.files import ROOT

SHELL = shutil.which("sh") or "sh"
PRINT = "import json, os; print(json.dumps(dict(os.environ)))"


def test_the_example_can_be_loaded_as_it_says(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    every_line = re.sub(r"^# ([A-Z_]+=)", r"\1", example, flags=re.MULTILINE)
    filled = re.sub(
        r"^(LINE_CHANNEL_\w+|SECRET_KEY)=$", r"\1=abc+/=", every_line, flags=re.MULTILINE
    )
    (tmp_path / ".env").write_text(filled, "utf-8")
    loaded = subprocess.run(
        [SHELL, "-euc", 'set -a; . ./.env; set +a; exec "$0" -c "$1"', sys.executable, PRINT],
        cwd=tmp_path,
        env={},
        capture_output=True,
        check=True,
    )
    of_honcho = environ.parse(filled)
    of_shell = {
        name: value for name, value in json.loads(loaded.stdout).items() if name in of_honcho
    }
    assert of_shell == of_honcho
    assert Settings.from_env(of_shell).mail_from == "Enishi <enishi@shop.example>"
