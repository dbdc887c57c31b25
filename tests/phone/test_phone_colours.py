"""Words of the page can be read on what they stand on, in light and in dark."""

import re

import pytest

from bot.emulator.server import PAGE

#: Word colours by what they stand on.
GROUNDS = {
    "paper": ("ink", "ink-soft", "brand-ink", "thread-ink", "leaf"),
    "ground": ("ink", "ink-soft"),
    "soft": ("ink", "ink-soft"),
    "thread-soft": ("thread-ink",),
    "leaf-soft": ("leaf",),
    "amber-soft": ("amber",),
    "talk": ("talk-ink",),
    "mine": ("bubble-ink", "link"),
    "theirs": ("bubble-ink", "link", "action", "thread-ink", "ink-soft"),
    "brand": ("white",),
    "thread": ("white",),
    "trouble": ("white",),
}


def colours(scheme: str) -> dict[str, str]:
    css = (PAGE / "css" / "base.css").read_text()
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", css, re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light + dark * (scheme == "dark")))
    return {**found, "white": "#ffffff"}


def brightness(colour: str) -> float:
    """Return the relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    bent = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * bent[0] + 0.7152 * bent[1] + 0.0722 * bent[2]


def contrast(one: str, other: str) -> float:
    dim, bright = sorted((brightness(one), brightness(other)))
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(scheme: str) -> None:
    known = colours(scheme)
    pairs = [(word, ground) for ground, words in GROUNDS.items() for word in words]
    assert [pair for pair in pairs if contrast(*(known[name] for name in pair)) < 4.5] == []
