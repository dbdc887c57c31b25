"""GET /me: the key itself."""

from datetime import datetime

from bot.api.call import Call, operation
from bot.api.shapes import Shown
from bot.integrations.keys import Scope


class Me(Shown):
    """The key that a call came with."""

    name: str
    prefix: str
    scopes: list[Scope]
    #: Empty: every shop.
    shops: list[str]
    expires_at: datetime | None
    #: By the clock that codes go by: compare yours.
    now: datetime


@operation("GET /me", scope=None, shown=Me)
async def get_me(call: Call, _: None) -> Me:
    """Say what the key may do, where, until when, and what time it is here."""
    key = call.key
    return Me(
        name=key.name,
        prefix=key.prefix,
        scopes=sorted(key.scopes),
        shops=sorted(key.shops),
        expires_at=key.expires_at,
        now=call.now,
    )
