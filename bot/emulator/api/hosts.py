"""LINE's hosts: which paths live where, for the strict mode that catches calls gone astray."""

from typing import Final

from bot.emulator.errors import not_found

_HOSTS: Final = {
    "api": {"api.line.me"},
    "data": {"api-data.line.me"},
    "access": {"access.line.me"},
    "liff": {"liff.line.me", "miniapp.line.me"},
    "static": {"static.line-scdn.net"},
}
_ALL: Final = frozenset().union(*_HOSTS.values())


def require_host(kind: str, host: str) -> None:
    """Refuse a call that names another of LINE's hosts than the operation's.

    A host that is not LINE's, such as 127.0.0.1:8100, serves everything: clients with one
    base address cannot do otherwise.

    Raises:
        LineError: 404, as LINE answers on a path it does not have there.
    """
    name = host.split(":", maxsplit=1)[0]
    if name in _ALL and name not in _HOSTS[kind]:
        raise not_found()
