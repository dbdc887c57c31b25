"""A whole shop whose mails arrive somewhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.notices.mailbox import Mailbox, open_mailbox
from tests.notices.support import open_shop_with_mail
from tests.support import Shop


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with open_mailbox() as mailbox:
        yield mailbox


@pytest.fixture
async def shop(
    sqlite_url: str, redis_url: str, tmp_path: Path, mailbox: Mailbox
) -> AsyncIterator[Shop]:
    async with open_shop_with_mail(sqlite_url, redis_url, tmp_path, mailbox) as shop:
        yield shop
