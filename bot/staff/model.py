"""Staff members, what they see, and what may be wrong with what they ask for."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.staff.rights import EVERYWHERE, RIGHTS, Right, Role

LONGEST_NAME: Final = 60
LONGEST_LOGIN: Final = 120


class StaffError(Exception):
    """A rule about staff says no; :attr:`code` names it, and the console has the words."""

    code = "staff"


class LoginTakenError(StaffError):
    """Somebody else signs in by this name."""

    code = "login_taken"


class LastOwnerError(StaffError):
    """Somebody must remain who may do everything."""

    code = "last_owner"


class NotAllowedError(StaffError):
    """The role of whoever asks does not reach this far."""

    code = "not_allowed"


class WeakPasswordError(StaffError):
    """A password that is too short, too long or too well known."""

    code = "weak_password"


class InvitationError(StaffError):
    """The link was used, has expired, or never was one."""

    code = "invitation"


class PasskeyError(StaffError):
    """An answer of a passkey that is wrong, too late, or of a key that nobody has here."""

    code = "passkey"


class UnfitNameError(StaffError):
    """A name or a login that is empty, too long or not one line."""

    code = "unfit_name"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose things somebody sees: those of some shops, or of all."""

    #: None: all shops, and what belongs to none.
    shops: frozenset[str] | None

    def sees(self, shop_key: str | None) -> bool:
        """Whether a thing of this shop, or of none, is in view."""
        return self.shops is None or (shop_key is not None and shop_key in self.shops)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """One person who works here."""

    staff_id: int
    login: str
    name: str
    role: Role
    shops: frozenset[str] = frozenset()
    language: str = ""
    theme: str = ""
    is_active: bool = True
    #: Grows with each new password and each reset: sessions of before end.
    generation: int = 0
    has_password: bool = False
    has_pin: bool = False
    has_totp: bool = False
    has_passkey: bool = False
    #: Whether the role is asked for more than a password.
    needs_second_step: bool = False
    created_at: datetime
    signed_in_at: datetime | None = None
    rights: frozenset[Right] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rights", RIGHTS[self.role])

    def may(self, right: Right) -> bool:
        """Whether the role has the right."""
        return right in self.rights

    @property
    def scope(self) -> Scope:
        """Whose things this member sees."""
        return Scope(None if self.role in EVERYWHERE else self.shops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something, and from where, as the audit log keeps it."""

    staff_id: int | None
    name: str
    address: str = ""


#: Whoever has a shell on the server.
COMMAND_LINE: Final = Actor(staff_id=None, name="enishi", address="local")


def folded_login(login: str) -> str:
    """Return the one spelling of a login: half width, lower case, without spaces around.

    Raises:
        UnfitNameError: it cannot be one.
    """
    folded = unicodedata.normalize("NFKC", login).strip().casefold()
    if not _is_line(folded, LONGEST_LOGIN) or any(c.isspace() for c in folded):
        raise UnfitNameError
    return folded


def fit_name(name: str) -> str:
    """Return a name as it is kept.

    Raises:
        UnfitNameError: it is empty, too long or not one line.
    """
    fit = unicodedata.normalize("NFC", name).strip()
    if not _is_line(fit, LONGEST_NAME):
        raise UnfitNameError
    return fit


def _is_line(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and all(unicodedata.category(c)[0] != "C" for c in text)
