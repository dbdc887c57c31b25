"""The campaigns of an account: of the content files, and those stored since.

content/coupons/*.yaml + coupon_campaigns -> Campaigns -> service, talk, console
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.coupons import campaign as definition
from bot.coupons.campaign import Campaign
from bot.coupons.model import UnknownCampaignError
from bot.store import arrival, batch
from bot.store.tables.coupons import coupon_campaigns, coupon_serials

#: What another process stored is known here after this.
FRESH_SECONDS: Final = 30.0

_STORE: Final = batch.Query(
    "INSERT INTO coupon_campaigns (key, body, created_at, updated_at) "
    "VALUES (:key, :body::jsonb, :now, :now) "
    "ON CONFLICT (key) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at"
)
_COUNT: Final = batch.Query("SELECT count(*) FROM coupon_serials WHERE campaign = :campaign")


class Campaigns:
    """The campaigns as this process knows them."""

    def __init__(
        self, files: Mapping[str, Campaign], *, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """Start with those of the content files; ``ticks`` are seconds that only ever grow."""
        self._ticks = ticks
        self._read_at = float("-inf")
        self._files = dict(files)
        self._all = dict(files)
        self._keywords = dict(definition.keywords(self._all))

    def __getitem__(self, key: str) -> Campaign:
        try:
            return self._all[key]
        except KeyError:
            raise UnknownCampaignError(f"there is no coupon campaign {key}") from None

    def __iter__(self) -> Iterator[Campaign]:
        return iter(self._all.values())

    async def find(self, connection: AsyncConnection, key: str) -> Campaign:
        """Return a campaign, as it stood at most half a minute ago; a new one is looked for.

        Raises:
            UnknownCampaignError: there is none.
        """
        if key not in self._all or self._ticks() - self._read_at > FRESH_SECONDS:
            await self.refresh(connection)
        return self[key]

    def by_keyword(self, text: str) -> Campaign | None:
        """Return the campaign whose word a friend wrote."""
        key = self._keywords.get(definition.plain(text))
        return None if key is None else self._all[key]

    async def refresh(self, connection: AsyncConnection) -> None:
        """Read what is stored now; it wins over the file of the same key."""
        self._read_at = self._ticks()
        bodies = await connection.scalars(
            select(coupon_campaigns.c.body).order_by(coupon_campaigns.c.created_at)
        )
        stored = map(definition.read, bodies)
        self._all = self._files | {campaign.key: campaign for campaign in stored}
        self._keywords = dict(definition.keywords(self._all))

    async def store(
        self, connection: AsyncConnection, campaign: Campaign, *, now: datetime
    ) -> None:
        """Store a campaign, or change one; coupons that are out keep their terms."""
        body = orjson.dumps(definition.written(campaign)).decode()
        await _STORE.count(connection, key=campaign.key, body=body, now=now)
        await self.refresh(connection)

    async def load_serials(
        self, connection: AsyncConnection, key: str, serials: Iterable[str]
    ) -> int:
        """Add the owner's codes to a campaign's pool; return how many are new.

        Raises:
            UnknownCampaignError: there is no such campaign.
        """
        campaign = await self.find(connection, key)
        found = dict.fromkeys(serial.strip() for serial in serials)
        before = await _COUNT.rows(connection, campaign=campaign.key)
        rows = [
            {"campaign": campaign.key, "serial": serial, "position": arrival.number()}
            for serial in found
            if serial
        ]
        await batch.insert(connection, coupon_serials, rows, or_ignore=True)
        after = await _COUNT.rows(connection, campaign=campaign.key)
        return int(after[0][0]) - int(before[0][0])
