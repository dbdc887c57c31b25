"""Pages from templates: escaped, in the reader's language, with the shell around them.

handler -> render(request, "staff/list.html", …) -> one Environment a language -> HTML
"""

from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot import keys, resources
from bot.clock import TOKYO
from bot.console import assets, cookies, words
from bot.console.counted import COUNTS
from bot.console.language import JAPANESE, LANGUAGES, preferred, say, translations
from bot.console.navigation import Entry
from bot.console.visitor import CSRF, MEMBER, SESSION
from bot.staff.model import StaffMember

ENTRIES: Final = web.AppKey("ENTRIES", list[Entry])

THEMES: Final = ("light", "dark")


def render(
    request: web.Request, template: str, /, *, status: int = 200, **values: Any
) -> web.Response:
    """Return a page.

    Args:
        request: whose language and rights the page follows.
        template: a file under bot/console/templates.
        status: of the answer.
        values: what the template shows; text is escaped, whatever it holds.
    """
    html = render_text(request, template, **values)
    return web.Response(text=html, status=status, content_type="text/html")


def render_text(request: web.Request, template: str, /, **values: Any) -> str:
    """Return what a template makes, such as a part of a page for an event stream."""
    language = language_of(request)
    shell = _shell(request, language)
    if taken := shell.keys() & values.keys():
        raise TypeError(f"the shell has {', '.join(sorted(taken))} already")
    return environment(language).get_template(template).render(shell | values)


def language_of(request: web.Request) -> str:
    """Return the language of whoever looks: their choice, else the browser's."""
    member = request.get(MEMBER)
    chosen = member.language if member is not None else cookies.read(request, cookies.LANGUAGE)
    if chosen in LANGUAGES:
        return str(chosen)
    return preferred(request.headers.get("Accept-Language", JAPANESE))


def _shell(request: web.Request, language: str) -> dict[str, Any]:
    member: StaffMember | None = request.get(MEMBER)
    session = request.get(SESSION)
    app = request.config_dict
    entries = [entry for entry in app[ENTRIES] if member is not None and entry.is_for(member)]
    return {
        "me": member,
        "may": member.may if member is not None else lambda _: False,
        "csrf": request.get(CSRF, ""),
        "menu_entries": entries,
        "menu_groups": list(dict.fromkeys(entry.group for entry in entries)),
        "menu_counts": request.get(COUNTS, {}),
        "path": request.path,
        "language": language,
        "languages": LANGUAGES,
        "theme": member.theme if member is not None and member.theme in THEMES else "",
        "notices": session.notices if session is not None else (),
        "is_demo": app[resources.SETTINGS].is_demo,
        "shop_name": app[keys.ACCOUNT].shop.name,
        "now": app[resources.CLOCK](),
    }


@cache
def environment(language: str) -> Environment:
    """Return the templates of one language; an overlay of another's would share its plurals."""
    environment = Environment(
        loader=PackageLoader("bot.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined] # of the extension
        partial(say, language), translations(language).ngettext, newstyle=True
    )
    environment.filters["device"] = words.device
    environment.filters["facts"] = words.facts
    environment.filters["moment"] = _moment
    environment.filters["day"] = lambda at: f"{at.astimezone(TOKYO):%Y/%m/%d}"
    environment.filters["clock"] = lambda at: f"{at.astimezone(TOKYO):%H:%M}"
    environment.filters["before"] = _last_day
    environment.filters["wrong"] = _wrong
    environment.filters["iso"] = lambda at: at.isoformat(timespec="seconds")
    environment.globals["static"] = assets.address
    environment.globals["role_name"] = words.role_name
    environment.globals["action_name"] = words.action_name
    environment.globals["scope_name"] = words.scope_name
    environment.globals["event_name"] = words.event_name
    environment.globals["delivery_problem"] = words.delivery_problem
    return environment


def _wrong(control: Markup, name: str) -> Markup:
    """Tie a control to the problem under it, and lead whoever typed it there."""
    described = f'aria-describedby="{name}-problem'
    html = str(control)
    if f'aria-describedby="{name}-hint"' in html:
        html = html.replace(f'aria-describedby="{name}-hint"', f'{described} {name}-hint"', 1)
    else:
        html = html.replace(f'id="{name}"', f'id="{name}" {described}"', 1)
    return Markup(html.replace(f'id="{name}"', f'id="{name}" aria-invalid="true" autofocus', 1))  # noqa: S704 - of a template, escaped there


def _moment(at: datetime) -> str:
    return f"{at.astimezone(TOKYO):%Y/%m/%d %H:%M}"


def _last_day(midnight: datetime) -> str:
    """Return the last day before a midnight in Tokyo."""
    return f"{(midnight - timedelta(microseconds=1)).astimezone(TOKYO):%Y/%m/%d}"


def is_part(request: web.Request) -> bool:
    """Whether htmx asks for a part of a page rather than the page."""
    return request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
