"""Servers for the tests of this folder."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory that every user of this machine can reach; pytest's own are private."""
    with tempfile.TemporaryDirectory(prefix="enishi-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
