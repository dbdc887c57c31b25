"""Where LINE keeps pictures that its API only names: of profiles, and of stickers.

Their bytes are somebody else's: whoever fetches them asks ``is_of_line`` first.
"""

from typing import Final

from yarl import URL

from bot.line.client import LINE_BASE

#: Hosts of LINE's pictures end like this; reference, "Get profile", and what it answers.
_HOSTS: Final = (".line-scdn.net", ".line-cdn.net")
_STICKERS: Final = (
    "https://stickershop.line-scdn.net/stickershop/v1/sticker/{}/android/sticker.png"
)


def sticker_url(sticker_id: int, *, base: str) -> str:
    """Return where the picture of a sticker is; an emulated LINE has its own."""
    if _is_line(base):
        return _STICKERS.format(sticker_id)
    return f"{base.rstrip('/')}/_emulator/stickers/{sticker_id}"


def is_of_line(url: str, *, base: str) -> bool:
    """Whether an address is one of LINE's picture hosts, or of the emulated LINE in its place."""
    try:
        found = URL(url)
    except ValueError:
        return False
    host = found.host or ""
    if not _is_line(base) and found.absolute and found.origin() == URL(base).origin():
        return True
    return found.scheme == "https" and found.port == 443 and host.endswith(_HOSTS)  # noqa: PLR2004


def _is_line(base: str) -> bool:
    return base.rstrip("/") == LINE_BASE
