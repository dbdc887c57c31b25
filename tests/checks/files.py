"""The project's files: what git knows of, or, without git, everything that nobody generated."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
#: Left out where git cannot say what is ours; the same names as in ``.gitignore``.
_GENERATED: Final = frozenset({".git", ".venv", ".tools", ".enishi", ".hypothesis", "tmp"})


@cache
def all_files() -> tuple[Path, ...]:
    """Return every file of the project, new ones included, relative to its root."""
    listed = _from_git() or sorted(_from_disk(ROOT))
    return tuple(path for path in listed if (ROOT / path).is_file())


def python_files(*folders: str) -> list[Path]:
    """Return the Python files under some folders, without the migrations, which are frozen."""
    return [
        path
        for path in all_files()
        if path.suffix == ".py" and path.parts[0] in folders and "versions" not in path.parts
    ]


def documents() -> list[Path]:
    """Return the Markdown files."""
    return [path for path in all_files() if path.suffix == ".md"]


def read(path: Path) -> str:
    """Return a file's text."""
    return (ROOT / path).read_text("utf-8")


def text_files() -> Iterator[tuple[Path, str]]:
    """Yield every file that is text, with its text."""
    for path in all_files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content[:8192]:
            yield path, content.decode("utf-8", "replace")


def _from_git() -> list[Path]:
    git = shutil.which("git")
    if git is None:
        return []
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    return sorted({Path(name) for name in done.stdout.decode().split("\0") if name})


def _from_disk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _GENERATED or path.name.endswith(("_cache", "__pycache__", ".egg-info")):
            continue
        if path.is_dir():
            yield from _from_disk(path)
        else:
            yield path.relative_to(ROOT)
