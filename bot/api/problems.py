"""What can go wrong with a call, as RFC 9457 says it: application/problem+json.

    Problem (raised: what was written is taken back; returned: it stays) -> response

Every kind says in its ``mend`` what the caller can do; ``errors`` names the fields.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from pydantic import ValidationError

CONTENT_TYPE: Final = "application/problem+json"
TYPES: Final = "/api/v1/problems"
#: Of one answer: more of them help nobody.
_MOST_ERRORS: Final = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can go wrong."""

    code: str
    status: int
    title: str
    mend: str

    @property
    def type(self) -> str:
        """Where the kind is explained."""
        return f"{TYPES}#{self.code}"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field."""

    #: With points between names, such as ``items.0.price_yen``; empty: the whole.
    field: str
    detail: str


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - the RFC's word
    """A call that was refused."""

    kind: Kind
    detail: str = ""
    errors: Sequence[FieldError] = ()
    #: More members of the answer, such as the balance.
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """Return the document."""
        kind = self.kind
        said = {
            "type": kind.type,
            "title": kind.title,
            "status": kind.status,
            "code": kind.code,
            "detail": self.detail or kind.title,
            "mend": kind.mend,
        }
        if self.errors:
            said["errors"] = [{"field": e.field, "detail": e.detail} for e in self.errors]
        return orjson.dumps({**said, **self.more})


KINDS: Final[dict[str, Kind]] = {}


def _kind(code: str, status: int, title: str, mend: str) -> Kind:
    KINDS[code] = kind = Kind(code, status, title, mend)
    return kind


NOT_JSON: Final = _kind(
    "not_json", 400, "The body is not JSON", "Send a JSON object as application/json, in UTF-8."
)
NO_KEY: Final = _kind(
    "no_key",
    401,
    "No API key came with the call",
    "Send the header Authorization: Bearer with your key behind it.",
)
UNKNOWN_KEY: Final = _kind(
    "unknown_key",
    401,
    "The API key is not one of ours",
    "Look whether the whole key was copied; an admin can make a new one.",
)
EXPIRED_KEY: Final = _kind(
    "expired_key", 401, "The API key's time is over", "Ask an admin for a new key."
)
REVOKED_KEY: Final = _kind(
    "revoked_key", 401, "The API key was revoked", "Ask an admin for a new key."
)
SCOPE_MISSING: Final = _kind(
    "scope_missing",
    403,
    "The API key may not do this",
    "Ask an admin for a key with the scope that detail names.",
)
OTHER_SHOP: Final = _kind(
    "other_shop",
    403,
    "The API key is for other shops",
    "Name one of the key's shops; GET /me lists them.",
)
NOT_FOUND: Final = _kind(
    "not_found", 404, "There is no such thing", "Look whether the path and the number are right."
)
NO_MEMBER: Final = _kind(
    "no_member",
    404,
    "There is no such member",
    "Scan or type the number again; POST /members makes a new member.",
)
NOT_ALLOWED: Final = _kind(
    "method_not_allowed", 405, "Not with this method", "Use a method that the Allow header names."
)
IN_PROGRESS: Final = _kind(
    "in_progress",
    409,
    "The same call is being worked on",
    "Repeat it with the same Idempotency-Key after Retry-After.",
)
CONFLICT: Final = _kind(
    "conflict", 409, "It was changed just now", "Read it again, then repeat with a new key."
)
CARD_CONFLICT: Final = _kind(
    "card_conflict",
    409,
    "The number belongs to somebody else",
    "Staff were told and decide in the console; nothing was changed.",
)
NOT_ENOUGH_POINTS: Final = _kind(
    "not_enough_points", 409, "There are fewer points", "Spend the balance that is named, or less."
)
NOT_REVERSIBLE: Final = _kind(
    "not_reversible",
    409,
    "It cannot be taken back",
    "Read the change: it was taken back before, or is of another kind.",
)
NOT_RETURNABLE: Final = _kind(
    "not_returnable",
    409,
    "More would come back than is left",
    "Read the purchase; return what is left of it, or less.",
)
ID_REUSED: Final = _kind(
    "id_reused",
    409,
    "The number stands for another one",
    "Use a number that was not used before; the till's receipt number, say.",
)
ALREADY_USED: Final = _kind(
    "already_used", 409, "The coupon was used", "used_at and used_shop say when and where."
)
NOT_YET: Final = _kind(
    "not_yet", 409, "The coupon is not good yet", "valid_from says from when on it is."
)
EXPIRED: Final = _kind("expired", 409, "The coupon's time is over", "valid_until said until when.")
NOT_UNDOABLE: Final = _kind(
    "not_undoable",
    409,
    "The use cannot be taken back",
    "Within five minutes only, and once; afterwards staff can hand out a new coupon.",
)
STALE_CODE: Final = _kind(
    "stale_code",
    409,
    "The code is an old one",
    "It may be a screenshot: let the customer open the card or coupon anew, and scan again.",
)
FOREIGN_CODE: Final = _kind(
    "foreign_code",
    422,
    "The code is of another account",
    "Ask for the card or coupon of this shop.",
)
FORGED_CODE: Final = _kind(
    "forged_code",
    422,
    "The code was not made here, or was mistyped",
    "Scan or type it once more.",
)
NOT_A_CODE: Final = _kind(
    "not_a_code", 422, "This is no code of that kind", "Scan the code beside the barcode."
)
TOO_LARGE: Final = _kind("too_large", 413, "The body is too large", "Send at most 256 KiB.")
NOT_THAT_TYPE: Final = _kind(
    "not_that_type", 415, "The body is of another type", "Send Content-Type: application/json."
)
UNFIT: Final = _kind(
    "unfit", 422, "Some of it cannot be taken", "Mend the fields that errors names."
)
KEY_MISSING: Final = _kind(
    "idempotency_key_missing",
    400,
    "A write needs an Idempotency-Key",
    "Send a new random text of 8 to 100 signs with each write, the same one when you repeat it.",
)
KEY_REUSED: Final = _kind(
    "idempotency_key_reused",
    422,
    "The Idempotency-Key stands for another call",
    "Use a new one for each new call, and the same one only to repeat a call.",
)
TOO_MANY_TRIES: Final = _kind(
    "too_many_tries",
    429,
    "Too many wrong codes",
    "Wait for Retry-After; look whether the scanner reads well.",
)
TOO_FAST: Final = _kind(
    "too_fast", 429, "Too many calls", "Wait for Retry-After; RateLimit-Remaining tells ahead."
)
TROUBLE: Final = _kind(
    "trouble",
    500,
    "Something is broken on our side",
    "Repeat with the same Idempotency-Key: what was done is not done twice.",
)
AWAY: Final = _kind(
    "away",
    503,
    "The database is away, or has too much to do",
    "Repeat after Retry-After with the same Idempotency-Key: nothing is done twice.",
)


def unfit(field: str, detail: str) -> Problem:
    """Refuse one field."""
    return Problem(UNFIT, f"{field}: {detail}", [FieldError(field, detail)])


def of_validation(error: ValidationError) -> Problem:
    """Say what the models refuse, field by field; what was sent is not repeated."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    errors = [
        FieldError(".".join(str(part) for part in each["loc"]), _mend(each["type"], each["msg"]))
        for each in found[:_MOST_ERRORS]
    ]
    if any(each["type"] == "json_invalid" for each in found):
        return Problem(NOT_JSON, errors[0].detail)
    first = errors[0]
    return Problem(UNFIT, f"{first.field}: {first.detail}".removeprefix(": "), errors)


def _mend(kind: str, said: str) -> str:
    if kind == "extra_forbidden":
        return "There is no such field here; leave it out."
    if kind == "missing":
        return "This is needed."
    return f"{said.removeprefix('Value error, ')}."
