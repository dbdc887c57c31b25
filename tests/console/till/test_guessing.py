"""Whoever guesses a colleague's PIN at a shared till."""

from bot.resources import ENGINE, SETTINGS
from bot.staff import passwords, repository
from tests.console.support import Browser, hire
from tests.console.till.support import open_till
from tests.support import Shop


async def test_a_colleagues_pin_is_guessed_five_times_and_then_rests(
    shop: Shop, browser: Browser
) -> None:
    till = await open_till(shop, browser, "sato")
    other = await hire(shop, "takahashi", name="高橋 翔", shops=("honten",))
    peppered = passwords.peppered(
        "2580", secret_key=shop.app[SETTINGS].secret_key, staff_id=other.staff_id
    )
    async with shop.app[ENGINE].begin() as connection:
        pin_hash = await passwords.hashed(peppered)
        await repository.change(connection, other.staff_id, pin_hash=pin_hash)
    for pin in ("0000", "1111", "", "２５８０1", "25800000000000"):
        came = await till.post("switch", staff=str(other.staff_id), pin=pin)
        assert came["said"] == "PINが違います。"
    came = await till.post("switch", staff=str(other.staff_id), pin="2580")  # right, and too late
    assert "秒待ってから" in came["said"]
    assert not came["done"]
    await shop.advance(31)
    assert (await till.post("switch", staff=str(other.staff_id), pin="2580"))["done"]
    log = await shop.sql("SELECT count(*) FROM audit_log WHERE action = 'till.switch'")
    assert log == [(1,)]
