"""What a browser and a passkey do together: options out, a signed answer back.

    options -> browser -> device asks for face, finger or PIN -> answer -> checked here

The only module that knows the WebAuthn library, which is the optional extra ``passkeys``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

from bot.staff.model import PasskeyError, StaffMember

IS_THERE: Final = find_spec("webauthn") is not None
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Site:
    """For which address passkeys are made; a page under another one cannot ask for them."""

    origin: str
    #: The host alone: what the browser binds a key to.
    host: str
    name: str

    @classmethod
    def at(cls, address: str, *, name: str) -> Self:
        """Return the site of an address as browsers write it."""
        parts = urlsplit(address)
        host = parts.hostname or ""
        default = _DEFAULT_PORTS.get(parts.scheme)
        port = f":{parts.port}" if parts.port not in {None, default} else ""
        return cls(f"{parts.scheme}://{host}{port}", host, name)

    @property
    def has_passkeys(self) -> bool:
        """Whether there can be any: the library is there, and the host has a name."""
        try:
            ip_address(self.host)
        except ValueError:
            return IS_THERE
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was registered or proven; ids and keys in base64url."""

    credential_id: str
    public_key: str
    sign_count: int


def ask_to_register(site: Site, member: StaffMember, *, known: Iterable[str]) -> tuple[bytes, str]:
    """Return a challenge, and the options for the browser as JSON.

    Args:
        site: of the console.
        member: whose key it will be.
        known: credential ids of keys the member has; their devices need not make another.
    """
    import webauthn  # noqa: PLC0415 - an extra, and slow to load
    from webauthn.helpers import base64url_to_bytes, structs  # noqa: PLC0415 - as above

    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=_handle(member.staff_id),
        user_name=member.login,
        user_display_name=member.name,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known
        ],
    )
    return options.challenge, webauthn.options_to_json(options)


def registered(site: Site, challenge: bytes, answer: str) -> Answer:
    """Return the new key.

    Raises:
        PasskeyError: the answer is not one to this challenge, from this site, by a verified user.
    """
    import webauthn  # noqa: PLC0415 - an extra, and slow to load
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415 - as above

    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as error:  # a hostile answer breaks parsers in many ways
        raise PasskeyError from error
    return Answer(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
    )


def ask_to_sign_in(site: Site) -> tuple[bytes, str]:
    """Return a challenge, and the options for the browser as JSON: any key of ours will do."""
    import webauthn  # noqa: PLC0415 - an extra, and slow to load
    from webauthn.helpers import structs  # noqa: PLC0415 - as above

    options = webauthn.generate_authentication_options(
        rp_id=site.host, user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    return options.challenge, webauthn.options_to_json(options)


def credential_of(answer: str) -> str:
    """Return the credential id that an answer claims.

    Raises:
        PasskeyError: it claims none.
    """
    from webauthn.helpers import (  # noqa: PLC0415 - an extra, and slow to load
        bytes_to_base64url,
        parse_authentication_credential_json,
    )

    try:
        return bytes_to_base64url(parse_authentication_credential_json(answer).raw_id)
    except Exception as error:
        raise PasskeyError from error


def proven(site: Site, challenge: bytes, answer: str, *, staff_id: int, key: Answer) -> int:
    """Return the device's counter after an answer of a key.

    Raises:
        PasskeyError: the answer is not this key's to this challenge, from this site, by a
            verified user; or the device counts backwards, as a copy of it would.
    """
    import webauthn  # noqa: PLC0415 - an extra, and slow to load
    from webauthn.helpers import (  # noqa: PLC0415 - as above
        base64url_to_bytes,
        parse_authentication_credential_json,
    )

    try:
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
        handle = parse_authentication_credential_json(answer).response.user_handle
    except Exception as error:
        raise PasskeyError from error
    if handle not in {None, _handle(staff_id)}:
        raise PasskeyError
    return shown.new_sign_count


def _handle(staff_id: int) -> bytes:
    """Return what a device keeps of a member: a number that says nothing about them."""
    return str(staff_id).encode()
