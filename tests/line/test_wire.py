"""Sending over connections of our own: kept when they can be, and nothing sent twice."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bot.line.client import LineClient, Outcome, open_wire
from bot.line.wire import NotConnectedError, Wire

REPLY = "/v2/bot/message/reply"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Counting:
    """A server that answers so many requests on a connection, then closes it."""

    def __init__(self, answered: int, *, reply: bytes = OK) -> None:
        self.answered, self.reply = answered, reply
        self.connections, self.requests = 0, 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        for _ in range(self.answered):
            if not await _request(reader):
                break
            self.requests += 1
            writer.write(self.reply)
        else:
            if self.answered == 0 and await _request(reader):
                self.requests += 1
        writer.close()


async def _request(reader: asyncio.StreamReader) -> bool:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
    except (asyncio.IncompleteReadError, ConnectionError):
        return False
    size = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(size))
    return True


@asynccontextmanager
async def serving(talk: Talk) -> AsyncIterator[int]:
    talks: set[asyncio.Task[None] | None] = set()

    async def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        await talk(reader, writer)
        await writer.wait_closed()

    server = await asyncio.start_server(tracked, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*filter(None, talks), return_exceptions=True)


@asynccontextmanager
async def wired(talk: Talk) -> AsyncIterator[Wire]:
    async with serving(talk) as port, open_wire(f"http://127.0.0.1:{port}", "t") as wire:
        yield wire


async def test_one_connection_serves_calls_that_follow_each_other() -> None:
    line = Counting(100)
    async with wired(line.talk) as wire:
        for _ in range(5):
            assert (await wire.post(REPLY, b"{}")).body == b"{}"
    assert (line.connections, line.requests) == (1, 5)


async def test_calls_at_the_same_time_take_a_connection_each() -> None:
    line = Counting(100)
    async with wired(line.talk) as wire:
        await asyncio.gather(*(wire.post(REPLY, b"{}") for _ in range(5)))
        await asyncio.gather(*(wire.post(REPLY, b"{}") for _ in range(5)))
    assert (line.connections, line.requests) == (5, 10)


async def test_a_connection_that_line_closed_while_idle_is_not_used_again() -> None:
    line = Counting(1)
    async with wired(line.talk) as wire:
        for _ in range(3):
            await wire.post(REPLY, b"{}")
            await asyncio.sleep(0.01)
    assert (line.connections, line.requests) == (3, 3)


async def test_a_connection_that_was_idle_for_long_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.line.wire.IDLE_SECONDS", 0.0)
    line = Counting(100)
    async with wired(line.talk) as wire:
        await wire.post(REPLY, b"{}")
        await asyncio.sleep(0.01)
        await wire.post(REPLY, b"{}")
    assert line.connections == 2


async def test_a_call_cut_before_its_answer_is_told_and_not_repeated() -> None:
    line = Counting(0)
    async with wired(line.talk) as wire:
        with pytest.raises(ConnectionResetError):
            await wire.post(REPLY, b"{}")
    assert line.requests == 1


async def test_half_an_answer_is_none() -> None:
    line = Counting(1, reply=OK[:-1])
    async with wired(line.talk) as wire:
        with pytest.raises(ConnectionResetError):
            await wire.post(REPLY, b"{}")


async def test_an_answer_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.line.wire.ANSWER_SECONDS", 0.05)

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    async with wired(wait) as wire:
        with pytest.raises(TimeoutError):
            await wire.post(REPLY, b"{}")


async def test_the_answer_of_a_cancelled_call_never_becomes_anothers() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await _request(reader):
            await asyncio.sleep(0.02)
            writer.write(OK)
        writer.close()

    async with wired(slow) as wire:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wire.post(REPLY, b"{}"), 0.01)
        assert (await wire.post(REPLY, b"{}")).status == 200


async def test_what_is_not_http_is_not_an_answer() -> None:
    line = Counting(1, reply=b"220 mail.example ESMTP\r\n\r\n")
    async with wired(line.talk) as wire:
        with pytest.raises(ConnectionError):
            await wire.post(REPLY, b"{}")


@pytest.mark.parametrize("base", ["http://line.invalid", "http://127.0.0.1:{port}"])
async def test_without_a_connection_nothing_was_sent(base: str) -> None:
    async with open_wire(base.format(port=unused_port()), "t") as wire:
        with pytest.raises(NotConnectedError):
            await wire.post(REPLY, b"{}")


async def test_a_server_without_tls_was_sent_nothing() -> None:
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(1_000))
        writer.write(OK)
        writer.close()

    async with serving(talk) as port, open_wire(f"https://127.0.0.1:{port}", "secret") as wire:
        with pytest.raises(NotConnectedError):
            await wire.post(REPLY, b"{}")
    assert not any(b"secret" in data for data in seen)


async def test_the_client_says_what_became_of_a_call(http: aiohttp.ClientSession) -> None:
    line = Counting(0)
    async with wired(line.talk) as wire:
        client = LineClient(http, base="http://unused", token="t", wire=wire)
        assert (await client.send(REPLY, b"{}")).outcome is Outcome.UNKNOWN
    async with open_wire(f"http://127.0.0.1:{unused_port()}", "t") as wire:
        client = LineClient(http, base="http://unused", token="t", wire=wire)
        assert (await client.send(REPLY, b"{}")).outcome is Outcome.UNREACHABLE
