"""The inbox of staff: talks, answers, notes, files, and who looks at what."""

from typing import Final

from bot.console.language import N_
from bot.console.navigation import Entry
from bot.staff.rights import Right

ENTRY: Final = Entry(
    label=N_("トーク"), path="/console/talk", icon="talk", right=Right.TALK_READ, position=5
)
