"""What a process reads before it begins: what is defined, the campaigns, what surveys lead to.

definitions, rules of talks -> campaigns -> actions; then the first two are followed
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import structlog
from aiohttp import web

from bot import keys, resources
from bot.actions import Actions
from bot.actions.handing import HandingOver, IssuingCoupons
from bot.actions.performing import performers
from bot.actions.surveys import listed
from bot.conversations.rules import TalkRules
from bot.coupons import campaign, stamp_rules
from bot.coupons.counter import Counter
from bot.coupons.receipts import Receipts
from bot.coupons.service import Coupons
from bot.coupons.shelf import Campaigns
from bot.coupons.stamps import Stamps
from bot.definitions.library import Library
from bot.errors import SetupError
from bot.store.schema import answering

_log: Final = structlog.get_logger(__name__)


async def definitions(app: web.Application) -> AsyncIterator[None]:
    """Read what is defined now."""
    engine = app[resources.ENGINE]
    with answering(engine):
        async with engine.connect() as connection:
            await app[keys.LIBRARY].refresh(connection)
            await app[keys.TALK_RULES].refresh(connection)
    yield


async def watch_definitions(app: web.Application) -> AsyncIterator[None]:
    """Go by what is defined later, too."""
    engine, signals = app[resources.ENGINE], app[resources.SIGNALS]
    followed: tuple[Library | TalkRules, ...] = (app[keys.LIBRARY], app[keys.TALK_RULES])
    tasks = [asyncio.create_task(each.watch(engine, signals)) for each in followed]
    yield
    for each, task in zip(followed, tasks, strict=True):
        await each.round.end(task)


async def coupons(app: web.Application) -> AsyncIterator[None]:
    """Read the campaigns, of the files and those stored since."""
    campaigns = Campaigns(campaign.load_all())
    engine = app[resources.ENGINE]
    with answering(engine):
        async with engine.connect() as connection:
            await campaigns.refresh(connection)
    wallet = app[keys.WALLET]
    app[keys.COUPONS] = Coupons(campaigns, app[keys.SEGMENTS])
    receipts = Receipts(app[keys.ACCOUNT], wallet)
    app[keys.COUNTER] = Counter(app[keys.COUPONS], app[keys.CODES], receipts)
    app[keys.STAMPS] = Stamps(
        stamp_rules.load(campaigns={each.key for each in campaigns}),
        app[keys.POINTS],
        app[keys.COUPONS],
        app[keys.CODES],
        reason=wallet.stamps.title,
    )
    yield


async def actions(app: web.Application) -> AsyncIterator[None]:
    """Wire what surveys lead to, and keep their versions for whoever finishes them later."""
    surveys = app[keys.SURVEYS]
    app[keys.ACTIONS] = Actions(
        {
            **performers(app[keys.PEOPLE], app[keys.MEMBERSHIP], app[keys.MENUS]),
            "issue_coupon": IssuingCoupons(app[keys.COUPONS], app[keys.COUPON_SCREENS]),
            "start_conversation": HandingOver(app[keys.CONVERSATIONS], app[keys.TALK_RULES]),
        }
    )
    try:
        app[keys.ACTIONS].require(listed(surveys.definitions.values()))
    except SetupError as error:
        if app[keys.LIBRARY].is_sample:
            raise
        _log.error("content.unable", problem=str(error))
    engine = app[resources.ENGINE]
    with answering(engine):
        async with engine.begin() as connection:
            await surveys.remember(connection, now=app[resources.CLOCK]())
    yield
