"""The platform's state and the services that work on it: what every endpoint reaches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.emulator.clock import VirtualClock
from bot.emulator.model import World
from bot.emulator.request_log import RequestLog
from bot.emulator.rules.buckets import Buckets
from bot.emulator.rules.faults import Faults
from bot.emulator.storage import MediaStore, media_folder
from bot.emulator.stream import Stream

if TYPE_CHECKING:
    from bot.emulator.webhooks.courier import Courier


DEFAULT_CHANNEL_ID: Final = "1000000001"
DEFAULT_LOGIN_CHANNEL_ID: Final = "1000000002"
DEFAULT_LOGIN_CHANNEL_SECRET: Final = "demo-login-channel-secret"  # noqa: S105 - of the demo


@dataclass(frozen=True, slots=True)
class Keys:
    """Ids and secrets of the Messaging API channel and of the login channel."""

    channel_secret: str
    channel_access_token: str
    channel_id: str = DEFAULT_CHANNEL_ID
    login_channel_id: str = DEFAULT_LOGIN_CHANNEL_ID
    login_channel_secret: str = DEFAULT_LOGIN_CHANNEL_SECRET


class Platform:
    """One emulated LINE, as seen from inside."""

    courier: "Courier"

    def __init__(
        self,
        *,
        keys: Keys,
        clock: VirtualClock,
        origins: Mapping[str, str],
        media: Path | None = None,
    ) -> None:
        self.keys = keys
        self.clock = clock
        self.origins = dict(origins)
        self.world = World()
        self.media = MediaStore(media_folder(media) if media else None)
        self.stream = Stream()
        self.requests = RequestLog()
        self.buckets = Buckets()
        self.faults = Faults()
        #: The app is shutting down: calls that hang on purpose end.
        self.closing = False
        #: Told after every change, to save it.
        self.on_change: Callable[[], None] = _nothing
        #: Brings what was due by the virtual clock up to date; set by the server.
        self.chores: list[Callable[[Platform], None]] = []

    def catch_up(self) -> None:
        """Do what became due since anybody last looked."""
        for chore in self.chores:
            chore(self)

    def local(self, url: str) -> str:
        """Return where a public address is served on this machine."""
        for origin, served_at in self.origins.items():
            if url == origin or url.startswith((f"{origin}/", f"{origin}?", f"{origin}#")):
                return served_at + url[len(origin) :]
        return url


def _nothing() -> None:
    """Keep the state in memory only."""
