"""A program under measure: a child process, alone on its core, known by what /proc says of it."""

import http.client
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Self

from bot.bench.path import machine
from bot.embedded.server import EmbeddedServer
from bot.embedded.valkey import HOST, free_port


class Subject(EmbeddedServer):
    """``python -m module arguments`` on a core of its own."""

    def __init__(
        self,
        folder: Path,
        *command: str,
        env: Mapping[str, str],
        core: int,
        ready: str = "/readyz",
        port_option: str | None = None,
    ) -> None:
        """Name the program; nothing runs yet.

        Args:
            folder: takes its log.
            command: module and arguments.
            env: its settings; the port is added.
            core: where it runs.
            ready: answers 200 once the program can do its work.
            port_option: the option that names the port, for a program that does not read PORT.
        """
        super().__init__(folder)
        self._command = command
        self._env = dict(env)
        self._core = core
        self._ready = ready
        self._port_option = port_option
        self.port = 0
        #: Seconds from the start of the process to its first good answer.
        self.ready_after = 0.0

    async def __aenter__(self) -> Self:
        started = perf_counter()
        await super().__aenter__()
        self.ready_after = perf_counter() - started
        return self

    def prepare(self) -> None:
        """Choose a port."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.port = free_port()

    def command(self) -> Sequence[str]:
        """Return the command line; ``env`` becomes the program, so the process is one."""
        settings = [f"{name}={value}" for name, value in self._env.items()]
        option = [] if self._port_option is None else [self._port_option, str(self.port)]
        program = [sys.executable, "-m", *self._command, *option]
        return ("env", *settings, f"PORT={self.port}", *program)

    def answers(self) -> bool:
        """Tell whether the program is ready."""
        asked = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            asked.request("GET", self._ready)
            return asked.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            asked.close()

    def release(self) -> None:
        """Nothing was taken."""

    def setting(self, name: str) -> str:
        """Return a setting that it runs with."""
        return self._env[name]

    @property
    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        return machine.cpu_seconds(self.pid or 0)

    @property
    def memory_mb(self) -> float:
        """Resident memory now."""
        return machine.memory_mb(self.pid or 0)

    def _launch(self) -> None:
        super()._launch()
        machine.pin(self.pid or 0, self._core)
