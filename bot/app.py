"""The composition root: what a process is made of."""

import copy
from collections.abc import AsyncIterator, Callable
from enum import Flag, auto
from functools import partial
from typing import Final

import structlog
from aiohttp import web

import handlers
from bot import content, health, keys, resources, starting
from bot.api import app as api
from bot.api import sender
from bot.api.guard import Guard
from bot.api.sender import Sender
from bot.clock import Clock, utc_now
from bot.console import app as console
from bot.conversations.answering import Answering
from bot.conversations.clockwork import TalkClock
from bot.conversations.desk import Desk
from bot.conversations.fetching import MediaFetch
from bot.conversations.indexing import SearchIndex
from bot.conversations.quota import QuotaWatch
from bot.conversations.quoting import SentIds
from bot.conversations.reading_marks import ReadMarks
from bot.conversations.rules import TalkRules
from bot.conversations.service import Conversations
from bot.coupons.rounds import Rounds
from bot.coupons.showing import CouponScreens
from bot.definitions.library import Library
from bot.definitions.model import Contents
from bot.files.links import FileLinks, PictureLinks
from bot.files.store import FolderStore
from bot.friends.profiles import ProfileFetch
from bot.friends.repository import is_reachable
from bot.friends.service import Friends
from bot.integrations.addresses import Allowed
from bot.line.account import Account as LineAccount
from bot.media import files, pictures
from bot.media import views as media
from bot.membership import ranks
from bot.membership import settings as card_rules
from bot.membership.codes import Codes
from bot.membership.links import CardLinks, PageLinks
from bot.membership.number import Numbering
from bot.membership.ranks import Ranks
from bot.membership.service import Membership
from bot.menus.batching import MenuBatches
from bot.menus.checking import Checker
from bot.menus.default import DefaultMenu
from bot.menus.keeper import Keeper
from bot.menus.link import MenuLink
from bot.menus.many import MenuLinks
from bot.menus.published import Published
from bot.menus.service import Menus
from bot.notices.mail import Mail, MailServer
from bot.notices.model import Way
from bot.notices.sender import Sender as NoticeSender
from bot.notices.watching import Watch
from bot.notices.web_push import WebPush
from bot.outbox.carrier import Carrier
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.model import Kind
from bot.outbox.outside import UseCase, use_case
from bot.pages import app as pages
from bot.people.service import People
from bot.points import rules as point_rules
from bot.points.service import Points
from bot.purchases.service import Purchases
from bot.routing import Router
from bot.settings import Settings
from bot.surveys.nudging import Reminder
from bot.surveys.service import Surveys
from bot.webhook import views as webhook
from bot.worker.batch import Batch
from bot.worker.loop import Worker
from bot.worker.scheduler import Scheduler

_log = structlog.get_logger(__name__)


class Role(Flag):
    """What a process does; ``serve`` and the demo do all of it in one."""

    WEB = auto()
    WORKER = auto()
    DISPATCHER = auto()
    SCHEDULER = auto()


ALL: Final = Role.WEB | Role.WORKER | Role.DISPATCHER | Role.SCHEDULER

DISPATCHER: Final = web.AppKey("DISPATCHER", Dispatcher)
WORKER: Final = web.AppKey("WORKER", Worker)
SCHEDULER: Final = web.AppKey("SCHEDULER", Scheduler)
MEDIA: Final = web.AppKey("MEDIA", MediaFetch)
SENDER: Final = web.AppKey("SENDER", Sender)
NOTICES: Final = web.AppKey("NOTICES", NoticeSender)
KEEPER: Final = web.AppKey("KEEPER", Keeper)
_ROOT: Final = web.AppKey("_ROOT", Router)


def create_app(
    settings: Settings,
    *,
    roles: Role = ALL,
    clock: Clock = utc_now,
    root: Router = handlers.root,
) -> web.Application:
    """Build the application; nothing is opened until it starts.

    A process that does everything wakes itself; one that does a part is woken through Redis.
    """
    app = web.Application(client_max_size=webhook.MAX_BYTES)
    app[resources.SETTINGS] = settings
    app[resources.CLOCK] = clock
    app[resources.OWNER] = resources.process_name()
    app[resources.CHANNEL] = resources.Channel()
    app[resources.IS_ALONE] = roles == ALL
    app[_ROOT] = root
    _add_services(app, settings)
    app.cleanup_ctx.extend(
        [
            resources.database,
            starting.definitions,
            starting.coupons,
            starting.actions,
            resources.redis,
            resources.signals,
            starting.watch_definitions,
        ]
    )
    app.cleanup_ctx.append(resources.line)
    if roles & (Role.WORKER | Role.DISPATCHER):
        app.cleanup_ctx.append(_dispatcher(sweeps=Role.DISPATCHER in roles))
    if Role.DISPATCHER in roles:
        app.cleanup_ctx.append(_media)
        app.cleanup_ctx.append(_webhooks)
        app.cleanup_ctx.append(_notices)
    if Role.WORKER in roles:
        app.cleanup_ctx.append(_worker)
    if Role.SCHEDULER in roles:
        app.cleanup_ctx.append(_scheduler)
    if Role.WEB in roles:
        app.cleanup_ctx.append(resources.intake)
        app.router.add_post(webhook.PATH, webhook.webhook)
        app.router.add_get(media.CARD_ROUTE, media.card)
        app.router.add_get(pictures.PICTURE_ROUTE, pictures.picture)
        app.router.add_get(pictures.SMALL_ROUTE, pictures.small)
        app.router.add_get(files.FILE_ROUTE, files.file)
        console.mount(app)
        api.mount(app)
        pages.mount(app)
    health.add_routes(app)
    return app


def _add_services(app: web.Application, settings: Settings) -> None:
    app[keys.ACCOUNT] = content.account()
    _add_defined(app)
    app[keys.FRIENDS] = Friends(app[keys.PEOPLE])
    cards = card_rules.load()
    app[keys.CARD_RULES] = cards
    app[keys.MEMBERSHIP] = Membership(Numbering(cards.number.prefix))
    app[keys.RANKS] = Ranks(ranks.load())
    app[keys.CODES] = Codes(settings.secret_key)
    app[resources.FILES] = FolderStore(settings.data / "files")
    app[keys.TALK_RULES] = TalkRules(app[keys.ACCOUNT].talk)
    app[keys.CONVERSATIONS] = Conversations(app[keys.TALK_RULES])
    app[keys.DESK] = Desk(app[keys.TALK_RULES])
    app[keys.ANSWERING] = Answering(app[keys.TALK_RULES], app[keys.DESK])
    app[keys.PICTURE_LINKS] = PictureLinks(settings.secret_key, settings.public_url)
    app[keys.FILE_LINKS] = FileLinks(settings.secret_key, settings.public_url)
    app[resources.USE_CASE] = _use_case(app)
    app[keys.CARD_LINKS] = CardLinks(settings.secret_key, settings.public_url)
    app[keys.PAGE_LINKS] = PageLinks(settings.secret_key, settings.public_url, settings.liff_id)
    app[keys.WALLET] = content.wallet()
    app[keys.STICKERS] = content.stickers()
    app[keys.POINTS] = Points(point_rules.load())
    app[keys.PURCHASES] = Purchases(
        app[keys.POINTS], app[keys.RANKS], reason=app[keys.WALLET].points.bought
    )
    app[keys.COUPON_SCREENS] = CouponScreens(
        app[keys.ACCOUNT], app[keys.WALLET], app[keys.PAGE_LINKS]
    )


def _add_defined(app: web.Application) -> None:
    """Make the services that go by definitions, and let them follow these at one moment."""
    library = Library()
    people, sample = People(), library.contents
    surveys, segments = Surveys(sample.surveys, people), copy.copy(sample.segments)
    menus = Menus(sample.rules, sample.segments, sample.tabs)

    def follow(now: Contents) -> None:
        people.vocabulary.replace(now.attributes, now.tags)
        surveys.replace(now.surveys)
        segments.replace(now.segments)
        menus.replace(now.rules, now.segments, now.tabs)

    library.listen(follow)
    app[keys.LIBRARY] = library
    app[keys.PEOPLE], app[keys.SURVEYS] = people, surveys
    app[keys.SEGMENTS], app[keys.MENUS] = segments, menus


def _use_case(app: web.Application) -> UseCase:
    """Return what opens a use case's unit, once the process has started."""
    record = app[keys.CONVERSATIONS].record_queued
    return lambda: use_case(app[resources.ENGINE], app[resources.SIGNALS], before_flush=record)


def _dispatcher(*, sweeps: bool) -> Callable[[web.Application], AsyncIterator[None]]:
    async def dispatcher(app: web.Application) -> AsyncIterator[None]:
        engine, clock = app[resources.ENGINE], app[resources.CLOCK]

        async def reachable(user_id: str) -> bool:
            async with engine.connect() as connection:
                return await is_reachable(connection, user_id)

        published = Published(engine)
        carrier = Carrier(
            engine=engine,
            line=app[resources.LINE],
            rates=app[resources.RATES],
            clock=clock,
            owner=app[resources.OWNER],
            requesters={
                Kind.MENU: MenuLink(engine, published),
                Kind.MENUS: MenuLinks(engine, published, clock),
                Kind.MENU_BATCH: MenuBatches(engine, clock),
                Kind.DEFAULT_MENU: DefaultMenu(engine, published),
                Kind.PROFILE: ProfileFetch(engine, clock),
                Kind.READ: ReadMarks(),
            },
            is_reachable=reachable,
            tell_sent=SentIds(engine).keep,
        )
        app[DISPATCHER] = Dispatcher(
            engine=engine,
            carrier=carrier,
            signals=app[resources.SIGNALS],
            clock=clock,
            owner=app[resources.OWNER],
            sweeps=sweeps,
        )
        app[DISPATCHER].start()
        yield
        await app[DISPATCHER].stop()

    return dispatcher


async def _worker(app: web.Application) -> AsyncIterator[None]:
    batch = Batch(
        app,
        router=app[_ROOT],
        apologise=handlers.apologise,
        preloads=[
            app[keys.CONVERSATIONS].preload,
            app[keys.SURVEYS].preload,
            app[keys.MENUS].preload,
        ],
        owner=app[resources.OWNER],
    )
    app[WORKER] = Worker(
        engine=app[resources.ENGINE],
        batch=batch,
        dispatcher=app[DISPATCHER],
        signals=app[resources.SIGNALS],
        clock=app[resources.CLOCK],
        ticks=resources.ticks,
    )
    app[WORKER].start()
    yield
    await app[WORKER].stop()


async def _media(app: web.Application) -> AsyncIterator[None]:
    app[MEDIA] = MediaFetch(
        engine=app[resources.ENGINE],
        account=LineAccount(app[resources.LINE]),
        store=app[resources.FILES],
        signals=app[resources.SIGNALS],
        clock=app[resources.CLOCK],
    )
    app[MEDIA].start()
    yield
    await app[MEDIA].stop()


async def _webhooks(app: web.Application) -> AsyncIterator[None]:
    settings = app[resources.SETTINGS]
    app[SENDER] = Sender(
        engine=app[resources.ENGINE],
        clock=app[resources.CLOCK],
        secret_key=settings.secret_key,
        networks=settings.webhook_networks,
    )
    app[SENDER].start()
    yield
    await app[SENDER].stop()


async def _notices(app: web.Application) -> AsyncIterator[None]:
    """Tell staff."""
    settings, clock = app[resources.SETTINGS], app[resources.CLOCK]
    server = MailServer.read(settings.smtp_url, settings.mail_from)
    allowed = Allowed(settings.webhook_networks)
    guard = Guard(allowed)
    push = WebPush(
        engine=app[resources.ENGINE],
        clock=clock,
        secret_key=settings.secret_key,
        contact=settings.public_url,
        allowed=allowed,
        resolver=guard,
    )
    app[NOTICES] = NoticeSender(
        engine=app[resources.ENGINE],
        clock=clock,
        use_case=app[resources.USE_CASE],
        ways={Way.MAIL: Mail(server, settings.public_url, clock), Way.BROWSER: push},
        shop_name=app[keys.ACCOUNT].shop.name,
        public_url=settings.public_url,
    )
    app[NOTICES].start()
    yield
    await app[NOTICES].stop()
    await push.close()
    await guard.close()


async def _scheduler(app: web.Application) -> AsyncIterator[None]:
    reminder = Reminder(app[keys.ACCOUNT], app[keys.SURVEYS], app[keys.CONVERSATIONS])
    talks = TalkClock(app[keys.TALK_RULES], app[keys.DESK], app[resources.USE_CASE])
    search = SearchIndex(app[resources.ENGINE])
    quota = QuotaWatch(app[resources.ENGINE], LineAccount(app[resources.LINE]))
    rounds = Rounds(app[resources.ENGINE], app[keys.POINTS], app[keys.RANKS])
    app[SCHEDULER] = Scheduler(
        app[resources.ENGINE],
        app[resources.CLOCK],
        jobs=[
            partial(reminder.run, app[resources.USE_CASE]),
            talks.run,
            talks.erase,
            search.follow,
            quota.run,
            rounds.run,
            partial(sender.prune, app[resources.ENGINE]),
            Watch(app[resources.ENGINE], LineAccount(app[resources.LINE])).run,
        ],
    )
    app[SCHEDULER].start()
    app[KEEPER] = Keeper(
        app[resources.ENGINE],
        app[keys.MENUS],
        signals=app[resources.SIGNALS],
        clock=app[resources.CLOCK],
        checker=Checker(
            app[resources.ENGINE],
            app[resources.LINE],
            app[keys.MENUS],
            clock=app[resources.CLOCK],
        ),
    )
    app[KEEPER].start()
    yield
    await app[KEEPER].stop()
    await app[SCHEDULER].stop()
