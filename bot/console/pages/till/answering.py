"""The till's answers: JSON with words, and the member as they are now.

A page that lost its connection cannot tell an answer from silence: so every answer says whether
something was done.
"""

from typing import Any

from aiohttp import web

from bot.console.pages.till.looking import Looked
from bot.console.pages.till.station import Station
from bot.console.rendering import render_text
from bot.membership.notes import Note
from bot.staff.rights import Right


def answer(*, said: str, kind: str = "bad", done: bool = False, **more: Any) -> web.Response:
    """Answer with words alone."""
    return web.json_response({"done": done, "said": said, "kind": kind, **more})


def _may_read(station: Station, note: Note) -> bool:
    """Whether who stands here may read a note: those of talks are for whoever sees the talk."""
    staff = station.staff
    return not note.is_of_talk or (staff.may(Right.TALK_READ) and staff.scope.sees(note.shop))


def whole(
    request: web.Request,
    station: Station,
    looked: Looked,
    *,
    said: str = "",
    kind: str = "good",
    done: bool = False,
    is_live: bool | None = None,
    chosen: int = 0,
) -> web.Response:
    """Answer with words and the member.

    Args:
        request: whose language and rights the page follows.
        station: the till.
        looked: the member, as read after what was done.
        said: the words.
        kind: good, warn or bad.
        done: whether something was done.
        is_live: whether their screen was seen to be live; None: as before.
        chosen: the coupon that was scanned.
    """
    html = render_text(
        request,
        "till/member.html",
        member=looked,
        notes=[note for note in looked.notes if _may_read(station, note)],
        station=station,
        is_live=is_live,
        chosen=chosen,
    )
    return answer(said=said, kind=kind, done=done, html=html, person=str(looked.person_id))
