"""Notices to staff: what each wants to hear of and how; what was told, for admins."""

from typing import Final

from bot.console.language import N_
from bot.console.navigation import Entry

ENTRY: Final = Entry(
    label=N_("通知"), path="/console/notices", icon="bell", right=None, position=8
)
