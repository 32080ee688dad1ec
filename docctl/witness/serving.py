"""Serving: libraries ask a witness over HTTP, as c2sp.org/tlog-witness says."""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from gunicorn.app.base import BaseApplication

from docctl.domain.errors import DocctlError, HeadRefusedError, InvalidInputError, WitnessFolderError
from docctl.domain.trail.head_request import LARGEST_REQUEST, HeadRequest
from docctl.receiving.worker import ReceivingWorker
from docctl.witness.cosigning import BAD_REQUEST, CONFLICT, NOT_FOUND, cosign
from docctl.witness.folder import WitnessFolder

log = logging.getLogger("docctl.witness")
PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
STATUS = {
    200: "200 OK", 400: "400 Bad Request", 403: "403 Forbidden", 404: "404 Not Found", 409: "409 Conflict",
    413: "413 Content Too Large", 422: "422 Unprocessable Entity", 503: "503 Service Unavailable",
}  # fmt: skip
ADD, HEADS, KEY = "/add-checkpoint", "/heads/", "/key"
Answer = tuple[int, str, str]


def answer_to(folder: WitnessFolder, method: str, path: str, length: int, body: Callable[[], bytes]) -> Answer:
    """Return status, kind and text of the answer to a request; the body of one that is too large is not read."""
    if method == "POST" and path.endswith(ADD):
        return (413, PLAIN, "The request is too large.\n") if length > LARGEST_REQUEST else _added(folder, body())
    if method == "GET" and (HEADS in path or path.endswith(KEY)):
        return _shown(folder, path)
    return NOT_FOUND, PLAIN, "This is a witness; it takes POST /add-checkpoint.\n"


def _shown(folder: WitnessFolder, path: str) -> Answer:
    try:
        known = folder.history(path.partition(HEADS)[2]) if HEADS in path else None
        if HEADS in path:
            return (200, PLAIN, known.note) if known is not None and known.note else (NOT_FOUND, PLAIN, "No head.\n")
        return 200, PLAIN, f"{folder.key}\n"
    except (WitnessFolderError, OSError):
        log.exception("The folder of the witness cannot be read.")
        return 503, PLAIN, "Nothing can be told now; ask again later.\n"


def _added(folder: WitnessFolder, body: bytes) -> Answer:
    try:
        return 200, PLAIN, cosign(folder, HeadRequest.read(body.decode())).line
    except UnicodeDecodeError:
        return BAD_REQUEST, PLAIN, "The request is not text in UTF-8.\n"
    except InvalidInputError as wrong:
        return BAD_REQUEST, PLAIN, f"{wrong}\n"
    except HeadRefusedError as refusal:
        log.warning("A head was refused: %s", refusal)
        if refusal.status == CONFLICT:
            return CONFLICT, SIZE, f"{refusal.fields['size']}\n"
        return refusal.status, PLAIN, f"{refusal}\n"
    except (DocctlError, OSError):
        log.exception("Nothing was signed, because the folder of the witness cannot be used.")
        return 503, PLAIN, "Nothing was signed; ask again later.\n"


class WitnessServer(BaseApplication):  # type: ignore[misc]  # gunicorn does not say its types
    """gunicorn with one witness."""

    def __init__(self, folder: WitnessFolder, host: str, port: int) -> None:
        self._folder, self._address = folder, f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn where to listen."""
        for name, value in {
            "bind": self._address, "workers": 1, "threads": 4, "worker_class": ReceivingWorker,
            "timeout": 60, "graceful_timeout": 10,
            "proc_name": "docctl-witness", "control_socket_disable": True,
        }.items():  # fmt: skip
            self.cfg.set(name, value)

    @property
    def largest_request(self) -> int:
        """How many bytes a request may send; what is larger is refused by its headers alone."""
        return LARGEST_REQUEST

    def load(self) -> Callable[..., Iterable[bytes]]:
        """Return what answers each request."""

        def answered(asked: dict[str, Any], begin: Callable[..., object]) -> Iterable[bytes]:
            length = int(asked.get("CONTENT_LENGTH") or "0")
            body = partial(asked["wsgi.input"].read, length)
            status, kind, text = answer_to(self._folder, asked["REQUEST_METHOD"], asked["PATH_INFO"], length, body)
            data = text.encode()
            begin(STATUS[status], [("Content-Type", kind), ("Content-Length", str(len(data)))])
            return [data]

        return answered


def serve(folder: WitnessFolder, host: str, port: int) -> None:
    """Answer libraries until told to stop."""
    WitnessServer(folder, host, port).run()
