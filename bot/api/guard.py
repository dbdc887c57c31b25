"""The addresses that webhooks connect to, each looked at when it is connected to.

    name -> Guard.resolve -> addresses, each one allowed -> the connection goes to that very one

The address that was looked at is the one that is connected to, so a name that answers differently
the second time leads nowhere else. Redirects are not followed.
"""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.integrations.addresses import Allowed


class ForbiddenAddressError(OSError):
    """A webhook would go where it must not."""


class Guard(AbstractResolver):
    """Resolves names, and lets through what may be called."""

    def __init__(self, allowed: Allowed) -> None:
        self.allowed = allowed
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name.

        Raises:
            ForbiddenAddressError: one of them is not public.
        """
        found = await self._resolver.resolve(host, port, family)
        for each in found:
            if not self.allowed.address(each["host"]):
                raise ForbiddenAddressError(f"{host} is at an address that is not public")
        return found

    async def close(self) -> None:
        """End."""
        await self._resolver.close()
