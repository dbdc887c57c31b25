"""Telling other systems what happened: signed, at least once, for a day; beside LINE's own calls.

    domain_events -> relay -> deliveries -> Sender -> POST, 2xx within ten seconds is thanks

Each endpoint has a task of its own: a slow one waits for itself.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from ipaddress import IPv4Network, IPv6Network
from typing import Final

import aiohttp
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.api.answering import prune as prune_answers
from bot.api.guard import Guard
from bot.clock import Clock
from bot.integrations import deliveries, endpoints
from bot.integrations.addresses import Allowed
from bot.integrations.deliveries import Delivery
from bot.integrations.endpoints import Endpoint, signature
from bot.integrations.relay import PIECE, relay
from bot.rounds import Round

_log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 10.0
#: To one endpoint at the same time.
AT_ONCE: Final = 4
SIGNATURE: Final = "Enishi-Signature"
EVENT_ID: Final = "Enishi-Event-Id"
EVENT_TYPE: Final = "Enishi-Event-Type"
_AGENT: Final = "Enishi-Webhooks/1"


class Sender:
    """Tells other systems."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        clock: Clock,
        secret_key: str,
        networks: Sequence[IPv4Network | IPv6Network] = (),
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._secret_key = secret_key
        self._guard = Guard(Allowed(networks))
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        #: Held by whoever asks the database; an endpoint that answers slowly holds nobody up.
        self._round = Round()
        self._http: aiohttp.ClientSession | None = None

    def start(self) -> None:
        """Begin."""
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=self._guard, limit=100, force_close=True),
            timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        self._task = asyncio.create_task(self._run(), name="webhooks")

    async def stop(self) -> None:
        """End; what was under way is sent again."""
        await self._round.end(self._task)
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._http is not None:
            await self._http.close()
        await self._guard.close()

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("webhooks.failed")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Take up what happened, and see that each endpoint is being told what is due."""
        while await self._relay() == PIECE:
            pass
        now = self._clock()
        async with self._round, self._engine.begin() as connection:
            active = await endpoints.list_active(connection, now=now)
        for endpoint in active:
            running = self._tasks.get(endpoint.endpoint_id)
            if running is None or running.done():
                self._tasks[endpoint.endpoint_id] = asyncio.create_task(self._tell(endpoint))
        gone = self._tasks.keys() - {endpoint.endpoint_id for endpoint in active}
        for endpoint_id in gone:
            if self._tasks[endpoint_id].done():
                del self._tasks[endpoint_id]

    async def _relay(self) -> int:
        async with self._round, self._engine.begin() as connection:
            return await relay(connection, now=self._clock())

    async def _tell(self, endpoint: Endpoint) -> None:
        try:
            await self._tell_all(endpoint)
        except (SQLAlchemyError, OSError, TimeoutError):
            _log.exception("webhooks.failed", endpoint=endpoint.endpoint_id)

    async def _tell_all(self, endpoint: Endpoint) -> None:
        """Send what is due for one endpoint."""
        while True:
            async with self._round, self._engine.begin() as connection:
                due = await deliveries.claim(
                    connection, endpoint.endpoint_id, limit=AT_ONCE, now=self._clock()
                )
            if not due:
                return
            await asyncio.gather(*(self._send(endpoint, each) for each in due))

    async def _send(self, endpoint: Endpoint, delivery: Delivery) -> None:
        status, error = await self._post(endpoint, delivery)
        now = self._clock()
        async with self._round, self._engine.begin() as connection:
            is_dead = await deliveries.settle(
                connection, delivery, status=status, error=error, now=now
            )
            if status == HTTPStatus.GONE:
                why = "the address answered 410 Gone"
                await endpoints.stop(connection, endpoint.endpoint_id, why=why, now=now)
        if is_dead:
            _log.warning(
                "webhooks.dead",
                endpoint=endpoint.endpoint_id,
                delivery=delivery.delivery_id,
                error=error,
            )

    async def _post(self, endpoint: Endpoint, delivery: Delivery) -> tuple[int | None, str | None]:
        """Return the status of the answer, if there was one, and what was wrong, if anything."""
        assert self._http is not None  # noqa: S101 - started
        if (refusal := self._guard.allowed.refusal(endpoint.url)) is not None:
            return None, refusal
        headers = self._headers(endpoint, delivery, self._clock())
        try:
            async with self._http.post(
                endpoint.url, data=delivery.body, headers=headers, allow_redirects=False
            ) as response:
                status = response.status
        except TimeoutError:
            return None, f"no answer within {ANSWER_SECONDS:.0f} seconds"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return None, f"{type(error).__name__}: {error}"[:300]
        if status // 100 == HTTPStatus.OK // 100:
            return status, None
        return status, f"answered {status}; 2xx is taken for thanks"

    def _headers(self, endpoint: Endpoint, delivery: Delivery, now: datetime) -> dict[str, str]:
        secret = endpoint.secret(self._secret_key)
        return {
            "Content-Type": "application/json",
            "User-Agent": _AGENT,
            EVENT_ID: str(delivery.event_id),
            EVENT_TYPE: delivery.kind,
            SIGNATURE: signature(secret, at=int(now.timestamp()), body=delivery.body),
        }


async def prune(engine: AsyncEngine, now: datetime) -> None:
    """Forget answers and deliveries that were kept long enough."""
    async with engine.begin() as connection:
        await prune_answers(connection, now=now)
        await deliveries.prune(connection, now=now)
