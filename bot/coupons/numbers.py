"""Numbers of coupons and serial codes of ours: drawn, not counted, and safe from slips."""

import secrets
import unicodedata
from typing import Final

from bot.membership.number import luhn

#: Digits of a coupon's number, the check digit among them.
NUMBER_DIGITS: Final = 10
#: No 0, 1, I, L, O, Q, U: nothing that is read for something else. A prime number of signs, so
#: that the weighted sum finds every wrong sign and every swap of neighbours.
_SIGNS: Final = "23456789ABCDEFGHJKMNPRSTVWXYZ"
_SERIAL: Final = 9
_OVER_TEN: Final = pow(_SERIAL + 1, -1, len(_SIGNS))


def draw_number() -> str:
    """Draw a number out of a thousand million; the table refuses one that is taken."""
    digits = f"{secrets.randbelow(10 ** (NUMBER_DIGITS - 1)):0{NUMBER_DIGITS - 1}}"
    return digits + luhn(digits)


def is_number(text: str) -> bool:
    """Whether ten digits can be a coupon's number: most slips of a finger cannot."""
    return (
        len(text) == NUMBER_DIGITS
        and text.isascii()
        and text.isdigit()
        and (luhn(text[:-1]) == text[-1])
    )


def draw_serial() -> str:
    """Draw a serial code of ours, such as ``7K2F-9QXM-P4``; its last sign checks the others."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_SERIAL))
    return _grouped(signs + _check(signs))


def is_serial(text: str) -> bool:
    """Whether a text can be a serial code of ours, as people write it."""
    return read_serial(text) is not None


def read_serial(text: str) -> str | None:
    """Return a serial code of ours as it is kept, however people write it; None: it is none."""
    signs = unicodedata.normalize("NFKC", text).upper().replace("-", "").replace(" ", "")
    whole = len(signs) == _SERIAL + 1 and all(sign in _SIGNS for sign in signs)
    return _grouped(signs) if whole and _check(signs[:-1]) == signs[-1] else None


def _check(signs: str) -> str:
    """Return the sign that makes the weighted sum of all ten a multiple of their number."""
    total = sum((index + 1) * _SIGNS.index(sign) for index, sign in enumerate(signs))
    return _SIGNS[-total * _OVER_TEN % len(_SIGNS)]


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))
