"""Notices to browsers, through the push services of their makers.

    Written -> JSON -> encrypted for the one device -> POST to its endpoint -> 2xx: taken

The endpoint came from a browser, so it is nobody's word: only public addresses are called, and a
service that says the subscription is gone ends it.
"""

from http import HTTPStatus
from typing import Final

import aiohttp
import orjson
from aiohttp.abc import AbstractResolver
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.integrations.addresses import Allowed
from bot.notices import devices, encryption
from bot.notices.choices import Reach
from bot.notices.devices import Device
from bot.notices.encryption import DeviceKeys, UnfitKeysError
from bot.notices.queue import Group
from bot.notices.ways import TAKEN, Outcome
from bot.notices.words import Written

SECONDS: Final = 10.0
#: A device that was off for longer finds the talks themselves when it is back.
_KEPT_SECONDS: Final = 12 * 60 * 60
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
#: It is not our turn, or the service is not well: later.
_LATER: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})


class WebPush:
    """Sends to browsers."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        clock: Clock,
        secret_key: str,
        contact: str,
        allowed: Allowed,
        resolver: AbstractResolver,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._secret_key = secret_key
        self._contact = contact
        self._allowed = allowed
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, limit=20),
            timeout=aiohttp.ClientTimeout(total=SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    async def close(self) -> None:
        """End."""
        await self._http.close()

    async def send(self, group: Group, reach: Reach, written: Written) -> Outcome:
        """Send a notice to one device."""
        del reach
        async with self._engine.connect() as connection:
            device = await devices.by_id(connection, group.target)
        if device is None:
            return Outcome("push_gone", is_final=True)
        if not encryption.IS_AT_HAND:
            return Outcome("push_not_set_up", is_final=True)
        outcome = await self._post(device, written)
        if outcome.error == "push_gone":
            async with self._engine.begin() as connection:
                await devices.forget(connection, device.device_id)
        return outcome

    async def _post(self, device: Device, written: Written) -> Outcome:
        if (refusal := self._allowed.refusal(device.endpoint)) is not None:
            return Outcome(f"push_forbidden: {refusal}", is_final=True)
        try:
            keys = DeviceKeys.read(device.public_key, device.auth)
        except UnfitKeysError:
            return Outcome("push_gone", is_final=True)
        headers = {
            "Authorization": encryption.authorization(
                self._secret_key, device.endpoint, contact=self._contact, now=self._clock()
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_KEPT_SECONDS),
            "Urgency": "high",
        }
        body = encryption.encrypt(_payload(written), keys)
        try:
            async with self._http.post(
                device.endpoint, data=body, headers=headers, allow_redirects=False
            ) as response:
                status = response.status
        except TimeoutError:
            return Outcome(f"push_unreachable: no answer within {SECONDS:.0f} seconds")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Outcome(f"push_unreachable: {type(error).__name__}: {error}"[:200])
        return _meant(status)


def _meant(status: int) -> Outcome:
    if status // 100 == HTTPStatus.OK // 100:
        return TAKEN
    if status in _GONE:
        return Outcome("push_gone", is_final=True)
    is_passing = status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Outcome(f"push_refused: {status}", is_final=not is_passing)


def _payload(written: Written) -> bytes:
    """Return what the service worker shows, as much of it as fits."""
    lines = [text for text, _ in written.lines]
    while True:
        said = {
            "title": written.subject,
            "body": "\n".join(lines),
            "url": written.path,
            "tag": written.tag,
        }
        payload = orjson.dumps(said)
        if len(payload) <= encryption.LONGEST or not lines:
            return payload
        lines.pop()
