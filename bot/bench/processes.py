"""Child processes of a bench: started, killed without warning, started again.

Child.start -> (runs; its words go to a file) -> kill -9 -> Crew starts it again
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

#: How soon the crew notices that a child has ended.
LOOK_SECONDS: Final = 0.1
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Sample:
    """How much memory one incarnation of a child held, so many seconds into its life."""

    name: str
    pid: int
    age: float
    megabytes: float


class Child:
    """One process that is run again and again with the same arguments."""

    def __init__(
        self, name: str, arguments: Sequence[str], env: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        self.starts = 0
        self.kills = 0
        #: Ends that nobody here caused, with their exit codes.
        self.deaths: list[int] = []
        self._command = [sys.executable, *arguments]
        self._env = {**os.environ, **env}
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; its words are added to its file."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is the bench's to hear
                env=self._env,
            )
        self.starts += 1
        self._began = time.monotonic()

    def kill(self) -> bool:
        """Kill it without warning; False: it was not running."""
        if not self.is_running or self._process is None:
            return False
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.kills += 1
        self._process = None
        return True

    def stop(self, *, within: float = 10.0) -> None:
        """Ask it to end, and kill it when it does not."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def take_death(self) -> None:
        """Note an end that nobody here caused."""
        if self._process is not None and self._process.poll() is not None:
            self.deaths.append(self._process.returncode)
            self._process = None

    def sample(self) -> Sample | None:
        """Measure its memory; None: it does not run, or this system does not tell."""
        if self._process is None:
            return None
        with contextlib.suppress(OSError, ValueError, IndexError):
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
            age = time.monotonic() - self._began
            return Sample(self.name, self._process.pid, age, pages * _PAGE / 1e6)
        return None


class Crew:
    """Children that are started again whenever they end."""

    def __init__(self, children: Sequence[Child], *, pause: float = 0.2) -> None:
        self.children = children
        self.samples: list[Sample] = []
        self._pause = pause
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        for child in self.children:
            child.start()
        self._task = asyncio.create_task(self._watch(), name="crew")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.gather(*(asyncio.to_thread(child.stop) for child in self.children))

    @property
    def all_running(self) -> bool:
        """Whether every child runs just now."""
        return all(child.is_running for child in self.children)

    async def _watch(self) -> None:
        looks = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            looks += 1
            for child in self.children:
                child.take_death()
                if not child.is_running:
                    await asyncio.sleep(self._pause)
                    child.start()
                elif looks % 10 == 0 and (sample := child.sample()) is not None:
                    self.samples.append(sample)
