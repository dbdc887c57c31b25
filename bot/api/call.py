"""One call of the API, and the operations that can be called.

@operation(...) -> OPERATIONS -> routes (app.py), the OpenAPI document (document.py)
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar

from aiohttp import web
from pydantic import BaseModel

from bot.api import problems
from bot.api.problems import Kind, Problem
from bot.api.shapes import Given, Shown
from bot.integrations.keys import ApiKey, Scope
from bot.points.actor import Actor
from bot.staff.shops import find_shop
from bot.store.unit import Unit

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What an operation is given besides its arguments."""

    keys: Mapping[Any, Any]
    unit: Unit
    key: ApiKey
    now: datetime
    path: Mapping[str, str]
    #: Idempotency key of services: of this key and call, for ever.
    once: str

    def __getitem__(self, key: web.AppKey[T]) -> T:
        found: T = self.keys[key]
        return found

    @property
    def device(self) -> str:
        """What records say it was done on."""
        return f"api:{self.key.prefix}"

    async def actor(self, shop: str | None) -> Actor:
        """Return whose hand it is, at the shop that was named or is the key's only one.

        Raises:
            Problem: the key is for other shops, needs to say which, or there is none.
        """
        if shop is None and len(self.key.shops) == 1:
            (shop,) = self.key.shops
        if shop is None and self.key.shops:
            names = ", ".join(sorted(self.key.shops))
            raise problems.unfit("shop", f"Name one of the key's shops: {names}.")
        if not self.key.covers(shop):
            raise Problem(problems.OTHER_SHOP, f"The key is not for the shop {shop}.")
        if shop is not None:
            found = await find_shop(self.unit.connection, shop)
            if found is None or not found.is_active:
                raise problems.unfit("shop", f"There is no shop {shop}.")
        return Actor(shop=shop, device=self.device)

    def require_shop(self, shop: str | None) -> None:
        """See that a thing of a shop is within the key's reach.

        Raises:
            Problem: it is another shop's.
        """
        if not self.key.covers(shop):
            raise Problem(problems.OTHER_SHOP, "It was recorded at a shop that is not the key's.")


#: Returns what is shown; a Problem that is returned keeps what was written, one raised does not.
Run: TypeAlias = Callable[[Call, Any], Awaitable[Shown | Problem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something that can be called."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    tag: str
    scope: Scope | None
    given: type[Given] | None
    shown: type[Shown]
    status: int
    #: Changes something, so it needs an Idempotency-Key.
    writes: bool
    kinds: tuple[Kind, ...]
    run: Run

    @property
    def has_body(self) -> bool:
        """Whether the arguments come as JSON; else they are in the query."""
        return self.method != "GET"


OPERATIONS: Final[MutableMapping[str, Operation]] = {}


def operation(
    route: str,
    *,
    scope: Scope | None,
    shown: type[Shown],
    given: type[Given] | None = None,
    status: int = 200,
    writes: bool | None = None,
    kinds: tuple[Kind, ...] = (),
) -> Callable[[Run], Run]:
    """Offer a function; its docstring is its description.

    Args:
        route: method and path, such as ``GET /members/{number}``.
        scope: what the key must have; None: any key.
        shown: the model of the answer.
        given: the model of the body, or of the query for GET.
        status: of the answer.
        writes: whether it changes something; by default all but GET.
        kinds: what can go wrong besides what can with every call.
    """
    method, path = route.split(" ")

    def offer(run: Run) -> Run:
        name = getattr(run, "__name__", "")
        summary, _, rest = (run.__doc__ or "").strip().partition("\n")
        OPERATIONS[name] = Operation(
            method=method,
            path=path,
            name=name,
            summary=summary.rstrip("."),
            description=" ".join(rest.split()),
            tag=path.split("/")[1],
            scope=scope,
            given=given,
            shown=shown,
            status=status,
            writes=method != "GET" if writes is None else writes,
            kinds=kinds,
            run=run,
        )
        return run

    return offer


def dumped(shown: BaseModel) -> bytes:
    """Return an answer as JSON."""
    return shown.model_dump_json(by_alias=True).encode()
