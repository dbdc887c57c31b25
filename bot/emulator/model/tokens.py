"""Tokens of channels and of people who logged in."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class ChannelToken:
    """A channel access token that was issued."""

    #: jwt (v2.1), stateless, short.
    kind: str
    client_id: str
    issued_at: float
    expires_at: float
    key_id: str | None = None


@dataclass(slots=True)
class LoginCode:
    """An authorization code, good once for ten minutes."""

    user_id: str
    client_id: str
    redirect_uri: str
    scopes: list[str]
    issued_at: float
    nonce: str | None = None
    challenge: str | None = None


@dataclass(slots=True)
class LoginToken:
    """A user's access token; its refresh token keeps the first issue's ninety days."""

    user_id: str
    client_id: str
    scopes: list[str]
    expires_at: float
    refresh_token: str | None = None
    refresh_until: float = 0.0
    revoked: bool = False


@dataclass(slots=True)
class LinkToken:
    """An account link token, good once for ten minutes."""

    user_id: str
    issued_at: float


@dataclass(slots=True)
class LiffApp:
    """A LIFF app as registered."""

    liff_id: str
    view: dict[str, Any]
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Tokens:
    """Every token and what it takes to issue them."""

    channel: dict[str, ChannelToken] = field(default_factory=dict)
    #: Key id to the public JWK that signs assertions.
    assertion_keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, LoginCode] = field(default_factory=dict)
    login: dict[str, LoginToken] = field(default_factory=dict)
    links: dict[str, LinkToken] = field(default_factory=dict)
    liff: dict[str, LiffApp] = field(default_factory=dict)
    #: Registered callback addresses; while there are none, any is taken.
    redirect_uris: list[str] = field(default_factory=list)
    #: The login channel may ask for email addresses.
    may_read_email: bool = True
    #: The configured long-lived token was revoked.
    long_lived_revoked: bool = False
    #: Long-lived tokens reissued since.
    reissued: list[str] = field(default_factory=list)
    #: What users agreed to before: user id to scopes.
    consents: dict[str, list[str]] = field(default_factory=dict)
