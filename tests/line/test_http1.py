"""Reading responses, however they are cut and however their end is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.line.http1 import MAX_BYTES, MalformedResponseError, Response, read_response

HEAD = b"HTTP/1.1 200 OK\r\nX-Line-Request-Id: r1\r\n"
SIZED = HEAD + b"Content-Length: 4\r\n\r\nbody"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;note=1\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
TRAILED = CHUNKED[:-2] + b"X-Sum: 1\r\n\r\n"
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + SIZED
COMPLETE = [SIZED, CHUNKED, TRAILED, INTERIM]


def read(data: bytes, *, ended: bool = False) -> Response:
    response = read_response(data, ended=ended)
    assert response is not None
    return response


@pytest.mark.parametrize("data", COMPLETE)
def test_a_complete_response_leaves_the_connection_free(data: bytes) -> None:
    response = read(data)
    assert (response.status, response.body, response.is_kept) == (200, b"body", True)
    assert response.headers["x-line-request-id"] == "r1"


@given(st.sampled_from(COMPLETE), st.data())
def test_a_part_is_never_taken_for_the_whole(data: bytes, drawn: st.DataObject) -> None:
    part = data[: drawn.draw(st.integers(0, len(data) - 1))]
    assert read_response(part) is None


@given(st.binary(max_size=200))
def test_what_is_no_response_is_refused_or_waited_for(data: bytes) -> None:
    try:
        response = read_response(data, ended=True)
    except MalformedResponseError:
        return
    assert response is None


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    data = HEAD + b"\r\nbody"
    assert read_response(data) is None
    response = read(data, ended=True)
    assert (response.body, response.is_kept) == (b"body", False)


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"Connection: Close\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        SIZED + b"HTTP/1.1 200 OK\r\n",  # an answer nobody asked for
    ],
)
def test_a_connection_that_says_so_is_not_used_again(data: bytes) -> None:
    assert not read(data).is_kept


def test_no_content_has_no_body() -> None:
    assert read(b"HTTP/1.1 204 No Content\r\n\r\n").body == b""


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        HEAD + b"Content-Length: many\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"\r\n" + b"x" * MAX_BYTES,
    ],
)
def test_what_can_become_no_response_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedResponseError):
        read_response(data)
