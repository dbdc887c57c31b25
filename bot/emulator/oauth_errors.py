"""The error shape of token endpoints, which is not the Messaging API's."""

from typing import Any

from bot.emulator.errors import LineError


class OAuthError(LineError):
    """400 with ``error`` and ``error_description``."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(status, description)
        self.error = error

    def wire(self) -> dict[str, Any]:
        """Return the JSON body."""
        return {"error": self.error, "error_description": self.message}


def invalid_request(description: str) -> OAuthError:
    """Answer ``invalid_request``."""
    return OAuthError("invalid_request", description)


def invalid_client(description: str) -> OAuthError:
    """Answer ``invalid_client``."""
    return OAuthError("invalid_client", description)


def invalid_grant(description: str) -> OAuthError:
    """Answer ``invalid_grant``."""
    return OAuthError("invalid_grant", description)
