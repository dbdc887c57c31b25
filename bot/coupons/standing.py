"""How a person stands to a campaign: one of the stages that ``ARCHITECTURE.md`` draws.

Campaign, coupons, draws, counter -> stage -> screens of staff, API
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.coupons import repository
from bot.coupons.campaign import Campaign
from bot.coupons.model import Stage


async def stage(
    connection: AsyncConnection, person_id: int, campaign: Campaign, *, now: datetime
) -> Stage | None:
    """Return the stage; None: the campaign has not begun.

    What the person has counts before what is handed out; of several, the last.
    """
    coupons = await repository.of_campaign(connection, person_id, campaign.key)
    if coupons:
        return coupons[-1].stage(now)
    if campaign.lottery and await repository.draws(connection, person_id, campaign.key):
        return Stage.LOST
    opens, closes = campaign.opens_at(), campaign.closes_at()
    if opens is not None and now < opens:
        return None
    if closes is not None and closes <= now:
        return Stage.EXPIRED
    if campaign.limit.total is None:
        return Stage.OFFERED
    issued = await repository.issued(connection, [campaign.key])
    is_gone = issued.get(campaign.key, 0) >= campaign.limit.total
    return Stage.GONE if is_gone else Stage.OFFERED
