"""The till: scan a member, give and take points, use coupons, stamp, take back.

station (shop, device, who stands there) -> scan -> the member -> an act, by its own key
-> done, or after a lost connection: asked by its key
"""

from typing import Final

from bot.console.access import Routes
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.pages.till import (
    acts,
    asking,
    noting,
    page,
    scanning,
    shop_pin,
    switching,
    taking_back,
    visit,
)
from bot.staff.rights import Right

ENTRY: Final = Entry(
    label=N_("レジ"), path="/console/till", icon="scan", right=Right.TILL_USE, position=5
)

routes: Final = Routes()
for _part in (page, scanning, acts, noting, taking_back, asking, switching, visit, shop_pin):
    routes.routes.extend(_part.routes.routes)
