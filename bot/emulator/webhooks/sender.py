"""One signed POST to the bot, and how LINE names what went wrong with it."""

import time
from typing import Any

import aiohttp

from bot.emulator.platform import Platform
from bot.emulator.webhooks.delivery import Attempt
from bot.emulator.webhooks.signature import render, sign

_SUCCESS = range(200, 300)


async def post(
    platform: Platform, http: aiohttp.ClientSession, url: str, events: list[dict[str, Any]]
) -> Attempt:
    """Send events as one webhook and report how it went."""
    behaviour = platform.world.behaviour
    body = render(
        {"destination": platform.world.account.user_id, "events": events},
        escape_non_bmp=behaviour.escape_non_bmp,
    )
    signature = sign(platform.keys.channel_secret, body)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "LineBotWebhook/2.0",
        behaviour.signature_header: signature,
    }
    at, started = platform.clock.ms(), time.perf_counter()
    limit = aiohttp.ClientTimeout(total=behaviour.webhook_timeout_seconds)
    status, reason = await _status(http, platform.local(url), body, headers, limit)
    return Attempt(at, status, (time.perf_counter() - started) * 1000, reason, signature)


async def _status(
    http: aiohttp.ClientSession,
    url: str,
    body: bytes,
    headers: dict[str, str],
    limit: aiohttp.ClientTimeout,
) -> tuple[int | None, str | None]:
    try:
        async with http.post(
            url, data=body, headers=headers, allow_redirects=False, timeout=limit
        ) as response:
            await response.read()
    except TimeoutError:
        return None, "request_timeout"
    except (aiohttp.ClientConnectionError, aiohttp.InvalidURL):
        return None, "could_not_connect"
    except aiohttp.ClientError:
        return None, "unclassified"
    return response.status, None if response.status in _SUCCESS else "error_status_code"


def open_session() -> aiohttp.ClientSession:
    """Open the client that webhooks leave through; call it inside the running loop."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )
