"""What notices say, and what they keep to themselves."""

import orjson

from bot.notices import encryption
from bot.notices.model import Kind
from bot.notices.queue import Notice
from bot.notices.web_push import _payload
from bot.notices.words import MOST_LINES, About, Written, write
from tests.support import NOON

MANY = [
    Notice(notice_id=n, event_id=n, attempts=0, kind=kind, friend_id=n, shop_key=None, ref=0,
           body={}, at=NOON)
    for n, kind in enumerate([Kind.WAITING] * 12 + [Kind.MENTION], start=1)
]  # fmt: skip


def written(notices: list[Notice], *, language: str = "") -> Written:
    name, text = "田中 めい\n<script>", "サイズは\n" + "ありますか？" * 400
    about = {notice.notice_id: About("本店", name, text) for notice in notices}
    return write("麦とつばめ", notices, about, language=language)


def test_many_are_counted_and_the_first_are_named() -> None:
    said = written(MANY)
    assert said.subject == "【麦とつばめ】要対応のトーク 12件、あなた宛てのメモ 1件"
    assert len(said.lines) == MOST_LINES + 1
    assert said.lines[-1] == ("ほか 3件", "/console/talk")
    assert (said.path, said.tag) == ("/console/talk", "notices")
    assert written(MANY, language="en").subject == (
        "【麦とつばめ】12 talks that wait, 1 memo for you"
    )


def test_one_leads_to_its_talk_and_replaces_what_was_said_of_it() -> None:
    said = written(MANY[:1])
    ((line, path),) = said.lines
    assert (path, said.tag) == ("/console/talk/1", "talk-1")
    assert line.startswith("12:00 要対応のトーク · 本店 · 田中 めい <script>さん「サイズは ")
    assert line.endswith("…」")


def test_as_many_lines_as_fit_are_pushed() -> None:
    long = Written("件名", [("長" * 500, "/console/talk")] * 9, "", "notices")
    payload = _payload(long)
    assert len(payload) <= encryption.LONGEST
    assert 0 < len(orjson.loads(payload)["body"].splitlines()) < 9
