"""Where webhooks may go: to public addresses, and to networks that the settings name.

A name is asked for when it is called, and looked at again then (:mod:`bot.api.guard`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final
from urllib.parse import urlsplit

_LONGEST: Final = 500
#: IPv4 addresses in IPv6's clothes (RFC 6052): what is behind them decides.
_NAT64: Final = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be called."""

    #: Networks that may be called although they are not public.
    networks: Sequence[IPv4Network | IPv6Network] = ()

    def address(self, address: str) -> bool:
        """Whether an address may be called."""
        seen = _plain(ip_address(address.partition("%")[0]))
        if self._is_named(seen):
            return True
        return seen.is_global and not seen.is_multicast and not seen.is_reserved

    def refusal(self, url: str) -> str | None:
        """Say why a URL cannot be an endpoint, as far as it shows without asking for its name."""
        if len(url) > _LONGEST or any(sign <= " " or sign == "\x7f" for sign in url):
            return f"Give an address of at most {_LONGEST} characters, without spaces."
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or parts.username is not None or parts.fragment:
            return "Give an address such as https://shop.example/enishi, without a user."
        literal = _literal(host)
        is_near = literal is not None and self._is_named(_plain(literal))
        if parts.scheme != "https" and not (parts.scheme == "http" and is_near):
            return "Give an https address; http is for networks that WEBHOOK_NETWORKS names."
        if literal is None:
            return None if _is_public_name(host) else f"{host} is no public name."
        if not self.address(host):
            return "This address is not public; WEBHOOK_NETWORKS can name its network."
        return None

    def _is_named(self, address: IPv4Address | IPv6Address) -> bool:
        return any(
            address in network for network in self.networks if network.version == address.version
        )


def _is_public_name(host: str) -> bool:
    """Whether it is a whole name, and none that systems read as a number, such as 127.1."""
    labels = host.rstrip(".").lower().split(".")
    last = labels[-1]
    if len(labels) == 1 or last in {"localhost", "local", "internal"}:
        return False
    return not (last.isdigit() or last.startswith("0x"))


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return what is behind an address that carries another one."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
