"""Pages for what went wrong, in words."""

from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.console.gate import STALE
from bot.console.language import N_
from bot.console.onward import page_before
from bot.console.rendering import is_part, render
from bot.console.sessions import SessionsAwayError

_log = structlog.get_logger(__name__)

#: A page from before somebody signed in anew in this browser.
_STALE: Final = (
    N_("ページを開き直してください"),
    N_(
        "サインインし直したため、このページからは送信できませんでした。入力した内容は残っています。"
    ),
)
_WORDS: Final = {
    400: (N_("読み取れませんでした"), N_("入力をもう一度ご確認ください。")),
    403: (
        N_("この操作はできません"),
        N_("権限がないか、ページの有効期限が切れています。再読み込みしてもう一度お試しください。"),
    ),
    404: (N_("ページが見つかりません"), N_("削除されたか、アドレスが変わった可能性があります。")),
    405: (N_("ページが見つかりません"), N_("削除されたか、アドレスが変わった可能性があります。")),
    413: (N_("ファイルが大きすぎます"), N_("小さくしてからもう一度お試しください。")),
    429: (N_("しばらくお待ちください"), N_("操作の回数が多すぎます。")),
    500: (
        N_("エラーが発生しました"),
        N_("もう一度お試しください。続く場合は管理者にお知らせください。"),
    ),
    503: (
        N_("ただいま接続できません"),
        N_("サインインの情報を確認できません。1分ほどしてからもう一度お試しください。"),
    ),
}


@web.middleware
async def trouble(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show a page for an error; what only we can mend is logged."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - redirects pass
            raise
        words = _STALE if error.reason == STALE else None
        return _page(request, error.status, dict(error.headers), words)
    except SessionsAwayError:
        return _page(request, 503, {"Retry-After": "60"})
    except Exception as error:  # noqa: BLE001 - whatever it is, the reader gets a page and we a line
        if isinstance(error, ConnectionResetError) and request.transport is None:
            return web.Response(status=400)  # the visitor left before saying all: nobody reads it
        _log.exception("console.failed", path=request.path)
        return _page(request, 500, {})


def _page(
    request: web.Request,
    status: int,
    headers: dict[str, str],
    words: tuple[str, str] | None = None,
) -> web.Response:
    title, hint = words or _WORDS.get(status, _WORDS[400 if status < 500 else 500])  # noqa: PLR2004
    template = "trouble_part.html" if is_part(request) else "trouble.html"
    back = page_before(request) if request.method == "POST" else ""
    response = render(request, template, status=status, title=title, hint=hint, back=back)
    kept = {"Allow", "Retry-After", "HX-Redirect", "HX-Retarget"}
    response.headers.update({k: v for k, v in headers.items() if k in kept})
    return response
