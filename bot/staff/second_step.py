"""The second step of signing in: a code of an authenticator app, or one of ten kept on paper.

seed, SECRET_KEY -> secret -> QR -> app -> six digits, new every 30 s, which work once

The database keeps the seed alone: who steals a copy of it cannot make codes.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import repository
from bot.staff.audit import audit
from bot.staff.model import Actor, StaffMember

_STEP_SECONDS: Final = 30
#: Clocks of phones are a little wrong.
_NEIGHBOURS: Final = (0, -1, 1)
_PAPER_CODES: Final = 10
#: Without letters that look alike: 10 signs are 50 bits.
_SIGNS: Final = "23456789abcdefghjkmnpqrstuvwxyz2"


def new_seed() -> str:
    """Return what a secret is made of: 160 random bits in base32."""
    return pyotp.random_base32()


def secret_of(seed: str, *, secret_key: str, staff_id: int) -> str:
    """Return the secret that a member's app knows: 160 bits in base32."""
    made = hmac.new(secret_key.encode(), f"totp:{staff_id}:{seed}".encode(), hashlib.sha256)
    return base64.b32encode(made.digest()[:20]).decode()


def address(secret: str, *, login: str, issuer: str) -> str:
    """Return what the app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Return the half minute a code belongs to; None: it is wrong."""
    digits = "".join(code.split())
    current = int(now.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for neighbour in _NEIGHBOURS:
        step = current + neighbour
        if secrets.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def new_paper_codes() -> list[str]:
    """Return codes to keep on paper, for a day without the phone."""
    return ["".join(secrets.choice(_SIGNS) for _ in range(10)) for _ in range(_PAPER_CODES)]


async def switch_on(
    connection: AsyncConnection,
    member: StaffMember,
    *,
    seed: str,
    step: int,
    paper_codes: Sequence[str],
    by: Actor,
    now: datetime,
) -> None:
    """Ask for a code from the next sign-in on; other sessions end."""
    await repository.change(
        connection,
        member.staff_id,
        totp_seed=seed,
        totp_step=step,
        recovery_hashes=[_hash(code) for code in paper_codes],
    )
    await repository.end_sessions(connection, member.staff_id)
    await audit(connection, by, "staff.second_step_on", f"staff:{member.staff_id}", now=now)


async def switch_off(
    connection: AsyncConnection, member: StaffMember, *, by: Actor, now: datetime
) -> None:
    """Ask for the password alone again."""
    await repository.change(
        connection, member.staff_id, totp_seed=None, totp_step=None, recovery_hashes=[]
    )
    await repository.end_sessions(connection, member.staff_id)
    await audit(connection, by, "staff.second_step_off", f"staff:{member.staff_id}", now=now)


async def accepts(
    connection: AsyncConnection,
    member: StaffMember,
    code: str,
    *,
    secret_key: str,
    by: Actor,
    now: datetime,
) -> bool:
    """Whether a code is right now; it is used up, on paper or in the app."""
    kept = await repository.secrets_of(connection, member.staff_id)
    if kept is None or kept["totp_seed"] is None:
        return False
    secret = secret_of(kept["totp_seed"], secret_key=secret_key, staff_id=member.staff_id)
    step = step_of(secret, code, now=now)
    if step is not None:
        return await repository.use_totp_step(connection, member.staff_id, step)
    hashes, given = list(kept["recovery_hashes"]), _hash(code)
    if given not in hashes:
        return False
    hashes.remove(given)
    if not await repository.use_paper_code(
        connection, member.staff_id, before=kept["recovery_hashes"], after=hashes
    ):
        return False
    await audit(connection, by, "staff.paper_code", f"staff:{member.staff_id}", now=now)
    return True


def _hash(code: str) -> str:
    plain = "".join(code.split()).replace("-", "").lower()
    return hashlib.sha256(plain.encode()).hexdigest()
