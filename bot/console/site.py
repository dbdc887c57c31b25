"""At which address the console's passkeys work."""

from aiohttp import web

from bot import keys, resources
from bot.staff.ceremony import Site


def site_of(request: web.Request) -> Site:
    """Return the site; the demo is on this machine, where only the name localhost will do."""
    settings = request.config_dict[resources.SETTINGS]
    near = f"http://localhost:{settings.port}"
    name = request.config_dict[keys.ACCOUNT].shop.name
    return Site.at(near if settings.is_demo else settings.public_url, name=name)
