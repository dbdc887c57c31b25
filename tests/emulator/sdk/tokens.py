"""Channel access tokens and LIFF apps."""

from tests.emulator.rsa import assertion
from tests.emulator.sdk.cast import ASSERTION, CHANNEL, UNAUTHORIZED, Arguments, Case, Cast
from tests.emulator.support import SECRET, TOKEN


def _signed(c: Cast, kid: str | None = None) -> Arguments:
    return {
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion(kid or c.kid, CHANNEL, c.now),
    }


OAUTH: dict[str, Case] = {
    "gets_all_valid_channel_access_token_key_ids": (
        _signed,
        lambda c: _signed(c, "unknown"),
        404,
    ),
    "issue_channel_token": (
        lambda _: {
            "grant_type": "client_credentials",
            "client_id": CHANNEL,
            "client_secret": SECRET,
        },
        lambda _: {
            "grant_type": "client_credentials",
            "client_id": CHANNEL,
            "client_secret": "wrong",
        },
        400,
    ),
    "issue_channel_token_by_jwt": (
        lambda c: {"grant_type": "client_credentials", **_signed(c)},
        lambda c: {"grant_type": "client_credentials", **_signed(c, "unknown")},
        404,
    ),
    "issue_stateless_channel_token": (
        lambda c: {"grant_type": "client_credentials", **_signed(c)},
        lambda c: {"grant_type": "password", **_signed(c)},
        400,
    ),
    "issue_stateless_channel_token_by_client_secret": (
        lambda _: {"client_id": CHANNEL, "client_secret": SECRET},
        lambda _: {"client_id": CHANNEL, "client_secret": "wrong"},
        400,
    ),
    "issue_stateless_channel_token_by_jwt_assertion": (
        lambda c: {"client_assertion": _signed(c)["client_assertion"]},
        lambda c: {"client_assertion": _signed(c, "unknown")["client_assertion"]},
        404,
    ),
    "revoke_channel_token": (lambda _: {"access_token": TOKEN}, None, 0),
    "revoke_channel_token_by_jwt": (
        lambda _: {"client_id": CHANNEL, "client_secret": SECRET, "access_token": "none"},
        lambda _: {"client_id": CHANNEL, "client_secret": "wrong", "access_token": "none"},
        400,
    ),
    "verify_channel_token": (
        lambda _: {"access_token": TOKEN},
        lambda _: {"access_token": "none"},
        400,
    ),
    "verify_channel_token_by_jwt": (
        lambda c: {"access_token": c.login_token},
        lambda _: {"access_token": "none"},
        400,
    ),
}

LIFF: dict[str, Case] = {
    "add_liff_app": (
        lambda _: {
            "add_liff_app_request": {"view": {"type": "full", "url": "https://a.example/"}}
        },
        lambda _: {
            "add_liff_app_request": {"view": {"type": "full", "url": "https://a.example/#x"}}
        },
        400,
    ),
    "delete_liff_app": (lambda c: {"liff_id": c.liff}, lambda _: {"liff_id": "1-none"}, 404),
    "get_all_liff_apps": (lambda _: {}, None, UNAUTHORIZED),
    "update_liff_app": (
        lambda c: {"liff_id": c.liff, "update_liff_app_request": {"description": "New"}},
        lambda _: {"liff_id": "1-none", "update_liff_app_request": {"description": "New"}},
        404,
    ),
}
