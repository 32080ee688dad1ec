"""Asks a witness over HTTP, as c2sp.org/tlog-witness says; a deadline holds, and nobody is sent elsewhere."""

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from docctl.domain.errors import WitnessUnreachableError

WITHIN_SECONDS = 20.0
LARGEST_ANSWER = 64_000
PATH = "/add-checkpoint"


def ask(address: str, body: str, within: float = WITHIN_SECONDS) -> tuple[int, str]:
    """Send a request to the witness at an address; return status and text of its answer.

    Raises WitnessUnreachableError where no whole answer comes in time.
    """
    parts = urlsplit(address)
    connection = _line_to(parts, within)
    try:
        connection.connect()
        # A peer that sends a byte now and then must hold nobody up, so the line is cut when the time is over.
        ending = threading.Timer(within, _cut, (connection.sock,))
        ending.daemon = True
        ending.start()
        try:
            connection.request("POST", parts.path.rstrip("/") + PATH, body.encode(), {"Content-Type": "text/plain"})
            answer = connection.getresponse()
            told = answer.read(LARGEST_ANSWER)
            return answer.status, told.decode()
        finally:
            ending.cancel()
    except (OSError, http.client.HTTPException, ValueError) as trouble:
        raise WitnessUnreachableError(
            "The witness at %(address)s gave no answer (%(trouble)s).", address=address, trouble=trouble
        ) from trouble
    finally:
        connection.close()


def _line_to(parts: SplitResult, within: float) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=within, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, parts.port, timeout=within)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
