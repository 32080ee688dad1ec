"""The peer of a connection: what a thread answers is taken at once, and sent as fast as the peer reads it."""

import socket
import tempfile
from typing import Any

IN_MEMORY = 256 * 1024
AT_A_TIME = 256 * 1024


class HeldRequest:
    """A request that is there as a whole, as gunicorn reads it: at its end nothing is waited for."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def recv(self, size: int) -> bytes:
        """Return what comes next, or nothing at the end."""
        if self._held.closed:
            return b""
        data: bytes = self._held.read(size)
        if not data:
            self._held.close()
        return data


class Peer:
    """A connection that makes no thread wait: it stands where gunicorn expects a socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        connection.setblocking(False)
        self._rest: Any = None
        self._sent_of_rest = self._written_of_rest = 0
        self.sent = 0

    @property
    def unsent(self) -> int:
        """How many bytes of the answer the peer has not taken yet."""
        return self._written_of_rest - self._sent_of_rest

    def sendall(self, data: bytes) -> None:
        """Take what is to be sent; what the peer does not take now is kept for it."""
        if not self.unsent:
            data = data[self._try(data) :]
        if data:
            if self._rest is None:
                self._rest = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
            self._rest.seek(self._written_of_rest)
            self._rest.write(data)
            self._written_of_rest += len(data)
            self.send_on()

    def send_on(self) -> None:
        """Send of what was kept as much as the peer takes now, but not more than a fair share."""
        for _ in range(4 if self.unsent else 0):
            self._rest.seek(self._sent_of_rest)
            data = self._rest.read(AT_A_TIME)
            sent = self._try(data)
            self._sent_of_rest += sent
            if sent < len(data) or not self.unsent:
                break
        if not self.unsent:
            self._let_go()

    def send(self, data: bytes) -> int:
        """Send what the peer takes now."""
        return self._connection.send(data)

    def recv(self, size: int) -> bytes:
        """Return what the peer has sent."""
        return self._connection.recv(size)

    def fileno(self) -> int:
        """Return the descriptor of the connection."""
        return self._connection.fileno()

    def setblocking(self, blocking: bool) -> None:
        """Stay as it is: nobody waits for a peer."""

    def settimeout(self, seconds: float | None) -> None:
        """Stay as it is: nobody waits for a peer."""

    def gettimeout(self) -> float:
        """Return that nobody waits."""
        return 0.0

    def shutdown(self, how: int) -> None:
        """Tell the peer that nothing more comes."""
        self._connection.shutdown(how)

    def close(self) -> None:
        """Close the connection, whatever was still to be sent."""
        self._let_go()
        self._connection.close()

    def _try(self, data: bytes) -> int:
        try:
            sent = self._connection.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        self.sent += sent
        return sent

    def _let_go(self) -> None:
        if self._rest is not None:
            self._rest.close()
        self._rest, self._sent_of_rest, self._written_of_rest = None, 0, 0
