"""enishi doctor: check everything the bot needs, and say what to mend."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from bot.line.account import Account
    from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    #: None: in order.
    mend: str | None = None
    detail: str = ""


def doctor(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Look at the demo that runs here.")] = False,
) -> None:
    """Check settings, database, Redis and LINE, and say each mend."""

    async def work() -> int:
        count = 0
        async for finding in _examine(demo=demo):
            mark = "ok   " if finding.mend is None else "MEND "
            print(f"  {mark} {finding.what}" + (f": {finding.detail}" if finding.detail else ""))
            if finding.mend is not None:
                count += 1
                print(f"         {finding.mend}")
        print("Everything is in order." if not count else f"{count} to mend.")
        return count

    if run(work()):
        raise typer.Exit(1)


async def _examine(*, demo: bool) -> AsyncIterator[Finding]:
    from bot.cli.demo_settings import demo_settings
    from bot.errors import SetupError
    from bot.line.account import Account
    from bot.line.client import LineClient, open_session
    from bot.settings import Settings

    try:
        settings = demo_settings() if demo else Settings.from_env(os.environ)
    except SetupError as error:
        yield Finding("settings", mend=str(error))
        return
    yield Finding("settings")
    yield await _database(settings)
    yield await _definitions(settings)
    yield await _waiting(settings)
    yield await _redis(settings)
    yield await _mail(settings)
    if settings.liff_id is not None:
        yield _liff(settings)
    async with open_session() as http:
        client = LineClient(http, base=settings.line_api_base, token=settings.channel_access_token)
        async for finding in _line(Account(client), settings):
            yield finding


async def _database(settings: "Settings") -> Finding:
    from bot.cli.embedded import with_database
    from bot.errors import SetupError
    from bot.store import schema
    from bot.store.engine import open_engine

    if settings.database_url is None and not (settings.data / "enishi.db").exists():
        return Finding("database", detail=f"an SQLite file will be made in {settings.data}/")
    engine = open_engine(str(with_database(settings).database_url))
    try:
        await schema.require_current(engine)
    except SetupError as error:
        return Finding("database", mend=str(error))
    finally:
        await engine.dispose()
    return Finding("database", detail=f"{engine.dialect.name}, tables at {schema.HEAD}")


async def _definitions(settings: "Settings") -> Finding:
    """Look whether this version can read what is defined."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.cli.embedded import with_database
    from bot.definitions.library import Library
    from bot.store.engine import open_engine

    library = Library()
    engine = open_engine(str(with_database(settings).database_url))
    try:
        async with engine.connect() as connection:
            await library.refresh(connection)
    except (SQLAlchemyError, OSError):
        return Finding("definitions", detail="not looked at, for want of a database")
    finally:
        await engine.dispose()
    if library.problems:
        return Finding(
            "definitions",
            detail="\n         ".join(map(str, library.problems)),
            mend="The last ones that can be read are used. Correct them: "
            "enishi content export DIR, then enishi content apply DIR.",
        )
    whose = "the sample" if library.is_sample else f"revision {library.revision}"
    return Finding("definitions", detail=whose)


async def _waiting(settings: "Settings") -> Finding:
    """Look whether something waits for a person."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.cli.embedded import with_database
    from bot.inbox import dead
    from bot.outbox import troubles
    from bot.store.engine import open_engine

    engine = open_engine(str(with_database(settings).database_url))
    try:
        async with engine.connect() as connection:
            calls = sum(group.count for group in await troubles.groups(connection))
            letters = await dead.count(connection)
    except (SQLAlchemyError, OSError):
        return Finding("what needs a person", detail="not looked at, for want of a database")
    finally:
        await engine.dispose()
    if not calls and not letters:
        return Finding("what needs a person", detail="nothing")
    home = settings.webhook_url.removesuffix("/line/webhook")
    return Finding(
        "what needs a person",
        detail=f"{calls} calls that did not arrive, {letters} events that were not handled",
        mend=f"See {home}/console/trouble (or `enishi outbox list` and `enishi inbox list`).",
    )


async def _redis(settings: "Settings") -> Finding:
    from bot.redis_client import AWAY, open_redis

    if settings.redis_url is None:
        return Finding("redis", detail="embedded; `enishi serve` starts it")
    client = open_redis(settings.redis_url)
    try:
        await client.ping()
    except AWAY as error:
        return Finding(
            "redis",
            detail=type(error).__name__,
            mend="Start Redis or Valkey, or correct REDIS_URL. Without it the bot goes on slowly.",
        )
    finally:
        await client.aclose()
    return Finding("redis")


async def _mail(settings: "Settings") -> Finding:
    from bot.clock import utc_now
    from bot.notices.mail import Mail, MailServer

    server = MailServer.read(settings.smtp_url, settings.mail_from)
    if server is None:
        return Finding("mail", detail="not set up; notices to staff go by browser and LINE")
    outcome = await Mail(server, settings.public_url, utc_now).greet()
    if outcome.error is None:
        return Finding("mail", detail=server.shown)
    return Finding(
        "mail",
        detail=outcome.error.partition(": ")[2],
        mend="Correct SMTP_URL: scheme (smtp:// is STARTTLS, smtps:// TLS), host, port, user, "
        "password.",
    )


def _liff(settings: "Settings") -> Finding:
    """Say what to enter at LINE: nobody but the login channel's owner can look there."""
    from bot.membership.links import PAGES

    endpoint = f"{settings.public_url}{PAGES}/liff"
    return Finding("LIFF", detail=f"{settings.liff_id}; its endpoint is {endpoint}, scope openid")


async def _line(account: "Account", settings: "Settings") -> AsyncIterator[Finding]:
    info = await account.info()
    if not info.ok:
        yield Finding(
            "LINE",
            detail=f"{info.status or 'no answer'} {info.message}",
            mend="Issue a new LINE_CHANNEL_ACCESS_TOKEN in the LINE Developers console."
            if info.status == 401  # noqa: PLR2004 - HTTP status
            else f"See whether {settings.line_api_base} can be reached from here.",
        )
        return
    yield Finding("LINE access token", detail=f"{info.body.get('displayName', '')}")
    yield _chat(info.body.get("chatMode") == "chat")
    yield await _webhook(account, settings)
    yield await _quota(account)


def _chat(is_on: bool) -> Finding:  # noqa: FBT001 - LINE's own switch
    """Say when friends see 既読; both are in order, and the shop chooses in LINE's manager."""
    return Finding(
        "chat",
        detail="on; friends see 既読 when staff answer"
        if is_on
        else "off; friends see 既読 at once",
    )


async def _webhook(account: "Account", settings: "Settings") -> Finding:
    wanted = settings.webhook_url
    known = await account.webhook()
    endpoint = known.body.get("endpoint")
    if endpoint != wanted:
        return Finding(
            "webhook",
            detail=f"LINE calls {endpoint or 'nothing'}",
            mend=f"Set the webhook URL to {wanted} in the LINE Developers console.",
        )
    if not known.body.get("active"):
        return Finding("webhook", mend="Switch on «Use webhook» in the LINE Developers console.")
    tested = await account.test_webhook()
    if not tested.body.get("success"):
        reason = tested.body.get("reason") or tested.message
        return Finding(
            "webhook",
            detail=f"{wanted}: {reason} {tested.body.get('detail', '')}",
            mend="Start `enishi serve` (or web) and see that the address reaches it over https.",
        )
    return Finding("webhook", detail=wanted)


async def _quota(account: "Account") -> Finding:
    quota, used = await account.quota(), await account.consumption()
    total = used.body.get("totalUsage", 0)
    if quota.body.get("type") != "limited":
        return Finding("quota", detail=f"{total} billed messages this month, no ceiling")
    left = quota.body.get("value", 0) - total
    detail = f"{left} of {quota.body.get('value')} billed messages left this month"
    mend = "Only free replies leave until the month ends or the plan changes."
    return Finding("quota", detail=detail, mend=mend if left <= 0 else None)
