"""A whole shop whose mails arrive somewhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.notices.mailbox import Mailbox, open_mailbox
from tests.support import Shop, open_shop


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with open_mailbox() as mailbox:
        yield mailbox


@pytest.fixture
async def shop(
    sqlite_url: str, redis_url: str, tmp_path: Path, mailbox: Mailbox
) -> AsyncIterator[Shop]:
    more = {"smtp_url": mailbox.url, "mail_from": "Enishi <enishi@shop.example>"}
    async with open_shop(
        sqlite_url, redis_url, tmp_path, publishes=False, settings_more=more
    ) as shop:
        yield shop
