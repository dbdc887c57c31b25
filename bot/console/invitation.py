"""The address of an invitation."""

from bot.settings import Settings


def invitation_link(settings: Settings, token: str) -> str:
    """Return it; the demo's console is on this machine."""
    near = f"http://127.0.0.1:{settings.port}"
    return f"{near if settings.is_demo else settings.public_url}/console/welcome/{token}"
