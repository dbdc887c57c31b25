"""What tests of notices share."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.app import NOTICES
from bot.notices import choices
from bot.notices.model import CHOSEN, Choices, Way
from bot.resources import CLOCK, ENGINE
from bot.staff.model import StaffMember
from tests.notices.mailbox import Mailbox
from tests.support import Shop, open_shop

_BY_MAIL = Choices(ways={kind: frozenset({Way.MAIL}) for kind in CHOSEN}, gather_minutes=0)


def open_shop_with_mail(
    database_url: str, redis_url: str, data: Path, mailbox: Mailbox
) -> AbstractAsyncContextManager[Shop]:
    """Open a whole shop whose mails arrive somewhere."""
    more = {"smtp_url": mailbox.url, "mail_from": "Enishi <enishi@shop.example>"}
    return open_shop(database_url, redis_url, data, publishes=False, settings_more=more)


async def hears_by_mail(shop: Shop, member: StaffMember, **more: Any) -> None:
    """Let a staff member hear of everything at once by mail."""
    chosen = replace(_BY_MAIL, mail=f"{member.login}@staff.example", **more)
    async with shop.app[ENGINE].begin() as connection:
        await choices.keep(connection, member.staff_id, chosen, now=shop.app[CLOCK]())


async def looks(shop: Shop) -> None:
    """Let what is due be told at once instead of at the next look, and wait for it."""
    await shop.app[NOTICES].look()
    await shop.app[NOTICES].rest()
