"""Webhook signatures, against LINE's own vector."""

from hypothesis import given
from hypothesis import strategies as st

from bot.line.signature import is_valid, sign

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_lines_own_example_is_signed_as_line_signs_it() -> None:
    assert sign(SECRET, BODY) == SIGNATURE
    assert is_valid(SECRET, BODY, SIGNATURE)


def test_one_changed_byte_breaks_the_signature() -> None:
    assert not is_valid(SECRET, BODY + b" ", SIGNATURE)


def test_another_channels_secret_is_refused() -> None:
    assert not is_valid("another", BODY, SIGNATURE)


def test_a_missing_or_garbled_signature_is_refused() -> None:
    assert not is_valid(SECRET, BODY, "")
    assert not is_valid(SECRET, BODY, "署名")
    assert not is_valid(SECRET, BODY, "\udce3")


@given(secret=st.text("0123456789abcdef", min_size=32, max_size=32), body=st.binary())
def test_whatever_is_signed_is_valid(secret: str, body: bytes) -> None:
    assert is_valid(secret, body, sign(secret, body))
