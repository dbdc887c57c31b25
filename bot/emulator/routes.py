"""Every endpoint there is: LINE's operations, and the views of the control API."""

from typing import Final

from bot.emulator.api import (
    account_link,
    audience_lists,
    audiences,
    authorize,
    chat,
    contents,
    coupons,
    groups,
    insight,
    liff,
    login,
    memberships,
    menu_aliases,
    menu_batches,
    menu_insight,
    menu_links,
    narrowcasts,
    oauth,
    profiles,
    quota,
    rich_menus,
    sending,
    webhook_settings,
)
from bot.emulator.api.operations import Operations
from bot.emulator.control import account, logins, machinery, measures, news, people
from bot.emulator.control import groups as group_control
from bot.emulator.control.views import Views

#: Static paths stand before templates that would swallow them.
API: Final[tuple[Operations, ...]] = (
    sending.operations,
    quota.operations,
    profiles.operations,
    contents.operations,
    chat.operations,
    webhook_settings.operations,
    menu_aliases.operations,
    menu_batches.operations,
    rich_menus.operations,
    menu_links.operations,
    groups.operations,
    narrowcasts.operations,
    audience_lists.operations,
    audiences.operations,
    insight.operations,
    menu_insight.operations,
    coupons.operations,
    memberships.operations,
    oauth.operations,
    login.operations,
    authorize.operations,
    account_link.operations,
    liff.operations,
)
CONTROL: Final[tuple[Views, ...]] = (
    people.views,
    group_control.views,
    measures.views,
    logins.views,
    account.views,
    machinery.views,
    news.views,
)
