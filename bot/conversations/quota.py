"""Asking LINE now and then what is left of the month's messages."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversations.allowance import learn
from bot.line.account import Account

EVERY: Final = timedelta(minutes=10)


class QuotaWatch:
    """Keeps what LINE says of quota and consumption; a scheduler's job."""

    def __init__(self, engine: AsyncEngine, account: Account) -> None:
        self._engine = engine
        self._account = account
        self._asked_at: datetime | None = None

    async def run(self, now: datetime) -> None:
        """Ask, unless that was just done; what LINE does not answer stays as it was."""
        if self._asked_at is not None and now < self._asked_at + EVERY:
            return
        quota, consumption = await self._account.quota(), await self._account.consumption()
        if not (quota.ok and consumption.ok):
            return
        self._asked_at = now
        async with self._engine.begin() as connection:
            await learn(connection, quota=quota.body, consumption=consumption.body, now=now)
