"""Member numbers: 13 digits that any till reads as EAN-13, and nobody can guess in order.

    sequence 0, 1, 2 … -> Numbering.nth (a keyed permutation) -> MemberNumber -> barcode

The leading 20 to 29 is what the GS1 system leaves to shops for their own use, so that no number is
ever some product's. Keeping numbers unique across a change of key is the members table's duty.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final, Self

_LENGTH: Final = 13
_HALF: Final = 100_000
#: Numbers there are under one prefix.
CAPACITY: Final = _HALF**2
_ROUNDS: Final = 8


class MemberNumberError(ValueError):
    """This is no member number."""


class NotDigitsError(MemberNumberError):
    """It does not have 13 digits."""


class CheckDigitError(MemberNumberError):
    """Its last digit does not follow from the others: a digit was misread."""


class NotInStoreError(MemberNumberError):
    """It does not start with 20 to 29: it is a product's, or another shop's card."""


@dataclass(frozen=True, slots=True, order=True)
class MemberNumber:
    """A number that has passed every check."""

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != _LENGTH or not (self.digits.isascii() and self.digits.isdigit()):
            raise NotDigitsError(f"a member number has {_LENGTH} digits")
        if check_digit(self.digits[:-1]) != self.digits[-1]:
            raise CheckDigitError("the last digit does not fit the others; a digit was misread")
        if not self.digits.startswith("2"):
            raise NotInStoreError("a member number starts with 20 to 29")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number as people write it: full-width digits, spaces and hyphens are fine.

        Raises:
            MemberNumberError: the subclass says which check failed.
        """
        plain = unicodedata.normalize("NFKC", text)
        return cls("".join(sign for sign in plain if not sign.isspace() and sign not in "-‐−ー"))

    @property
    def shown(self) -> str:
        """The number in the groups that are printed under a barcode."""
        return f"{self.digits[0]} {self.digits[1:7]} {self.digits[7:]}"

    def __str__(self) -> str:
        return self.digits


class Numbering:
    """Numbers of one account, in an order that only the key knows."""

    def __init__(self, key: bytes, *, prefix: str = "20") -> None:
        """Choose the secret and the two leading digits.

        Raises:
            ValueError: the key is empty, or the prefix is not 20 to 29.
        """
        if not key:
            raise ValueError("member numbers need a secret key")
        if prefix not in {f"2{digit}" for digit in range(10)}:
            raise ValueError(f"prefix {prefix!r}: in-store numbers start with 20 to 29")
        self._key = hashlib.sha256(b"enishi member number\0" + key).digest()
        self._prefix = prefix

    def nth(self, sequence: int) -> MemberNumber:
        """Return the number of the n-th member, counting from 0.

        Raises:
            ValueError: outside 0 to ``CAPACITY``.
        """
        if not 0 <= sequence < CAPACITY:
            raise ValueError(f"no member number for {sequence}")
        left, right = divmod(sequence, _HALF)
        for turn in range(_ROUNDS):
            left, right = right, (left + self._mix(turn, right)) % _HALF
        twelve = f"{self._prefix}{left:05}{right:05}"
        return MemberNumber(twelve + check_digit(twelve))

    def sequence(self, number: MemberNumber) -> int:
        """Return which member has a number: the inverse of ``nth``.

        Raises:
            NotInStoreError: the number has another prefix.
        """
        if not number.digits.startswith(self._prefix):
            raise NotInStoreError(f"{number} does not start with {self._prefix}")
        left, right = int(number.digits[2:7]), int(number.digits[7:12])
        for turn in reversed(range(_ROUNDS)):
            left, right = (right - self._mix(turn, left)) % _HALF, left
        return left * _HALF + right

    def _mix(self, turn: int, half: int) -> int:
        """The round function of a Feistel network: any function will do to make a permutation."""
        block = hashlib.blake2b(f"{turn}:{half}".encode(), key=self._key, digest_size=8).digest()
        return int.from_bytes(block)


def check_digit(twelve: str) -> str:
    """Return the digit that makes twelve digits an EAN-13.

    Source: GS1 General Specifications, "Check digit calculations".
    """
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(twelve))
    return str(-total % 10)
