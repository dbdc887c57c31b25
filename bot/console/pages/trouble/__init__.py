"""要確認: what did not go well and waits for a person, in words, with the mend beside it.

account (is LINE taking anything?) · calls that did not arrive · events that were not handled
"""

from typing import Final

from bot.console.access import Routes
from bot.console.counted import PATH
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.pages.trouble import acts, calls, letters, line, many
from bot.staff.rights import Right

ENTRY: Final = Entry(
    label=N_("要確認"), path=PATH, icon="alert", right=Right.QUEUES_READ, position=5
)

routes: Final = Routes()
for _part in (calls, acts, many, letters, line):
    routes.routes.extend(_part.routes.routes)
