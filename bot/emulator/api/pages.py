"""The few browser pages of LINE that a bot sends people to; plain, and written here."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from bot.emulator.api.operations import Answer
from bot.emulator.model import User

_STYLE: Final = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem;"
    "color:#1d2a24;background:#f6f8f7}main{background:#fff;border-radius:12px;padding:1.5rem;"
    "box-shadow:0 1px 4px #0002}h1{font-size:1.2rem}label{display:block;margin:.75rem 0}"
    "select,button{font:inherit;padding:.6rem 1rem;border-radius:8px;border:1px solid #9ab}"
    "button{margin:.75rem .5rem 0 0;cursor:pointer}"
    "button.primary{background:#1f7a4d;color:#fff;border-color:#1f7a4d}"
)


def page(title: str, body: str, status: int = 200) -> Answer:
    """Return an HTML page."""
    html = (
        '<!doctype html><html lang="ja"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<main><h1>{escape(title)}</h1>{body}</main></html>"
    )
    return Answer(html.encode(), status, "text/html")


def message(title: str, text: str, status: int = 200) -> Answer:
    """Return a page that says one thing."""
    return page(title, f"<p>{escape(text)}</p>", status)


def redirect(location: str) -> Answer:
    """Send the browser on."""
    return Answer(b"", 302, "text/html", {"Location": location})


def consent(
    users: Iterable[User],
    chosen: str | None,
    scopes: Iterable[str],
    hidden: Mapping[str, str],
    *,
    ask_friend: bool,
) -> Answer:
    """Ask who logs in and whether they agree."""
    options = "".join(
        f'<option value="{escape(user.user_id)}"{" selected" if user.user_id == chosen else ""}>'
        f"{escape(user.display_name)}</option>"
        for user in users
    )
    fields = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in hidden.items()
    )
    friend = (
        '<label><input type="checkbox" name="addFriend" value="1" checked> '
        "Add the Official Account as a friend / 友だち追加</label>"
        if ask_friend
        else ""
    )
    return page(
        "Log in / ログイン",
        f'<form method="post"><p>{escape(", ".join(scopes))}</p>'
        f'<label>Who? / だれ？ <select name="userId">{options}</select></label>{friend}{fields}'
        '<button class="primary" name="decision" value="allow">Allow / 許可する</button>'
        '<button name="decision" value="deny">Cancel / キャンセル</button></form>',
    )


def posted_back(uri: str, answer: Mapping[str, str]) -> Answer:
    """Return a page that posts the answer to the callback by itself (``form_post``)."""
    fields = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in answer.items()
    )
    form = f'<form method="post" action="{escape(uri)}">{fields}<button>Go on</button></form>'
    return page("…", f"{form}<script>document.forms[0].submit()</script>")
