"""The refusals of requests that are not taken in, each with its status and one sentence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why a request is not taken in: the answer, the event of the security log, and when to come back."""

    status: str
    event: str
    sentence: str
    seconds: int = 0

    @property
    def answer(self) -> bytes:
        """What is sent instead of an answer; the connection is closed after it."""
        body = self.sentence.encode()
        wait = f"Retry-After: {self.seconds}\r\n" if self.seconds else ""
        head = f"HTTP/1.1 {self.status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        return f"{head}{wait}Connection: close\r\n\r\n".encode() + body


class RefusedRequestError(Exception):
    """A request that is not taken in."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


SLOW = Refusal(
    "408 Request Timeout", "request_too_slow",
    "What was sent arrived too slowly, so nothing of it was taken in; try again over a better connection.",
)  # fmt: skip
CHUNKED = Refusal(
    "411 Length Required", "request_without_length",
    "What is sent has to say how long it is; send it again with its length.",
)  # fmt: skip
CROWDED = Refusal(
    "429 Too Many Requests", "request_crowded_out",
    "Too much is being sent at once, so nothing of this was taken in; send it again in half a minute.", 30,
)  # fmt: skip
OUT_OF_TURN = Refusal(
    "429 Too Many Requests", "upload_out_of_turn",
    "You are sending more files at once than are taken in, so this one was not; send it again in a moment.", 2,
)  # fmt: skip
TOO_MANY = Refusal(
    "429 Too Many Requests", "too_many_at_once",
    "You are asking for more pages at once than are answered, so this one was not; ask again in a moment.", 2,
)  # fmt: skip
NOT_TAKEN = Refusal(
    "429 Too Many Requests", "answers_not_taken",
    "You have asked for more than you take, so this was not answered; wait until what you asked for has arrived.", 5,
)  # fmt: skip
NO_ROOM = Refusal(
    "507 Insufficient Storage", "request_without_room",
    "There is no room on the disk to take this in, so nothing was stored; tell the administrator.", 60,
)  # fmt: skip


def _misread(status: str, sentence: str) -> Refusal:
    return Refusal(status, "request_not_understood", sentence)


NO_REQUEST = _misread("400 Bad Request", "What was sent is no request of HTTP/1.1, so nothing of it was taken in.")
BAD_LINE_END = _misread("400 Bad Request", "Each line of a request ends with CR LF, and holds no NUL, CR or LF.")
BAD_TARGET = _misread("400 Bad Request", "The address of a request begins with / and has no spaces or other signs.")
BAD_HEADER = _misread("400 Bad Request", "A header is a name, a colon and a value, on one line.")
BAD_HOST = _misread("400 Bad Request", "A request says once, in its Host header, which host it asks.")
BAD_LENGTH = _misread("400 Bad Request", "A request says its length once, in plain digits without a leading zero.")
SAID_TWICE = _misread("400 Bad Request", "A header that may be said only once was said twice.")
LONG_LINE = _misread("414 URI Too Long", "The address is longer than is read; shorten it.")
LONG_HEAD = _misread("431 Request Header Fields Too Large", "There are more or longer headers than are read.")
STRANGE_EXPECTATION = _misread("417 Expectation Failed", "Nothing but 100-continue may be expected.")
STRANGE_METHOD = _misread("501 Not Implemented", "There is no such method here; use GET or POST.")
STRANGE_CODING = _misread("501 Not Implemented", "A body is taken as it is, without a transfer coding.")
STRANGE_VERSION = _misread("505 HTTP Version Not Supported", "Pages are asked for by HTTP/1.1.")
