"""Member numbers: 13 digits that any till reads as EAN-13, and nobody can guess in order.

    Numbering.draw -> MemberNumber -> barcode

The leading 20 to 29 is what the GS1 system leaves to shops for their own use, so that no number is
ever some product's. Keeping numbers unique is the members table's duty.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final, Self

_LENGTH: Final = 13
#: Numbers there are under one prefix.
CAPACITY: Final = 10**10


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
        return cls(plain(text))

    @property
    def shown(self) -> str:
        """The number in the groups that are printed under a barcode."""
        return f"{self.digits[0]} {self.digits[1:7]} {self.digits[7:]}"

    def __str__(self) -> str:
        return self.digits


class Numbering:
    """Draws the numbers of one account."""

    def __init__(self, prefix: str = "20") -> None:
        """Choose the two leading digits.

        Raises:
            ValueError: the prefix is not 20 to 29.
        """
        if prefix not in {f"2{digit}" for digit in range(10)}:
            raise ValueError(f"prefix {prefix!r}: in-store numbers start with 20 to 29")
        self._prefix = prefix

    def draw(self) -> MemberNumber:
        """Draw a number out of ten thousand million; the members table refuses one that is taken.

        Drawn and not counted: nobody can guess the next one, and no process waits for another.
        """
        twelve = f"{self._prefix}{secrets.randbelow(CAPACITY):010}"
        return MemberNumber(twelve + check_digit(twelve))


def check_digit(twelve: str) -> str:
    """Return the digit that makes twelve digits an EAN-13.

    Source: GS1 General Specifications, "Check digit calculations".
    """
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(twelve))
    return str(-total % 10)


def luhn(digits: str) -> str:
    """Return the check digit of Luhn's formula (ISO/IEC 7812-1, annex B)."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if index % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the sum of its digits
    return str(-total % 10)


def plain(text: str) -> str:
    """Return a number without what people put between its digits, full-width ones made narrow."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in narrow if not sign.isspace() and sign not in "-‐−ー")
