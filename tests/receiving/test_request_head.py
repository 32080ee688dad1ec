"""The head of a request: what can be read in two ways, or in none, is refused."""

import pytest
from gunicorn.config import Config
from gunicorn.http import get_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.receiving.peer import HeldRequest
from docctl.receiving.refusal import RefusedRequestError
from docctl.receiving.request_head import END, read_head, refuse_early

POST = b"POST /form HTTP/1.1\r\nHost: x\r\n"
GET = b"GET / HTTP/1.1\r\n"


def status_of(head: bytes) -> int:
    """Return the status with which a head is refused, or 200 where it is understood."""
    try:
        read_head(head)
    except RefusedRequestError as refused:
        return int(refused.refusal.status[:3])
    return 200


@pytest.mark.parametrize(
    "length",
    [
        b"0000000000000000000010", b"010", b"00", b"+10", b"-1", b"0x10", b"1e3", b"1_0", b"10, 10", b"10,10", b"1 0",
        b"", b" ", b"10;", b"10.0", "١٠".encode(), "１０".encode(), "²".encode("latin-1"), b"\x0b10", b"9" * 19,
        b"10\t1", b"ten", b"\"10\"", b"10\x00", b"10\r",
    ],
)  # fmt: skip
def test_a_length_in_any_other_form_is_refused(length: bytes) -> None:
    assert status_of(POST + b"Content-Length: " + length + END) == 400


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"Content-Length: 1\r\nContent-Length: 1", 400),
        (b"Content-Length: 1\r\ncontent-length: 2", 400),
        (b"Content-Length : 1", 400),
        (b"Content-Length\t: 1", 400),
        (b" Content-Length: 1", 400),
        (b"X: 1\r\n Content-Length: 1", 400),
        (b"X: 1\r\n\tfolded", 400),
        (b"Content-Length", 400),
        (b": 1", 400),
        (b"X\xc3\xa4: 1", 400),
        (b"X(: 1", 400),
        (b"X: \x00", 400),
        (b"X: \x7f", 400),
        (b"X: a\nContent-Length: 4", 400),
        (b"X: a\rContent-Length: 4", 400),
        (b"X: a\r\r\nContent-Length: 4", 400),
        (b"Transfer-Encoding: chunked", 411),
        (b"Transfer-Encoding: Chunked\r\nContent-Length: 4", 411),
        (b"transfer-encoding:chunked", 411),
        (b"Transfer-Encoding: gzip, chunked", 501),
        (b"Transfer-Encoding: xchunked", 501),
        (b"Transfer-Encoding: identity", 501),
        (b"Transfer-Encoding:", 501),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", 501),
        (b"Transfer-Encoding : chunked", 400),
        (b"Transfer-Encoding: \x0bchunked", 400),
        (b"Expect: 200-ok", 417),
        (b"Expect: 100-continue, x", 417),
        (b"Host: y", 400),
        (b"Content-Type: a/b\r\nContent-Type: c/d", 400),
        (b"X: " + b"y" * 9000, 431),
        (b"\r\n".join(b"X%d: y" % at for at in range(101)), 431),
    ],
)
def test_headers_that_can_be_read_in_two_ways_are_refused(lines: bytes, status: int) -> None:
    assert status_of(POST + lines + END) == status


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /", 400),
        (b"GET / HTTP/0.9", 505),
        (b"GET / HTTP/1.2", 505),
        (b"GET / HTTP/2.0", 505),
        (b"PRI * HTTP/2.0", 505),
        (b"GET / HTTP/1.1 ", 400),
        (b"GET  / HTTP/1.1", 400),
        (b"GET /\tHTTP/1.1", 400),
        (b" GET / HTTP/1.1", 400),
        (b"get / HTTP/1.1", 400),
        (b"GET / http/1.1", 400),
        (b"GET http://x/ HTTP/1.1", 400),
        (b"GET * HTTP/1.1", 400),
        (b"OPTIONS * HTTP/1.1", 400),
        (b"GET x HTTP/1.1", 400),
        (b"GET /a#b HTTP/1.1", 400),
        (b"GET /\xc3\xa4 HTTP/1.1", 400),
        (b"GET /\x01 HTTP/1.1", 400),
        (b"CONNECT x:443 HTTP/1.1", 501),
        (b"TRACE / HTTP/1.1", 501),
        (b"BREW / HTTP/1.1", 501),
        (b"GET /" + b"x" * 5000 + b" HTTP/1.1", 414),
        (b"", 400),
        (b"\x16\x03\x01\x02\x00", 400),
    ],
)
def test_a_request_line_in_any_other_form_is_refused_as_soon_as_it_is_there(line: bytes, status: int) -> None:
    assert status_of(line + b"\r\nHost: x" + END) == status
    with pytest.raises(RefusedRequestError) as refused:
        refuse_early(line + b"\r\n", 0)
    assert int(refused.value.refusal.status[:3]) == status


@pytest.mark.parametrize("host", [None, b"", b"x y", b"x/y", b"x@y", b"x, y", b"[::1", b"x:y", b"x:123456"])
def test_a_request_says_which_host_it_asks(host: bytes | None) -> None:
    assert status_of(GET + (b"X: y" if host is None else b"Host: " + host) + END) == 400


@pytest.mark.parametrize("host", [b"x", b"docs.riverton.example:8000", b"[::1]:80", b"10.0.0.1", b"my_service:8000"])
def test_the_hosts_of_honest_people_are_understood(host: bytes) -> None:
    assert status_of(GET + b"Host: " + host + END) == 200


def test_a_binary_beginning_is_refused_at_its_first_byte() -> None:
    for begun in (b"\x16", b"\x00", b"\r\n", b"\x80", b"get"):
        with pytest.raises(RefusedRequestError):
            refuse_early(begun, 0)


def test_a_line_that_ends_otherwise_is_refused_before_the_head_is_whole() -> None:
    for begun in (b"GET / HTTP/1.1\n", b"GET / HTTP/1.1\r\nHost: x\n", b"GET / HTTP/1.1\r\nX: \r", b"GET /\0"):
        with pytest.raises(RefusedRequestError):
            refuse_early(begun + b"y", len(begun))


def test_to_speak_another_protocol_is_not_taken_up() -> None:
    head = read_head(
        GET + b"Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA" + END
    )
    assert b"h2c" not in head.handed_on


def test_the_sender_is_whoever_is_signed_in() -> None:
    assert read_head(GET + b"Host: x\r\nCookie: a=docctl; docctl=me; z=y" + END).sender == b"me"
    assert read_head(GET + b"Host: x\r\nCookie: __Host-docctl=me" + END).sender == b"me"
    assert read_head(GET + b"Host: x\r\nCookie: notdocctl=me" + END).sender is None


class _Held:
    """Bytes that are there, and end."""

    closed = False

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        """Return what comes next."""
        data, self._data = self._data[:size], self._data[size:]
        return data

    def close(self) -> None:
        """There is nothing to close."""


_PIECES = st.sampled_from(
    [
        b"Content-Length: ", b"content-length:", b"Transfer-Encoding: ", b"chunked", b"Host: x",
        b"Expect: 100-continue", b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b",", b"0", b"5", b"10", b"+", b"\0",
        b"X-Y: ", b"\x80", b"Upgrade: h2c", b"Connection: close", b"Content_Length: 7", b"X-Forwarded-Proto: https",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=14))
def test_gunicorn_reads_of_a_head_that_is_understood_what_the_receiver_read(pieces: list[bytes]) -> None:
    head = b"POST /form HTTP/1.1\r\nHost: y\r\n" + b"".join(pieces) + END
    head = head[: head.index(END) + 4]
    try:
        understood = read_head(head)
    except RefusedRequestError:
        return
    body = bytes(range(48, 58)) * 2
    held = HeldRequest(_Held(understood.handed_on + body[: understood.length]))
    request = next(get_parser(Config(), held, ("127.0.0.1", 1)))
    assert request.body.read() == body[: understood.length]
    assert not request.unreader.read()
