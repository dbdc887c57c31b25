"""The locks agree with pyproject.toml, and name packages rather than places to fetch them from."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.checks import files
from tests.checks.model import Problems

_RUNTIME: Final = Path("requirements.lock")
_DEVELOPMENT: Final = Path("requirements-dev.lock")
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


@dataclass(frozen=True, slots=True)
class Pin:
    """One package in a lock."""

    name: str
    version: str
    has_hash: bool


def agreement() -> Problems:
    """Every direct dependency is pinned within its bounds, and both locks pin it alike."""
    project = tomllib.loads(files.read(Path("pyproject.toml")))
    wanted = [Requirement(text) for text in project["project"]["dependencies"]]
    for_work = [Requirement(text) for text in project["dependency-groups"]["dev"]]
    runtime, development = (
        {pin.name: pin for pin in pins(files.read(path))} for path in (_RUNTIME, _DEVELOPMENT)
    )
    return [
        *_unmet(_RUNTIME, runtime, wanted),
        *_unmet(_DEVELOPMENT, development, [*wanted, *for_work]),
        *(
            f"{_DEVELOPMENT}: {name} is not at {pin.version}, as in {_RUNTIME}"
            for name, pin in runtime.items()
            if name not in development or development[name].version != pin.version
        ),
        *(
            f"{path}: {pin.name} has no hash"
            for path, lock in ((_RUNTIME, runtime), (_DEVELOPMENT, development))
            for pin in lock.values()
            if not pin.has_hash
        ),
    ]


def pins(lock: str) -> Iterator[Pin]:
    """Yield the packages of a lock."""
    for entry in lock.replace("\\\n", " ").splitlines():
        if match := _PIN.match(entry):
            name, version = match.groups()
            yield Pin(canonicalize_name(name), version, "--hash=sha256:" in entry)


def _unmet(path: Path, lock: dict[str, Pin], wanted: list[Requirement]) -> Iterator[str]:
    for requirement in wanted:
        pin = lock.get(canonicalize_name(requirement.name))
        if pin is None:
            yield f"{path}: {requirement.name} is missing"
        elif not requirement.specifier.contains(pin.version, prereleases=True):
            yield f"{path}: {pin.name} {pin.version} is not within {requirement.specifier}"
