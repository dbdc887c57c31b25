"""What stories about surveys do: begin one, tap, write, and see what is said to it."""

from typing import Any

from bot.emulator.phone import Phone
from bot.postbacks import StartSurvey
from tests.flows.support import texts
from tests.support import Shop


async def tap(shop: Shop, phone: Phone, *labels: str, **more: Any) -> list[str]:
    """Tap one button after another, and return what the bot says to the last."""
    said: list[str] = []
    for label in labels:
        seen = len(await phone.sees())
        await phone.taps(label, **more)
        await shop.settle()
        said = (await texts(phone))[seen:]
    return said


async def say(shop: Shop, phone: Phone, words: str) -> list[str]:
    """Write something, and return what the bot says to it."""
    seen = len(await phone.sees())
    await phone.says(words)
    await shop.settle()
    return (await texts(phone))[seen:]


async def begin(shop: Shop, key: str = "favourites") -> Phone:
    mei = await shop.friend("Mei")
    await mei.postback(StartSurvey(key).encode())
    await shop.settle()
    return mei
