"""Webhooks: where events are told, what came of it, and trying again."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from bot import resources
from bot.api import problems
from bot.api.call import Call, operation
from bot.api.problems import Problem
from bot.api.shapes import Given, Page, Shown
from bot.integrations import deliveries, endpoints, relay
from bot.integrations.addresses import Allowed
from bot.integrations.deliveries import Delivery
from bot.integrations.endpoints import Endpoint, EndpointError, EventKind
from bot.integrations.keys import Scope

#: Who hears of a thing may read it.
_NEEDS: Final = {
    "member": Scope.MEMBERS_READ,
    "points": Scope.POINTS_READ,
    "coupon": Scope.COUPONS_READ,
}


class NewEndpoint(Given):
    """An address to be told of events."""

    url: Annotated[str, Field(min_length=1, max_length=500, description="https.")]
    events: Annotated[tuple[EventKind, ...], Field(min_length=1, max_length=len(EventKind))]


class EndpointShown(Shown):
    """An address that is told of events."""

    id: str
    url: str
    events: list[str]
    is_active: bool
    stopped_why: str | None
    created_at: datetime


class EndpointMade(Shown):
    """A new address, with what its deliveries are signed with."""

    endpoint: EndpointShown
    #: Keep it: GET does not show it.
    secret: str


class Endpoints(Shown):
    """The addresses of the key."""

    endpoints: list[EndpointShown]


class DeliveryShown(Shown):
    """One event that was told, or is to be."""

    id: str
    event_id: str
    event: str
    #: waiting, delivered or dead.
    state: str
    attempts: int
    #: Of the next attempt.
    due_at: datetime | None
    created_at: datetime
    settled_at: datetime | None
    #: Of the last answer.
    status: int | None
    error: str | None


class Deliveries(Shown):
    """A part of a list of deliveries, the newest in front."""

    deliveries: list[DeliveryShown]
    next_cursor: str | None


class DeliveriesWanted(Page):
    """Which deliveries."""

    state: Literal["waiting", "delivered", "dead"] | None = None


class Again(Given):
    """Which delivery is tried again."""

    delivery: Annotated[str, Field(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]


class Done(Shown):
    """It was done."""

    done: bool = True


@operation("GET /webhooks", scope=Scope.WEBHOOKS, shown=Endpoints)
async def list_webhooks(call: Call, _: None) -> Endpoints:
    """List the addresses that this key made."""
    found = await endpoints.of_key(call.unit.connection, call.key.key_id)
    return Endpoints(endpoints=[_shown(each) for each in found])


@operation(
    "POST /webhooks",
    scope=Scope.WEBHOOKS,
    given=NewEndpoint,
    shown=EndpointMade,
    status=201,
    kinds=(problems.CONFLICT, problems.OTHER_SHOP),
)
async def add_webhook(call: Call, given: NewEndpoint) -> EndpointMade:
    """Tell an address of events from now on, each at least once, signed.

    Events are of the whole account, so the key must be for every shop, and may read what they
    tell of.
    """
    if call.key.shops:
        raise Problem(problems.OTHER_SHOP, "Events are of all shops; use a key for every shop.")
    for event in given.events:
        needed = _NEEDS[event.partition(".")[0]]
        if not call.key.may(needed):
            raise Problem(problems.SCOPE_MISSING, f"{event} needs the scope {needed}.")
    settings = call[resources.SETTINGS]
    refusal = Allowed(settings.webhook_networks).refusal(given.url)
    if refusal is not None:
        raise problems.unfit("url", refusal)
    try:
        endpoint = await endpoints.add(
            call.unit.connection,
            key_id=call.key.key_id,
            url=given.url,
            kinds=given.events,
            now=call.now,
        )
    except EndpointError as error:
        raise Problem(problems.CONFLICT, str(error)) from error
    return EndpointMade(endpoint=_shown(endpoint), secret=endpoint.secret(settings.secret_key))


@operation("DELETE /webhooks/{id}", scope=Scope.WEBHOOKS, shown=Done)
async def delete_webhook(call: Call, _: None) -> Done:
    """Tell an address nothing more, and forget what it was told."""
    endpoint = await _found(call)
    await endpoints.delete(call.unit.connection, endpoint.endpoint_id)
    return Done()


@operation("POST /webhooks/{id}/resume", scope=Scope.WEBHOOKS, shown=EndpointShown)
async def resume_webhook(call: Call, _: None) -> EndpointShown:
    """Tell an address again that was stopped because it answered 410 Gone."""
    endpoint = await _found(call)
    await endpoints.resume(call.unit.connection, endpoint.endpoint_id)
    return _shown(await _found(call))


@operation("POST /webhooks/{id}/secret", scope=Scope.WEBHOOKS, shown=EndpointMade)
async def renew_webhook_secret(call: Call, _: None) -> EndpointMade:
    """Sign with a new secret from now on; the old one ends at once."""
    endpoint = await _found(call)
    await endpoints.renew_secret(call.unit.connection, endpoint.endpoint_id)
    after = await _found(call)
    secret = after.secret(call[resources.SETTINGS].secret_key)
    return EndpointMade(endpoint=_shown(after), secret=secret)


@operation("POST /webhooks/{id}/trial", scope=Scope.WEBHOOKS, shown=Done)
async def try_webhook(call: Call, _: None) -> Done:
    """Send an event of the type trial, signed and tried again like any other."""
    endpoint = await _found(call)
    await relay.try_out(call.unit.connection, endpoint.endpoint_id, now=call.now)
    return Done()


@operation(
    "GET /webhooks/{id}/deliveries",
    scope=Scope.WEBHOOKS,
    given=DeliveriesWanted,
    shown=Deliveries,
)
async def list_deliveries(call: Call, given: DeliveriesWanted) -> Deliveries:
    """List what an address was told of, or is to be; state=dead lists what was given up."""
    endpoint = await _found(call)
    found = await deliveries.list_some(
        call.unit.connection,
        endpoint.endpoint_id,
        state=given.state or "",
        before=int(given.cursor) if given.cursor else 1 << 62,
        limit=given.limit + 1,
    )
    page = found[: given.limit]
    return Deliveries(
        deliveries=[_delivery(each) for each in page],
        next_cursor=str(page[-1].delivery_id) if len(found) > len(page) else None,
    )


@operation("POST /webhooks/{id}/deliveries/again", scope=Scope.WEBHOOKS, given=Again, shown=Done)
async def send_again(call: Call, given: Again) -> Done:
    """Try a dead delivery for another day."""
    endpoint = await _found(call)
    if not await deliveries.send_again(
        call.unit.connection, endpoint.endpoint_id, int(given.delivery), now=call.now
    ):
        raise Problem(problems.NOT_FOUND, "There is no dead delivery of this id here.")
    return Done()


async def _found(call: Call) -> Endpoint:
    endpoint = await endpoints.by_id(call.unit.connection, int(call.path["id"]))
    if endpoint is None or endpoint.key_id != call.key.key_id:
        raise Problem(problems.NOT_FOUND, "This key made no such endpoint.")
    return endpoint


def _shown(endpoint: Endpoint) -> EndpointShown:
    return EndpointShown(
        id=str(endpoint.endpoint_id),
        url=endpoint.url,
        events=sorted(endpoint.kinds),
        is_active=endpoint.is_active,
        stopped_why=endpoint.stopped_why,
        created_at=endpoint.created_at,
    )


def _delivery(delivery: Delivery) -> DeliveryShown:
    return DeliveryShown(
        id=str(delivery.delivery_id),
        event_id=str(delivery.event_id),
        event=delivery.kind,
        state=delivery.state,
        attempts=delivery.attempts,
        due_at=delivery.due_at if delivery.state == "waiting" else None,
        created_at=delivery.created_at,
        settled_at=delivery.settled_at,
        status=delivery.status,
        error=delivery.error,
    )
