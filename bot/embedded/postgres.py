"""A PostgreSQL server of our own, for tests and benches on a machine that has its binaries.

    find_binaries() -> PostgresServer(directory) -> create_database("test") -> url("test")

Anyone on this machine may connect: it holds made-up friends only.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.embedded.server import EmbeddedServer, EmbeddedServerError, as_account
from bot.embedded.valkey import HOST, free_port

SUPERUSER: Final = "enishi"
#: Debian keeps the server's binaries off PATH, one directory a version.
DEBIAN: Final = Path("/usr/lib/postgresql")
#: PostgreSQL refuses to run as root; the first of these that exists runs it then.
UNPRIVILEGED: Final = ("postgres", "nobody")


def find_binaries() -> Path | None:
    """Return the directory of the newest PostgreSQL on this machine."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = [path.parent for path in DEBIAN.glob("[0-9]*/bin/initdb")]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


class PostgresServer(EmbeddedServer):
    """One PostgreSQL server on one directory."""

    # "Fast shutdown": SIGTERM would wait for every client to leave.
    stop_signal = signal.SIGINT

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        fast: bool = True,
        shared_buffers: str = "128MB",
        binaries: Path | None = None,
    ) -> None:
        """Name the server; nothing runs yet.

        Args:
            data_dir: keeps the data. None, or one that PostgreSQL's user cannot reach when we are
                root: a directory that goes away with the server.
            fast: do without fsync. A crash of the machine then costs the data.
            shared_buffers: PostgreSQL's own cache.
            binaries: where ``initdb`` and ``postgres`` are, if not where they usually are.
        """
        self._private = Path(tempfile.gettempdir()) / f"enishi-pg-{secrets.token_hex(6)}"
        super().__init__(self._private / "data" if data_dir is None else data_dir)
        self._fast = fast
        self._shared_buffers = shared_buffers
        self._binaries = binaries or find_binaries()
        self.port = 0
        self.account = _unprivileged() if os.geteuid() == 0 else None

    @property
    def log(self) -> Path:
        """Everything the server says, from the last start on; initdb wants its directory empty."""
        return self.data_dir.with_name(f"{self.data_dir.name}.log")

    def url(self, database: str) -> str:
        """Return what SQLAlchemy's ``create_async_engine`` takes."""
        return f"postgresql+asyncpg://{SUPERUSER}@{HOST}:{self.port}/{database}"

    def create_database(self, name: str, *, template: str = "template1") -> None:
        """Make a database; as a copy of ``template``, which nobody may be using."""
        self._run("createdb", "--template", template, *self._where(), name)

    def drop_database(self, name: str) -> None:
        """Remove a database and cut off whoever is using it."""
        self._run("dropdb", "--force", *self._where(), name)

    def prepare(self) -> None:
        """Make the directory a cluster, unless it is one."""
        self._private.mkdir()
        self._own(self._private)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._own(self.data_dir)
        if not self._reaches(self.data_dir):
            self.data_dir = self._private / "data"
            self.data_dir.mkdir()
            self._own(self.data_dir)
        self.port = free_port()
        if not (self.data_dir / "PG_VERSION").exists():
            self._run("initdb", "--pgdata", str(self.data_dir), "--username", SUPERUSER,
                      "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync",
                      "--no-instructions")  # fmt: skip

    def command(self) -> Sequence[str]:
        """Return the server's command line."""
        durable = "off" if self._fast else "on"
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": self._private,
            "shared_buffers": self._shared_buffers,
            "fsync": durable,
            "full_page_writes": durable,
        }
        flags = [f"--{name}={value}" for name, value in settings.items()]
        return [self._binary("postgres"), "-D", str(self.data_dir), *flags]

    def answers(self) -> bool:
        """Tell whether connections are accepted."""
        asked = [self._binary("pg_isready"), "--quiet", *self._where()]
        return subprocess.run(asked, check=False).returncode == 0  # noqa: S603 - our own command

    def release(self) -> None:
        """Remove the socket, and the data when nobody asked to keep it."""
        shutil.rmtree(self._private, ignore_errors=True)

    def _where(self) -> Sequence[str]:
        return ("--host", HOST, "--port", str(self.port), "--username", SUPERUSER)

    def _binary(self, name: str) -> str:
        if self._binaries is None:
            raise EmbeddedServerError(
                "PostgreSQL is not on this machine. Debian: apt-get install postgresql"
            )
        return str(self._binaries / name)

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - our own command
            [self._binary(name), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",  # the user that runs it may not be allowed where we are
            **as_account(self.account),
        )
        if done.returncode != 0:
            raise EmbeddedServerError(f"{name} failed:\n{done.stderr.strip()}")

    def _reaches(self, directory: Path) -> bool:
        asked = ["test", "-x", str(directory)]
        done = subprocess.run(asked, check=False, cwd="/", **as_account(self.account))  # noqa: S603
        return done.returncode == 0

    def _own(self, directory: Path) -> None:
        if self.account is not None:
            os.chown(directory, *self.account)
        directory.chmod(0o700)


def _unprivileged() -> tuple[int, int]:
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise EmbeddedServerError("PostgreSQL refuses to run as root, and no other user is known.")
