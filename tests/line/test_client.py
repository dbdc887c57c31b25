"""What a call becomes, by what LINE and the network do with it."""

import asyncio
from functools import partial

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.line.client import LineClient, Outcome
from tests.line.support import ACCEPTED, Recorder

PUSH = "/v2/bot/message/push"
BODY = '{"to":"U1","messages":[{"type":"text","text":"やあ"}]}'.encode()
KEY = "123e4567-e89b-12d3-a456-426614174000"


def refusal(status: int, message: str, **headers: str) -> web.Response:
    return web.json_response({"message": message}, status=status, headers=headers)


async def test_the_bytes_of_a_send_arrive_as_they_are(client: LineClient, line: Recorder) -> None:
    answer = await client.send(PUSH, BODY, retry_key=KEY)
    assert answer.outcome is Outcome.DONE
    assert answer.request_id == "request-1"
    assert answer.body["sentMessages"] == [{"id": ACCEPTED}]
    (call,) = line.calls
    assert (call.method, call.path, call.data) == ("POST", PUSH, BODY)
    assert call.headers["Authorization"] == "Bearer token-1"
    assert call.headers["Content-Type"] == "application/json"
    assert call.headers["X-Line-Retry-Key"] == KEY


async def test_a_retry_key_does_not_leak_into_the_next_call(
    client: LineClient, line: Recorder
) -> None:
    await client.send(PUSH, BODY, retry_key=KEY)
    await client.send("/v2/bot/message/reply", BODY)
    assert "X-Line-Retry-Key" not in line.calls[1].headers


@pytest.mark.parametrize(
    ("status", "message", "outcome"),
    [
        (409, "The retry key is already accepted", Outcome.DUPLICATE),
        (429, "The API rate limit has been exceeded. Try again later.", Outcome.RATE_LIMITED),
        (429, "You have reached your monthly limit.", Outcome.MONTH_LIMITED),
        (401, "Authentication failed", Outcome.UNAUTHORIZED),
        (400, "Invalid reply token", Outcome.REFUSED),
        (403, "Access to this API is not available for your account", Outcome.REFUSED),
        (404, "Not found", Outcome.REFUSED),
        (413, "Payload too large", Outcome.REFUSED),
        (500, "Internal server error", Outcome.UNKNOWN),
        (503, "Service unavailable", Outcome.UNKNOWN),
    ],
)
async def test_every_status_means_one_outcome(
    client: LineClient, line: Recorder, status: int, message: str, outcome: Outcome
) -> None:
    line.answer = partial(refusal, status, message)
    answer = await client.send(PUSH, BODY)
    assert (answer.outcome, answer.status, answer.message) == (outcome, status, message)


async def test_details_say_which_message_line_refused(client: LineClient, line: Recorder) -> None:
    details = [{"message": "May not be empty", "property": "messages[0].text"}, {}, None]
    body = {"message": "The request body has 1 error(s)", "details": details}
    line.answer = lambda: web.json_response(body, status=400)
    answer = await client.send(PUSH, BODY)
    assert answer.message == (
        "The request body has 1 error(s): May not be empty (messages[0].text)"
    )


async def test_an_answer_without_json_still_says_its_status(
    client: LineClient, line: Recorder
) -> None:
    line.answer = lambda: web.Response(status=502, text="<html>Bad gateway</html>")
    answer = await client.send(PUSH, BODY)
    assert (answer.outcome, answer.message) == (Outcome.UNKNOWN, "HTTP 502")
    assert answer.body == {}


async def test_a_duplicate_names_the_request_that_line_took(
    client: LineClient, line: Recorder
) -> None:
    taken = {"X-Line-Request-Id": "request-2", "X-Line-Accepted-Request-Id": "request-1"}
    line.answer = partial(refusal, 409, "The retry key is already accepted", **taken)
    answer = await client.send(PUSH, BODY, retry_key=KEY)
    assert answer.ok
    assert (answer.request_id, answer.accepted_request_id) == ("request-2", "request-1")


async def test_a_wait_that_was_asked_for_is_passed_on(client: LineClient, line: Recorder) -> None:
    line.answer = partial(refusal, 429, "Too fast", **{"Retry-After": "7"})
    assert (await client.send(PUSH, BODY)).retry_after == 7.0


async def test_a_redirect_is_refused_and_not_followed(client: LineClient, line: Recorder) -> None:
    line.answer = lambda: web.Response(status=307, headers={"Location": "/elsewhere"})
    answer = await client.send(PUSH, BODY)
    assert answer.outcome is Outcome.REFUSED
    assert len(line.calls) == 1


async def test_a_closed_port_means_nothing_was_sent(http: aiohttp.ClientSession) -> None:
    client = LineClient(http, base=f"http://127.0.0.1:{unused_port()}", token="t")
    answer = await client.send(PUSH, BODY)
    assert (answer.outcome, answer.status) == (Outcome.UNREACHABLE, None)
    assert answer.message == "ClientConnectorError"


async def test_a_name_that_does_not_resolve_means_nothing_was_sent(
    http: aiohttp.ClientSession,
) -> None:
    client = LineClient(http, base="http://line.invalid", token="t")
    assert (await client.send(PUSH, BODY)).outcome is Outcome.UNREACHABLE


async def test_a_server_without_tls_means_nothing_was_sent(
    http: aiohttp.ClientSession, line: Recorder
) -> None:
    client = LineClient(http, base=line.base.replace("http:", "https:"), token="t")
    assert (await client.send(PUSH, BODY)).outcome is Outcome.UNREACHABLE


class Dropping:
    """A server that answers some requests and then drops the connection, unanswered."""

    def __init__(self, answered: int) -> None:
        self.answered, self.requests = answered, 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            headers = (await reader.readuntil(b"\r\n\r\n")).lower()
            size = headers.partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(size or 0))
            self.requests += 1
            if self.requests > self.answered:
                break
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()


async def dropping_client(
    http: aiohttp.ClientSession, answered: int
) -> tuple[LineClient, Dropping, asyncio.Server]:
    line = Dropping(answered)
    server = await asyncio.start_server(line.talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    return LineClient(http, base=f"http://127.0.0.1:{port}", token="t"), line, server


@pytest.mark.parametrize("answered", [0, 1])
async def test_a_send_cut_before_its_answer_is_unknown_and_never_sent_twice(
    http: aiohttp.ClientSession, answered: int
) -> None:
    """On a new connection and on a kept one: aiohttp repeats no POST."""
    client, line, server = await dropping_client(http, answered)
    async with server:
        for _ in range(answered):
            assert (await client.send(PUSH, BODY)).outcome is Outcome.DONE
        answer = await client.send(PUSH, BODY)
    assert (answer.outcome, answer.message) == (Outcome.UNKNOWN, "ServerDisconnectedError")
    assert line.requests == answered + 1


async def test_a_get_cut_before_its_answer_is_repeated_by_aiohttp_once(
    http: aiohttp.ClientSession,
) -> None:
    client, line, server = await dropping_client(http, answered=0)
    async with server:
        assert (await client.call("GET", "/v2/bot/info")).outcome is Outcome.UNKNOWN
    assert line.requests == 2


async def test_a_time_out_is_unknown(
    http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the client gives up
        writer.close()

    monkeypatch.setattr("bot.line.client.SEND_TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = LineClient(http, base=f"http://127.0.0.1:{port}", token="t")
    async with server:
        answer = await client.send(PUSH, BODY)
    assert (answer.outcome, answer.message) == (Outcome.UNKNOWN, "TimeoutError")


async def test_every_call_is_told_to_the_observer_by_its_endpoint(
    http: aiohttp.ClientSession, line: Recorder
) -> None:
    seen: list[tuple[str, int | None]] = []
    client = LineClient(
        http, base=line.base, token="t", observe=lambda *call: seen.append(call[:2])
    )
    await client.send(PUSH, BODY)
    await client.call("GET", "/v2/bot/profile/U1")
    gone = LineClient(
        http,
        base=f"http://127.0.0.1:{unused_port()}",
        token="t",
        observe=lambda *call: seen.append(call[:2]),
    )
    await gone.send(PUSH, BODY)
    assert seen == [
        ("POST /v2/bot/message/push", 200),
        ("GET /v2/bot/profile/{userId}", 200),
        ("POST /v2/bot/message/push", None),
    ]


async def test_blobs_go_to_their_own_host(http: aiohttp.ClientSession, line: Recorder) -> None:
    elsewhere = f"http://127.0.0.1:{unused_port()}"
    client = LineClient(http, base=elsewhere, token="t", data_base=line.base)
    answer = await client.call(
        "POST", "/v2/bot/richmenu/r/content", data=b"png", content_type="image/png", blob=True
    )
    assert answer.outcome is Outcome.DONE
    assert line.calls[0].headers["Content-Type"] == "image/png"
    assert line.calls[0].data == b"png"


def test_lines_own_host_has_a_data_host_beside_it(http: aiohttp.ClientSession) -> None:
    assert LineClient(http, base="https://api.line.me/", token="t")._data_base == (
        "https://api-data.line.me"
    )
    assert LineClient(http, base="http://127.0.0.1:8100", token="t")._data_base == (
        "http://127.0.0.1:8100"
    )
