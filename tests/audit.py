"""``./run audit``: are holes known in what the locks pin?

requirements.lock -> a project of exactly these versions -> uv audit, which asks a public list

Without a network, or without uv, it says so and ends well: nothing was found because nothing was
looked for, and the words say that.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
_PIN: Final = re.compile(r"^([A-Za-z0-9._\[\]-]+==[^\s;\\]+)(\s*;[^\\]+?)?\s*\\?$", re.MULTILINE)
_SECONDS: Final = 120
#: uv ends with 1 when it found something, with 2 when it could not look.
_FOUND: Final = 1


def main() -> int:
    """Return 1 when holes are known, else 0."""
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    if not Path(uv).exists():
        print("Not audited: uv is not here. ./run setup fetches it where it is needed.")
        return 0
    pins = _PIN.findall((ROOT / "requirements.lock").read_text("utf-8"))
    with tempfile.TemporaryDirectory(prefix="enishi-audit-") as folder:
        (Path(folder) / "pyproject.toml").write_text(_project(pins), "utf-8")
        try:
            done = subprocess.run(
                [uv, "audit", "--quiet", "--no-dev"],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            print("Not audited: the list of vulnerabilities did not answer.")
            return 0
    said = (done.stdout + done.stderr).strip()
    if done.returncode == 0:
        print(f"{len(pins)} packages, no known holes.")
    elif done.returncode == _FOUND:
        print(said)
        return 1
    else:
        print(f"Not audited: {said.splitlines()[-1] if said else 'uv could not look'}")
    return 0


def _project(pins: list[tuple[str, str]]) -> str:
    lines = "".join(f'    "{pin}{marker.rstrip()}",\n' for pin, marker in pins)
    return (
        '[project]\nname = "audited"\nversion = "0"\nrequires-python = ">=3.11"\n'
        f"dependencies = [\n{lines}]\n"
    )


if __name__ == "__main__":
    sys.exit(main())
