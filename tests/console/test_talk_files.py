"""Videos, sounds and files that staff give to friends, from the upload to the friend's phone."""

import asyncio
import io
import json
import re
import struct
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from aiohttp import FormData, web
from PIL import Image
from structlog.testing import capture_logs
from yarl import URL

from bot.app import MEDIA
from bot.console.trouble import trouble
from bot.emulator.phone import Phone
from bot.files.given import GivenError, Kind, look_at
from bot.resources import FILES, SETTINGS
from bot.staff.rights import Role
from tests.console.support import Browser, Screen, hire, open_browser
from tests.flows.support import until
from tests.phone.conftest import serve
from tests.support import Shop, open_shop

PART = {"HX-Request": "true"}


@pytest.fixture
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A whole bot: what staff give arrives."""
    async with open_shop(sqlite_url, redis_url, tmp_path, publishes=False) as shop:
        yield shop


@pytest.fixture
async def sato(shop: Shop) -> AsyncIterator[Browser]:
    async with open_browser(shop) as browser:
        await hire(shop, "sato", Role.ADMIN, name="佐藤")
        await browser.sign_in("sato")
        yield browser


def box(kind: bytes, *contents: bytes) -> bytes:
    data = b"".join(contents)
    return struct.pack(">I", 8 + len(data)) + kind + data


def mp4(handler: bytes = b"vide", *, brand: bytes = b"isom", cut: int = 0) -> bytes:
    """The least that is an MP4: two and a half seconds of nothing."""
    mvhd = box(b"mvhd", bytes(12), struct.pack(">II", 1000, 2500), bytes(80))
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13))))
    data = box(b"ftyp", brand, bytes(4), b"isom") + box(b"mdat", b"x" * 400)
    whole = data + box(b"moov", mvhd, track)
    return whole[: len(whole) - cut]


def jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "JPEG")
    return out.getvalue()


def document(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


class Desk:
    """What Sato does in the talk with Mei."""

    def __init__(self, browser: Browser, mei: Phone, friend_id: int, csrf: str) -> None:
        self.browser, self.mei, self.friend_id = browser, mei, friend_id
        self.csrf, self.said = csrf, 0

    async def attach(self, name: str, data: bytes, *, frame: bytes = b"") -> Screen:
        form = FormData(quote_fields=False)  # as browsers do
        if frame:
            form.add_field("frame", frame, filename="frame.jpg", content_type="image/jpeg")
        form.add_field("file", data, filename=name, content_type="application/octet-stream")
        path = f"/console/talk/upload/{self.friend_id}"
        return await self.browser.post(path, form, **PART, **{"X-CSRF-Token": self.csrf})

    async def give(
        self, name: str, data: bytes, *, frame: bytes = b"", way: str = "free", waits: str = ""
    ) -> str:
        """Attach and send; return how the talk looks then."""
        token = json.loads((await self.attach(name, data, frame=frame)).html)["token"]
        self.said += 1
        fields = {"csrf": self.csrf, "upload": token, "way": way, "waits": waits}
        fields |= {"seen_id": str(2**62)}
        fields |= {"request_id": f"f{self.said}", "text": "どうぞ"}
        path = f"/console/talk/answer/{self.friend_id}"
        screen = await self.browser.post(path, fields, **PART)
        tail = json.loads(screen.html)
        assert tail["code"] == ""
        return str(tail["lines"])


@pytest.fixture
async def desk(shop: Shop, sato: Browser) -> Desk:
    mei = await shop.friend("田中 めい")
    for words in ("スタッフに相談", "見せてください"):
        await mei.says(words)
        await shop.settle()
    ((mei_id,),) = await shop.sql("SELECT id FROM friends")
    return Desk(sato, mei, mei_id, (await sato.open(f"/console/talk/{mei_id}")).csrf)


async def test_a_video_plays_on_the_phone_and_beside_the_talk(shop: Shop, desk: Desk) -> None:
    mei = desk.mei
    lines = await desk.give("届いた商品.MOV.mp4", mp4(), frame=jpeg(1600, 900))
    assert "<video controls" in lines
    await shop.settle()
    message = (await mei.sees())[-1]
    assert message["type"] == "video"
    address = shop.bot_url + URL(message["originalContentUrl"]).path
    async with shop.http.get(address, headers={"Range": "bytes=4-7"}) as answer:
        assert (answer.status, answer.content_type) == (206, "video/mp4")
        assert await answer.read() == b"ftyp"
    async with shop.http.get(shop.bot_url + URL(message["previewImageUrl"]).path) as answer:
        assert answer.content_type == "image/jpeg"
        with Image.open(io.BytesIO(await answer.read())) as picture:
            assert picture.size == (1024, 576)
    source = re.search(r'<video[^>]* src="([^"]+)"', lines)
    assert source is not None
    asked = {"Range": "bytes=0-99"}
    async with desk.browser.http.get(desk.browser.url + source[1], headers=asked) as answer:
        assert (answer.status, answer.content_length) == (206, 100)
    await mei.says("もう一つ")
    await shop.settle()
    await desk.give("下見.mp4", mp4(), frame=b"no picture")  # a browser that could not look inside
    await shop.settle()
    small = URL((await mei.sees())[-1]["previewImageUrl"]).path
    async with shop.http.get(shop.bot_url + small) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
    await mei.says("声も")
    await shop.settle()
    assert "<audio controls" in await desk.give("ご案内.m4a", mp4(b"soun", brand=b"M4A "))
    await shop.settle()
    heard = (await mei.sees())[-1]
    assert (heard["type"], heard["duration"]) == ("audio", 2500)


async def test_a_file_is_a_bubble_whose_button_opens_it_for_a_while(
    shop: Shop, desk: Desk
) -> None:
    mei = desk.mei
    pdf = b"%PDF-1.7\n" + b"x" * 120_000
    taken = json.loads((await desk.attach("お見積書 3月.pdf", pdf)).html)
    assert (taken["size"], taken["note"]) == (
        "120 kB",
        "「開く」ボタンのリンクとして届きます（14日間）",
    )
    lines = await desk.give("お見積書 3月.pdf", pdf)
    assert "お見積書 3月.pdf" in lines
    await shop.settle()
    message = (await mei.sees())[-1]
    assert message["altText"] == "お見積書 3月.pdf（120 kB・4月15日まで開けます）"
    action = message["contents"]["footer"]["contents"][0]["action"]
    address = URL(action["uri"])
    assert (action["label"], address.query["openExternalBrowser"]) == ("開く", "1")
    async with shop.http.get(shop.bot_url + address.path) as answer:
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        assert answer.content_disposition is not None
        assert answer.content_disposition.type == "attachment"
        assert answer.content_disposition.filename == "お見積書 3月.pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert await answer.read() == pdf
    async with shop.http.get(shop.bot_url + address.path[:-4] + "AAAA") as answer:
        assert answer.status == 404
    await desk.give("お見積書 3月.pdf", pdf, way="next", waits="drop-week")
    await shop.settle()
    await mei.says("届きました")
    await shop.settle()
    late = (await mei.sees())[-1]["altText"]
    assert late.endswith("4月22日まで開けます）")  # from when it could have arrived at the latest
    await shop.advance(timedelta(days=14).total_seconds())
    async with shop.http.get(shop.bot_url + address.path) as answer:
        assert (answer.status, "期間が過ぎました" in await answer.text()) == (410, True)
    logged = await shop.sql("SELECT details FROM audit_log WHERE action = 'talk.answer'")
    assert [json.loads(details)["file"] for (details,) in logged] == ["お見積書 3月.pdf"] * 2


OFFICE = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("setup.exe", b"MZ\x90\x00" + bytes(100), "unfit_file"),
        ("見積.pdf", b"MZ\x90\x00" + bytes(100), "unfit_file"),
        ("page.html", b"<!doctype html><script>1</script>", "unfit_file"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unfit_file"),
        ("memo.txt", b"\xef\xbb\xbf <script>alert(1)</script>", "unfit_file"),
        ("run.txt", b"#!/bin/sh\nrm", "unfit_file"),
        ("book.docx", document(**{"a.exe": b"MZ"}), "unfit_file"),
        ("book.docx", document(**OFFICE, **{"word/vbaProject.bin": b"x"}), "unfit_file"),
        ("archive.zip", document(**OFFICE), "unfit_file"),
        ("cut.mp4", mp4(cut=20), "broken_media"),
        ("text.mp4", box(b"ftyp", b"isom", bytes(4)) + b"only a beginning", "broken_media"),
        ("silent.mp4", mp4(b"meta"), "broken_media"),
        ("", b"", "unfit_file"),
        ("huge.pdf", b"%PDF-" + bytes(500_000), "too_large_file"),
    ],
)
def test_what_could_harm_or_is_broken_is_refused(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    path = tmp_path / "given"
    path.write_bytes(data)
    with pytest.raises(GivenError) as refused:
        look_at(path, name, at_most=dict.fromkeys(Kind, 500_000))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("IMG_1.HEIC", box(b"ftyp", b"heic", bytes(4)), Kind.FILE),
        ("clip.mov", box(b"ftyp", b"qt  ", bytes(4)), Kind.FILE),
        ("書類.docx", document(**OFFICE), Kind.FILE),
        ("古い.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.FILE),
        ("名簿.csv", "氏名,電話\n".encode("cp932"), Kind.FILE),
        ("photo.jpg", b"\xff\xd8\xff" + bytes(99), Kind.PICTURE),
        ("large.jpg", b"\xff\xd8\xff" + bytes(150_000), Kind.FILE),
        ("video.dat", mp4(), Kind.VIDEO),
        ("../../etc/voice.m4a", mp4(b"soun"), Kind.SOUND),
    ],
)
def test_what_is_given_is_shown_as_line_can(
    tmp_path: Path, name: str, data: bytes, kind: Kind
) -> None:
    path = tmp_path / "given"
    path.write_bytes(data)
    seen = look_at(path, name, at_most=dict.fromkeys(Kind, 500_000) | {Kind.PICTURE: 100_000})
    assert (seen.kind, "/" in seen.name) == (kind, False)


async def test_a_refusal_is_told_and_what_is_never_sent_is_forgotten(
    shop: Shop, desk: Desk
) -> None:
    screen = await desk.attach("page.html", b"<!doctype html><script>1</script>")
    assert screen.status == 422
    assert "この種類のファイルは送れません" in json.loads(screen.html)["problem"]
    old = json.loads((await desk.attach("old.pdf", b"%PDF-3")).html)["token"]
    async with open_browser(shop) as other:  # what a colleague took up is theirs
        await hire(shop, "suzuki", Role.ADMIN)
        await other.sign_in("suzuki")
        csrf = (await other.open(f"/console/talk/{desk.friend_id}")).csrf
        fields = {"csrf": csrf, "upload": old, "way": "paid", "request_id": "x", "seen_id": "9"}
        screen = await other.post(f"/console/talk/answer/{desk.friend_id}", fields, **PART)
        assert json.loads(screen.html)["code"] == "unfit_picture"
    await desk.give("sent.pdf", b"%PDF-1")
    await desk.attach("forgotten.pdf", b"%PDF-2")
    await shop.advance(timedelta(days=2).total_seconds())
    await shop.app[MEDIA].forget_once()
    assert await shop.sql("SELECT count(*) FROM talk_uploads") == [(0,)]
    kept = [key for (key,) in await shop.sql("SELECT key FROM talk_files")]
    assert [await shop.app[FILES].get(key) for key in kept] == [b"%PDF-1"]
    folder = shop.app[SETTINGS].data / "files"
    assert sum(path.is_file() for path in folder.rglob("*")) == 1


async def test_an_upload_that_is_given_up_or_torn_leaves_nothing(shop: Shop, desk: Desk) -> None:
    folder = shop.app[SETTINGS].data / "files"
    path = f"/console/talk/upload/{desk.friend_id}"
    head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    form = {"Content-Type": "multipart/form-data; boundary=B", "X-CSRF-Token": desk.csrf, **PART}
    screen = await desk.browser.post(path, head + mp4(), **form)
    assert screen.status == 422
    going = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield head + mp4()
        await until(partial(taking, folder))
        going.set()
        await asyncio.Event().wait()

    sending = asyncio.create_task(desk.browser.post(path, pieces(), **form))
    await going.wait()
    sending.cancel()

    async def is_gone() -> bool:
        return not await taking(folder)

    await until(is_gone)
    assert await shop.sql("SELECT count(*) FROM talk_uploads") == [(0,)]


async def test_a_visitor_who_leaves_before_saying_all_is_no_failure() -> None:
    begun, over = asyncio.Event(), asyncio.Event()

    async def hear(request: web.Request) -> web.Response:
        begun.set()
        try:
            await request.read()
        finally:
            over.set()
        return web.Response()

    app = web.Application(middlewares=[trouble])
    app.router.add_post("/", hear)
    runner, url = await serve(app)
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", URL(url).port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
        await begun.wait()
        with capture_logs() as logs:
            writer.transport.abort()
            await over.wait()
            await asyncio.sleep(0)
        assert logs == []
    finally:
        await runner.cleanup()


async def taking(folder: Path) -> bool:
    """Whether something is on its way into the store."""
    return any(path.is_file() for path in folder.rglob("*"))
