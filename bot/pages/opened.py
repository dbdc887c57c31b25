"""Whose page an address opens; one that no longer works says where to find a new one."""

from datetime import datetime

from aiohttp import web

from bot import keys, resources
from bot.membership.links import CardLinkError, Page, PageLink


class ClosedError(Exception):
    """The address has expired, was changed, or belongs to what is gone."""


def link_of(request: web.Request, page: Page) -> PageLink:
    """Return what the address of a request stands for.

    Raises:
        ClosedError: it does not count.
    """
    try:
        link = request.config_dict[keys.PAGE_LINKS].read(page, request.match_info["token"])
    except (CardLinkError, ValueError):
        raise ClosedError from None
    if link.expires_at <= now_of(request):
        raise ClosedError
    return link


def now_of(request: web.Request) -> datetime:
    """Return the time of this process."""
    return request.config_dict[resources.CLOCK]()
