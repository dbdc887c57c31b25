"""The console as one application, mounted at /console."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot import resources
from bot.console import assets
from bot.console.access import DECLARED, Declared, Routes
from bot.console.attempts import Attempts
from bot.console.challenges import Challenges
from bot.console.counted import COUNTED, Counted
from bot.console.dealer import Dealer
from bot.console.gate import gate
from bot.console.headers import add_headers
from bot.console.live import LIVE, Live
from bot.console.navigation import Entry
from bot.console.pages import (
    account,
    api_keys,
    audit,
    components,
    coupons,
    doubles,
    home,
    installed,
    passkeys,
    replies,
    second_step,
    shops,
    sign_in,
    staff,
    supervision,
    talk,
    till,
    webhooks,
    welcome,
)
from bot.console.pages.friends import views as friends
from bot.console.pages.menus import changing as menu_changes
from bot.console.pages.menus import nightly as menu_checks
from bot.console.pages.menus import publishing as menu_publishing
from bot.console.pages.menus import views as menus
from bot.console.pages.notices import ENTRY as NOTICES_ENTRY
from bot.console.pages.notices import choosing as notice_choices
from bot.console.pages.notices import places as notice_places
from bot.console.pages.notices import sent as notices_sent
from bot.console.pages.notices import trying as notice_trials
from bot.console.pages.talk import answers as talk_answers
from bot.console.pages.talk import canned as talk_canned
from bot.console.pages.talk import faces as talk_faces
from bot.console.pages.talk import files as talk_files
from bot.console.pages.talk import panel as talk_panel
from bot.console.pages.talk import screen as talk_screen
from bot.console.pages.talk import settings as talk_settings
from bot.console.pages.talk import stream as talk_stream
from bot.console.pages.talk import uploads as talk_uploads
from bot.console.pages.trouble import ENTRY as TROUBLE_ENTRY
from bot.console.pages.trouble import line as trouble_line
from bot.console.pages.trouble import routes as trouble_routes
from bot.console.pictures import PICTURES, LinePictures
from bot.console.presence import Presence
from bot.console.rendering import ENTRIES
from bot.console.sessions import Sessions
from bot.console.trouble import trouble
from bot.console.visitor import SESSIONS

PATH: Final = "/console"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a page module brings: its routes, and its line in the menu, if it has one."""

    routes: Routes
    entry: Entry | None = None


TOPICS: Final = (
    Topic(assets.routes),
    Topic(installed.routes),
    Topic(components.routes),
    Topic(sign_in.routes),
    Topic(second_step.routes),
    Topic(passkeys.routes),
    Topic(welcome.routes),
    Topic(account.routes),
    Topic(home.routes, home.ENTRY),
    Topic(trouble_routes, TROUBLE_ENTRY),
    Topic(talk_stream.routes),
    Topic(talk_screen.routes, talk.ENTRY),
    Topic(supervision.routes, supervision.ENTRY),
    Topic(replies.routes, replies.ENTRY),
    Topic(talk_answers.routes),
    Topic(talk_canned.routes),
    Topic(notice_choices.routes, NOTICES_ENTRY),
    Topic(notice_places.routes),
    Topic(notice_trials.routes),
    Topic(notices_sent.routes),
    Topic(talk_files.routes),
    Topic(talk_uploads.routes),
    Topic(talk_faces.routes),
    Topic(talk_panel.routes),
    Topic(friends.routes, friends.ENTRY),
    Topic(doubles.routes, doubles.ENTRY),
    Topic(coupons.routes, coupons.ENTRY),
    Topic(menus.routes, menus.ENTRY),
    Topic(menu_changes.routes),
    Topic(menu_checks.routes),
    Topic(menu_publishing.routes),
    Topic(staff.routes, staff.ENTRY),
    Topic(shops.routes, shops.ENTRY),
    Topic(talk_settings.routes, talk_settings.ENTRY),
    Topic(till.routes, till.ENTRY),
    Topic(api_keys.routes, api_keys.ENTRY),
    Topic(webhooks.routes),
    Topic(audit.routes, audit.ENTRY),
)


def create_console(parent: web.Application) -> web.Application:
    """Build it; the parent has opened everything before it starts."""
    app = web.Application(middlewares=[trouble, gate])
    app[DECLARED] = Declared()
    for topic in TOPICS:
        app[DECLARED].add(app, topic.routes)
    entries = [topic.entry for topic in TOPICS if topic.entry is not None]
    app[ENTRIES] = sorted(entries, key=lambda entry: entry.position)
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.append(_opened(parent))
    app.on_shutdown.append(_let_screens_go)
    app[menu_publishing.RUNS] = menu_publishing.Runs(parent)
    app.on_shutdown.append(app[menu_publishing.RUNS].stop)
    return app


def mount(parent: web.Application) -> None:
    """Serve the console as a part of the web process."""
    parent.router.add_get(PATH, _to_the_start)
    parent.add_subapp(PATH, create_console(parent))


def _opened(parent: web.Application) -> Callable[[web.Application], AsyncIterator[None]]:
    async def opened(app: web.Application) -> AsyncIterator[None]:
        app[DECLARED].require_all(app)
        redis = parent[resources.REDIS]
        app[SESSIONS] = Sessions(redis)
        app[sign_in.ATTEMPTS] = Attempts(redis)
        app[passkeys.CHALLENGES] = Challenges(redis)
        app[talk_stream.PRESENCES] = Presence(redis, parent[resources.SIGNALS])
        app[COUNTED] = Counted(parent[resources.ENGINE])
        app[trouble_line.ASKED] = trouble_line.Asked()
        app[LIVE] = Live(parent[resources.ENGINE], parent[resources.SIGNALS])
        app[PICTURES] = LinePictures(parent[resources.SETTINGS].line_api_base)
        dealer = Dealer(parent, app[talk_stream.PRESENCES])
        async with app[LIVE].running(), dealer.running(), app[PICTURES].running():
            yield

    return opened


async def _let_screens_go(app: web.Application) -> None:
    app[LIVE].end()


async def _to_the_start(_: web.Request) -> web.StreamResponse:
    raise web.HTTPSeeOther(f"{PATH}/")
