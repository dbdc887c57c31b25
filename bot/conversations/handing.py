"""A file that staff give: LINE takes none from an account, so a bubble opens it by its address."""

from datetime import datetime
from typing import Final

from bot.clock import TOKYO
from bot.content import Account, Talk
from bot.line.messages import Message, flex, uri
from flex_templates import render

_KILO: Final = 1_000
_MEGA: Final = 1_000_000


def handed(
    account: Account, talk: Talk, *, name: str, size: int, url: str, until: datetime
) -> Message:
    """Build the bubble; what LINE shows in its place names the file, too."""
    here = until.astimezone(TOKYO)
    kept = talk.file_until.replace("{date}", f"{here.month}月{here.day}日")
    facts = f"{shown_size(size)}・{kept}"
    action = uri(talk.file_open, url)
    bubble = render("talk_file", account=account, name=name, facts=facts, open=action)
    return flex(f"{name}（{facts}）", bubble)


def shown_size(size: int) -> str:
    """Return a number of bytes as people read it."""
    if size >= _MEGA:
        return f"{size / _MEGA:.1f} MB"
    return f"{max(1, round(size / _KILO))} kB"
