"""The head of a request, read once and strictly: what follows it, how long that is, and what the pages are given."""

import re
from collections import Counter
from dataclasses import dataclass

from docctl.receiving import refusal
from docctl.receiving.refusal import RefusedRequestError

MOST_LINE_BYTES = 4094
MOST_FIELD_BYTES = 8190
MOST_FIELDS = 100
MOST_HEAD_BYTES = 64 * 1024
LARGE = 64 * 1024
END = b"\r\n\r\n"
METHODS = {b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"}
_BAD_LINE_END = re.compile(rb"(?<!\r)\n|\r[^\n]|\0")
_BEGINNING = re.compile(rb"[A-Z]")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHOD = re.compile(rb"[A-Z][A-Z_-]{0,19}")
_TARGET = re.compile(rb"/[\x21\x22\x24-\x7e]*")
_VERSION = re.compile(rb"HTTP/\d\.\d")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_HOST = re.compile(rb"(?:[0-9A-Za-z._~%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")
_LENGTH = re.compile(rb"0|[1-9][0-9]{0,17}")
_SENDER = re.compile(rb"(?:^|;[ ]?)(?:__Host-)?docctl=([^;]+)")
_ONCE = {b"host": refusal.BAD_HOST, b"content-length": refusal.BAD_LENGTH}
_ONCE |= dict.fromkeys((b"content-type", b"authorization", b"expect"), refusal.SAID_TWICE)
# What the receiver itself has dealt with; to speak another protocol was only offered, and is not taken up.
_DEALT_WITH = {b"content-length", b"expect", b"upgrade", b"http2-settings"}


@dataclass(frozen=True)
class RequestHead:
    """What the head of a request says, and the same head as it is handed on, which can be read in one way only."""

    length: int
    handed_on: bytes
    sender: bytes | None
    is_upload: bool
    asks_to_go_on: bool


def refuse_early(begun: bytes | bytearray, checked: int) -> None:
    """Raise RefusedRequestError where what came so far begins no request that is understood."""
    if _BEGINNING.match(begun) is None:
        raise RefusedRequestError(refusal.NO_REQUEST)
    if _BAD_LINE_END.search(begun, max(0, checked - 1)):
        raise RefusedRequestError(refusal.BAD_LINE_END)
    end = begun.find(b"\r\n", 0, MOST_LINE_BYTES + 2)
    if end < 0 and len(begun) > MOST_LINE_BYTES:
        raise RefusedRequestError(refusal.LONG_LINE)
    if end >= 0 and checked <= end + 2:
        _read_request_line(bytes(begun[:end]))
    if len(begun) > MOST_HEAD_BYTES:
        raise RefusedRequestError(refusal.LONG_HEAD)


def read_head(head: bytes) -> RequestHead:
    """Read a head up to and with its empty line; raise RefusedRequestError where it can be read in two ways or none."""
    refuse_early(head, 0)
    line, *lines = head.removesuffix(END).split(b"\r\n")
    method, version = _read_request_line(line)
    fields = _read_fields(lines)
    values = {name: value for name, value, _ in fields}
    if (coding := values.get(b"transfer-encoding")) is not None:
        raise RefusedRequestError(refusal.CHUNKED if coding.lower() == b"chunked" else refusal.STRANGE_CODING)
    host = values.get(b"host")
    if (host is None and version == b"HTTP/1.1") or (host is not None and not _HOST.fullmatch(host)):
        raise RefusedRequestError(refusal.BAD_HOST)
    said = values.get(b"content-length", b"0")
    if not _LENGTH.fullmatch(said):
        raise RefusedRequestError(refusal.BAD_LENGTH)
    length = int(said)
    expected = values.get(b"expect")
    if expected is not None and expected.lower() != b"100-continue":
        raise RefusedRequestError(refusal.STRANGE_EXPECTATION)
    kept = [line, *(whole for name, _, whole in fields if name not in _DEALT_WITH)]
    if length or method not in (b"GET", b"HEAD"):
        kept.append(b"Content-Length: %d" % length)
    sender = _SENDER.search(values.get(b"cookie", b""))
    return RequestHead(
        length=length,
        handed_on=b"\r\n".join(kept) + END,
        sender=sender[1] if sender else None,
        is_upload=length > LARGE or values.get(b"content-type", b"").lower().startswith(b"multipart/"),
        asks_to_go_on=expected is not None and length > 0 and version == b"HTTP/1.1",
    )


def _read_request_line(line: bytes) -> tuple[bytes, bytes]:
    parts = line.split(b" ")
    if len(line) > MOST_LINE_BYTES:
        raise RefusedRequestError(refusal.LONG_LINE)
    if len(parts) != 3 or not _METHOD.fullmatch(parts[0]) or not _VERSION.fullmatch(parts[2]):
        raise RefusedRequestError(refusal.NO_REQUEST)
    method, target, version = parts
    if version not in (b"HTTP/1.1", b"HTTP/1.0"):
        raise RefusedRequestError(refusal.STRANGE_VERSION)
    if method not in METHODS:
        raise RefusedRequestError(refusal.STRANGE_METHOD)
    if not _TARGET.fullmatch(target):
        raise RefusedRequestError(refusal.BAD_TARGET)
    return method, version


def _read_fields(lines: list[bytes]) -> list[tuple[bytes, bytes, bytes]]:
    if len(lines) > MOST_FIELDS:
        raise RefusedRequestError(refusal.LONG_HEAD)
    fields = []
    for line in lines:
        if len(line) > MOST_FIELD_BYTES:
            raise RefusedRequestError(refusal.LONG_HEAD)
        name, colon, value = line.partition(b":")
        if not colon or not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
            raise RefusedRequestError(refusal.BAD_HEADER)
        fields.append((name.lower(), value.strip(b" \t"), line))
    for name, times in Counter(name for name, _, _ in fields).items():
        if times > 1 and name in _ONCE:
            raise RefusedRequestError(_ONCE[name])
        if times > 1 and name == b"transfer-encoding":
            raise RefusedRequestError(refusal.STRANGE_CODING)
    return fields
