"""名寄せ: card numbers that two people claim, and people who are one.

conflicts, people who share a phone or an address -> compare -> merge -> undone, if it was wrong
"""

from typing import Final

from bot.console.access import Routes
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.pages.doubles import deciding, listing
from bot.staff.rights import Right

ENTRY: Final = Entry(
    label=N_("名寄せ"),
    path="/console/doubles",
    icon="link",
    right=Right.PEOPLE_EDIT,
    position=21,
)

routes: Final = Routes()
for _part in (listing, deciding):
    routes.routes.extend(_part.routes.routes)
