"""When somebody hears, and what browsers alone can read."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import TOKYO
from bot.notices import encryption, linking, proving
from bot.notices.encryption import DeviceKeys
from bot.notices.model import DAY_MINUTES, Choices
from tests.notices.push_service import Device, PushService, decoded
from tests.support import NOON

MINUTES = st.integers(0, DAY_MINUTES - 1)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001 - below
    lambda at: at.replace(tzinfo=UTC)
)


@given(start=MINUTES, end=MINUTES, now=MOMENTS)
def test_nobody_hears_in_their_quiet_hours_and_everybody_right_after(
    start: int, end: int, now: datetime
) -> None:
    chosen = Choices(quiet_from=start, quiet_to=end)
    loud = chosen.loud_at(now)
    local = loud.astimezone(TOKYO)
    minute = local.hour * 60 + local.minute
    assert now <= loud < now + timedelta(days=1)
    assert chosen.loud_at(loud) == loud
    if loud != now:
        assert (minute, local.second) == (end, 0)
    if start == end:
        assert loud == now


def test_the_example_of_the_standard_is_read_by_the_browser_of_these_tests() -> None:
    device = Device(PushService(), "")
    private = int.from_bytes(decoded("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    device._private = ec.derive_private_key(private, ec.SECP256R1())
    device._auth = decoded("BTBZMqHH6r4Tts7J_aSIgg")
    body = decoded(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
        "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
        "lcy4a-fN"
    )
    assert device._read(body) == b"When I grow up, I want to be a watermelon"


@given(payload=st.binary(max_size=encryption.LONGEST))
def test_what_is_sent_is_read_by_that_browser(payload: bytes) -> None:
    device = Device(PushService(), "")
    keys = DeviceKeys.read(device.form["p256dh"], device.form["auth"])
    body = encryption.encrypt(payload, keys)
    assert len(body) <= 4096
    assert device._read(body) == payload


def test_a_code_proves_one_address_of_one_member_for_an_hour_or_two() -> None:
    code = proving.code("key", 7, "sato@staff.example", now=NOON)
    assert proving.is_right(f" {code[:3]} {code[3:]}", "key", 7, "sato@staff.example", now=NOON)
    later = NOON + timedelta(minutes=59)
    assert proving.is_right(code, "key", 7, "sato@staff.example", now=later)
    assert not proving.is_right(code, "key", 8, "sato@staff.example", now=NOON)
    assert not proving.is_right(code, "key", 7, "ito@staff.example", now=NOON)
    assert not proving.is_right(
        code, "key", 7, "sato@staff.example", now=NOON + timedelta(hours=2)
    )
    for none in ("", "sato", "a@b", "a b@c.de", "a@c.de\nBcc: x@y.zz", "<a@c.de>", "@c.de"):
        assert proving.fit_address(none) is None, none


def test_only_the_mark_with_a_code_is_taken_for_one() -> None:
    assert linking.code_in("スタッフ連携　ａｂｃｄ－２３４５") == "ABCD2345"
    assert linking.code_in("スタッフ連携 ABCD2345 ") == "ABCD2345"
    for other in ("スタッフに相談", "スタッフ連携", "ABCD-2345", "スタッフ連携 ABCD-2345 です"):
        assert linking.code_in(other) is None, other
