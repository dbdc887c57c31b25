"""A database server as a child process that never outlives us.

    prepare -> launch -> wait until it answers -> … -> stop

The child leads a session of its own, so that Ctrl-C reaches us alone and the server stops only
after we have drained. On Linux the kernel also stops it when we are killed.
"""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Self

START_SECONDS: Final = 30
STOP_SECONDS: Final = 10
POLL_SECONDS: Final = 0.01
LOG_CHARACTERS: Final = 800

_PR_SET_PDEATHSIG: Final = 1
# Loaded before any fork: a child of a process with threads must not load libraries.
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


class EmbeddedServerError(RuntimeError):
    """A server could not be started; the message says why, for a person."""


class EmbeddedServer(ABC):
    """One child server; subclasses say how it is prepared, run and asked.

    Use ``async with`` in a loop, ``start()`` and ``stop()`` elsewhere. Start it in the thread that
    lives longest: Linux stops the server with the thread that started it.
    """

    #: What the server takes for "stop now, and leave clean files".
    stop_signal: signal.Signals = signal.SIGTERM
    #: The user and group that run it, as numbers; none: ourselves.
    account: tuple[int, int] | None = None

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The running server's process id."""
        return None if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the server was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> Path:
        """Everything the server says, from the last start on."""
        return self.data_dir / "server.log"

    @abstractmethod
    def prepare(self) -> None:
        """Make ready what the server needs; may take a second."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Return the server's command line."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether the server takes commands."""

    @abstractmethod
    def release(self) -> None:
        """Give back what ``prepare`` took; also called when the start fails."""

    def start(self) -> None:
        """Start and wait until the server answers.

        Raises:
            EmbeddedServerError: it did not start; its own words are in the message.
        """
        try:
            self.prepare()
            self._launch()
            deadline = time.monotonic() + START_SECONDS
            while not self._is_up(deadline):
                time.sleep(POLL_SECONDS)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server if it runs; a second call does nothing."""
        process, self._process = self._process, None
        if process is not None:
            _end(process, self.stop_signal)
        self.release()

    async def __aenter__(self) -> Self:
        try:
            await asyncio.to_thread(self.prepare)
            self._launch()
            deadline = time.monotonic() + START_SECONDS
            while not self._is_up(deadline):  # noqa: ASYNC110 - a process sets no event
                await asyncio.sleep(POLL_SECONDS)
        except BaseException:
            self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    def _launch(self) -> None:
        with self.log.open("wb") as log:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own command line
                    self.command(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    **as_account(self.account),
                    # Only the child itself can ask; it makes two system calls.
                    preexec_fn=_die_with(os.getpid(), self.stop_signal),  # noqa: PLW1509
                )
            except OSError as error:
                raise EmbeddedServerError(f"{self._name()} cannot be run: {error}") from error

    def _is_up(self, deadline: float) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise EmbeddedServerError(f"{self._name()} did not start:\n{self._last_words()}")
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"{self._name()} did not answer in {START_SECONDS} s:\n{self._last_words()}"
            )
        return self.answers()

    def _name(self) -> str:
        return Path(self.command()[0]).name

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-LOG_CHARACTERS:].strip()


def as_account(account: tuple[int, int] | None) -> dict[str, Any]:
    """Return the arguments of ``subprocess`` that run a child as another user."""
    if account is None:
        return {}
    user, group = account
    return {"user": user, "group": group, "extra_groups": []}


def _die_with(parent: int, signal_number: int) -> Callable[[], None] | None:
    """Return what a child does before it becomes the server."""
    libc = _LIBC
    if libc is None:
        return None

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # we died before the child could ask
            os._exit(1)

    return ask


def _end(process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(stop_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
