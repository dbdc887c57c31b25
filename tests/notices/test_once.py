"""Several processes tell staff, each thing once."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import NOTICES
from bot.app import Role as Process
from bot.staff.rights import Role
from tests.console.support import hire
from tests.conversations.support import asks, friend_id
from tests.notices.mailbox import Mailbox, words
from tests.notices.support import hears_by_mail, open_shop_with_mail
from tests.support import Shop


@pytest.fixture
async def shop(
    postgres_url: str, redis_url: str, tmp_path: Path, mailbox: Mailbox
) -> AsyncIterator[Shop]:
    async with open_shop_with_mail(postgres_url, redis_url, tmp_path, mailbox) as shop:
        yield shop


async def test_what_happens_is_told_once_however_many_tell(shop: Shop, mailbox: Mailbox) -> None:
    for login in ("sato", "ito", "kato"):
        await hears_by_mail(shop, await hire(shop, login, Role.ADMIN, password=None))
    async with (
        shop.process(Process.DISPATCHER) as second,
        shop.process(Process.DISPATCHER) as third,
    ):
        senders = [app[NOTICES] for app in (shop.app, second, third)]
        talks = []
        for name in ("めい", "はな", "ゆい", "りん"):
            talks.append(await friend_id(shop, await asks(shop, name)))
            await asyncio.gather(*(sender.look() for sender in senders))
        await asyncio.gather(*(sender.rest() for sender in senders))
    told: Counter[tuple[str, str]] = Counter()
    while not mailbox.mails.empty():
        mail = await mailbox.next()
        found = re.findall(r"/console/talk/(\d+)", words(mail))
        told.update((mail["To"], friend) for friend in found)
    wanted = [
        (f"{login}@staff.example", str(talk))
        for login in ("sato", "ito", "kato")
        for talk in talks
    ]
    assert told == Counter(wanted)
    assert set(await shop.sql("SELECT state FROM staff_notices")) == {("sent",)}
