"""Settings: the only module that reads the environment."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from bot.errors import SetupError

LINE_API: Final = "https://api.line.me"
DEMO_SECRET: Final = "demo-channel-secret"  # noqa: S105 - the emulator's, on loopback
DEMO_TOKEN: Final = "demo-channel-access-token"  # noqa: S105 - the emulator's, on loopback
DEMO_PUBLIC_URL: Final = "https://shop.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between installs."""

    channel_secret: str = field(repr=False)
    channel_access_token: str = field(repr=False)
    #: Signs card pictures and, later, sessions.
    secret_key: str = field(repr=False)
    line_api_base: str = LINE_API
    #: None: an embedded SQLite file under ``data``.
    database_url: str | None = None
    #: None: an embedded Valkey server.
    redis_url: str | None = None
    #: Where LINE and phones reach this server; https, no slash at the end.
    public_url: str = DEMO_PUBLIC_URL
    port: int = 8000
    emulator_port: int = 8100
    environment: str = "production"
    #: LINE is the emulator beside us.
    is_demo: bool = False
    data: Path = Path(".enishi")
    valkey_server: Path | None = None
    #: Whose word on where a request comes from is taken: proxies between browsers and us.
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    #: LIFF app in which friends open their pages; None: by signed addresses.
    liff_id: str | None = None
    #: Networks that webhooks may go to although they are not public, such as the shop's own.
    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    #: Share of LINE's rate limits to keep to; 0 lifts them, for benches against our own sink.
    line_rate_scale: float = 1.0
    #: Hands in mails to staff; None: there are none.
    smtp_url: str | None = field(default=None, repr=False)
    #: Whom these mails are from.
    mail_from: str = ""

    @property
    def webhook_url(self) -> str:
        """Where LINE shall send events; the emulator is on this machine and takes the near way."""
        near = f"http://127.0.0.1:{self.port}"
        origin = near if self.is_demo else self.public_url
        return f"{origin}/line/webhook"

    @classmethod
    def from_env(cls, env: Mapping[str, str], *, demo: bool = False) -> Self:
        """Read and check the settings.

        Raises:
            SetupError: lists every problem with its mend.
        """
        problems: list[str] = []
        read = _Reader(env, problems)
        data = Path(env.get("ENISHI_DATA", ".enishi"))
        settings = cls(
            channel_secret=read.secret("LINE_CHANNEL_SECRET", DEMO_SECRET if demo else None),
            channel_access_token=read.secret(
                "LINE_CHANNEL_ACCESS_TOKEN", DEMO_TOKEN if demo else None
            ),
            secret_key=env.get("SECRET_KEY") or _kept_key(data, demo=demo, problems=problems),
            line_api_base=read.url("LINE_API_BASE", LINE_API),
            database_url=read.database("DATABASE_URL"),
            redis_url=read.redis("REDIS_URL"),
            public_url=read.public("PUBLIC_URL", DEMO_PUBLIC_URL if demo else None),
            port=read.port("PORT", 8000),
            emulator_port=read.port("EMULATOR_PORT", 8100),
            environment=env.get("ENISHI_ENV", "demo" if demo else "production"),
            is_demo=demo,
            data=data,
            valkey_server=Path(env["VALKEY_SERVER"]) if env.get("VALKEY_SERVER") else None,
            trusted_proxies=read.networks("TRUSTED_PROXIES"),
            webhook_networks=read.networks("WEBHOOK_NETWORKS"),
            liff_id=read.liff("LIFF_ID"),
            line_rate_scale=read.number("LINE_RATE_SCALE", 1.0),
            smtp_url=read.smtp("SMTP_URL"),
            mail_from=read.mail("MAIL_FROM", needed=bool(env.get("SMTP_URL"))),
        )
        if problems:
            raise SetupError("\n".join(["The settings are not complete:", *problems]))
        return settings


def _kept_key(data: Path, *, demo: bool, problems: list[str]) -> str:
    """Return a key that outlives a restart, for the demo and for a first try."""
    path = data / "secret_key"
    if path.exists():
        return path.read_text().strip()
    if not demo:
        problems.append(
            "  SECRET_KEY is missing. Set it to a long random text: "
            f'python3 -c "import secrets; print(secrets.token_urlsafe(32))" > {path}'
        )
        return ""
    data.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(32)
    path.write_text(key)
    path.chmod(0o600)
    return key


@dataclass(slots=True)
class _Reader:
    env: Mapping[str, str]
    problems: list[str]

    def secret(self, name: str, default: str | None) -> str:
        value = self.env.get(name) or default
        if not value:
            self.problems.append(
                f"  {name} is missing. Copy it from your channel's page in the LINE Developers "
                "console."
            )
            return ""
        if value != value.strip() or any(ord(c) < 33 for c in value):  # noqa: PLR2004 - ASCII space
            self.problems.append(f"  {name} holds a space or a line break. Copy it once more.")
        return value

    def url(self, name: str, default: str) -> str:
        value = (self.env.get(name) or default).rstrip("/")
        if not value.startswith(("http://", "https://")) or not _is_address(value):
            self.problems.append(f"  {name} is not an address: {value!r}. Example: {LINE_API}")
        return value

    def public(self, name: str, default: str | None) -> str:
        value = (self.env.get(name) or default or "").rstrip("/")
        if not re.fullmatch(r"https://[^/\s]+", value) or not _is_address(value):
            self.problems.append(
                f"  {name} must be the https address under which phones reach this server, "
                f"without a path: {value!r}. Example: {DEMO_PUBLIC_URL}"
            )
        return value

    def database(self, name: str) -> str | None:
        value = self.env.get(name)
        if not value:
            return None
        value = re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", value)
        value = re.sub(r"^sqlite://", "sqlite+aiosqlite://", value)
        known = value.startswith(("postgresql+asyncpg://", "sqlite+aiosqlite:///"))
        if not known or not _has_port(value):
            self.problems.append(
                f"  {name} is neither postgresql://user:password@host/name nor sqlite:///file.db."
            )
        return value

    def redis(self, name: str) -> str | None:
        value = self.env.get(name)
        if value and not re.match(r"rediss?(\+cluster)?://|unix://", value):
            self.problems.append(
                f"  {name} must start with redis://, rediss:// or unix://; a cluster's with "
                "redis+cluster:// or rediss+cluster://."
            )
        return value or None

    def liff(self, name: str) -> str | None:
        value = self.env.get(name)
        if value and not re.fullmatch(r"[0-9]{10}-[0-9A-Za-z]{8}", value):
            self.problems.append(
                f"  {name} is not the id of a LIFF app: {value!r}. Copy it from your LINE Login "
                "channel's LIFF tab. Example: 1234567890-AbcdEfgh"
            )
        return value or None

    def smtp(self, name: str) -> str | None:
        value = self.env.get(name)
        known = re.match(r"(smtp|smtps|smtp\+plain)://", value or "")
        if value and not (known and _is_address(value)):
            self.problems.append(
                f"  {name} must be smtp://user:password@host:587 (STARTTLS), smtps://… (TLS) or, "
                "for a relay on this machine, smtp+plain://localhost:25. In user and password "
                "write @ as %40, : as %3A and / as %2F."
            )
        return value or None

    def mail(self, name: str, *, needed: bool) -> str:
        value = (self.env.get(name) or "").strip()
        written = re.fullmatch(r"[^@\s]+@[^@\s]+|[^<>\r\n]+ <[^@\s]+@[^@\s]+>", value)
        if (value or needed) and not written:
            self.problems.append(
                f"  {name} must be whom mails to staff are from: {value!r}. "
                "Example: Enishi <enishi@shop.example>"
            )
        return value

    def port(self, name: str, default: int) -> int:
        value = self.env.get(name) or str(default)
        if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) > 65_535:  # noqa: PLR2004 - the last port
            self.problems.append(f"  {name} is not a port number: {value!r}. Example: {default}")
            return default
        return int(value)

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        value = self.env.get(name) or ""
        try:
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        except ValueError:
            self.problems.append(
                f"  {name} must be networks with commas between: {value!r}. Example: 10.0.0.0/8"
            )
            return ()

    def number(self, name: str, default: float) -> float:
        value = self.env.get(name) or str(default)
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
            self.problems.append(f"  {name} is not a number from 0: {value!r}. Example: {default}")
            return default
        return float(value)


def _is_address(value: str) -> bool:
    return _has_port(value) and bool(urlsplit(value).hostname)


def _has_port(value: str) -> bool:
    """Whether what stands for a port in a URL, if anything does, is one."""
    try:
        port = urlsplit(value).port
    except ValueError:
        return False
    return port is None or port >= 0
