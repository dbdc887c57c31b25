"""Passwords, PINs and links: only hashes of them are kept.

Hashing costs some 40 ms and 19 MiB on purpose, so it runs in a thread, a few at a time.
"""

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.staff.model import WeakPasswordError

SHORTEST: Final = 10
LONGEST: Final = 256
#: argon2id as OWASP's password storage cheat sheet asks for: 19 MiB, two passes, one lane.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_HASHING: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


def fit_password(password: str, *, login: str = "", name: str = "") -> str:
    """Return a password as it is hashed.

    Raises:
        WeakPasswordError: it is too short, too long, well known, or says who it belongs to.
    """
    fit = unicodedata.normalize("NFKC", password)
    bare = fit.casefold().strip()
    if not SHORTEST <= len(fit) <= LONGEST or len(set(fit)) < 4:  # noqa: PLR2004 - aaaaaaaaaa
        raise WeakPasswordError
    if bare in _known() or bare in {login.casefold(), name.casefold()}:
        raise WeakPasswordError
    return fit


async def hashed(password: str) -> str:
    """Return the argon2id hash of a password that fits."""
    loop = asyncio.get_running_loop()
    fit = unicodedata.normalize("NFKC", password)
    return await loop.run_in_executor(_HASHING, _HASHER.hash, fit)


async def matches(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one; without a hash it takes as long and is wrong."""
    if len(password) > LONGEST:
        return False
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_HASHING, _matches, password, password_hash)


def _matches(password: str, password_hash: str | None) -> bool:
    try:
        return _HASHER.verify(password_hash or _nobody(), unicodedata.normalize("NFKC", password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """Return the hash of a password that nobody has, so that unknown logins take as long."""
    return _HASHER.hash(secrets.token_urlsafe(32))


@cache
def _known() -> frozenset[str]:
    text = resources.files("bot.staff").joinpath("known_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def new_token() -> str:
    """Return a secret for a link: 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is kept of a secret that nobody can guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def peppered(pin: str, *, secret_key: str, staff_id: int) -> str:
    """Return what is hashed of a PIN: four digits alone could be tried out from a stolen table."""
    message = f"{staff_id}:{pin}".encode()
    return hmac.new(secret_key.encode(), message, hashlib.sha256).hexdigest()
