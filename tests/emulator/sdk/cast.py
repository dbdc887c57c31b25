"""Who and what the SDK's calls are about, and the shape of a case."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NOBODY = "U" + "0" * 32
GONE = "richmenu-" + "0" * 32
CHANNEL = "1000000001"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: Calls without arguments fail with a wrong token.
UNAUTHORIZED = 401


@dataclass
class Cast:
    """Who and what the calls are about."""

    mei: str
    group: str
    room: str
    menu: str
    bare_menu: str
    coupon: str
    plan: int
    audience: int
    shared: int
    broadcast: str
    narrowcast: str
    batch: str
    reply_token: str
    read_token: str
    image: str
    audio: str
    liff: str
    login_token: str
    kid: str
    now: float
    #: Paths; the SDK reads the file itself.
    ids_file: str
    wrong_file: str


Arguments = dict[str, Any]
Case = tuple[Callable[[Cast], Arguments], Callable[[Cast], Arguments] | None, int]
