"""Identifiers in the shapes that LINE uses."""

import re
import secrets
import uuid
from typing import Final

USER_ID: Final = re.compile(r"U[0-9a-f]{32}\Z")
GROUP_ID: Final = re.compile(r"C[0-9a-f]{32}\Z")
ROOM_ID: Final = re.compile(r"R[0-9a-f]{32}\Z")
UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z")

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID_RANDOM_BITS: Final = 80


def user_id() -> str:
    """Return a new user id, ``U`` and 32 hexadecimal digits."""
    return f"U{secrets.token_hex(16)}"


def group_id() -> str:
    """Return a new group id."""
    return f"C{secrets.token_hex(16)}"


def room_id() -> str:
    """Return a new room id."""
    return f"R{secrets.token_hex(16)}"


def rich_menu_id() -> str:
    """Return a new rich menu id."""
    return f"richmenu-{secrets.token_hex(16)}"


def request_id() -> str:
    """Return a new request id, a UUID."""
    return str(uuid.uuid4())


def token() -> str:
    """Return an opaque token, such as a reply token."""
    return secrets.token_hex(16)


def ulid(at_ms: int) -> str:
    """Return a ULID: 26 characters that sort by time."""
    number = at_ms << _ULID_RANDOM_BITS | secrets.randbits(_ULID_RANDOM_BITS)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
