"""A witness in the town next door, which a library has registered and which co-signs what the library sends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from docctl.actions.trail.witnessing import keep_cosigned, register_witness, request_to
from docctl.document_control.trail_tree import origin_now
from docctl.domain.trail.signed_note import NoteKey, SignedHead
from docctl.witness.cosigning import add_library, cosign
from docctl.witness.folder import WitnessFolder
from docctl.witness.serving import WitnessServer
from tests.factories.library import Office

NAME, LIBRARY = "witness.alderbrook.example", "Town of Weights"


@dataclass(frozen=True)
class Neighbour:
    """A witness, and its number in the library that it watches."""

    folder: WitnessFolder
    number: int

    @property
    def head(self) -> SignedHead:
        """The newest head that it co-signed."""
        return SignedHead.read(self.folder.present(LIBRARY).note)

    def meet(self, office: Office) -> SignedHead:
        """Let the library ask, the witness co-sign, and the library keep the answer; return the co-signed head."""
        signed = self.answer(office)
        keep_cosigned(office.control, self.number, signed)
        return signed

    def answer(self, office: Office) -> SignedHead:
        """Let the library ask and the witness answer, without the library taking the answer in."""
        request = request_to(office.control, self.number)
        return request.signed.with_(cosign(self.folder, request))


def key_of(office: Office) -> str:
    """Return the key by which a witness watches a library."""
    with office.control.reading() as session:
        keys = office.control.ledger_keys(session)
        return str(NoteKey.of_ledger(origin_now(session, keys), keys.current))


def neighbour_of(office: Office, folder: Path, address: str = "") -> Neighbour:
    """Make a witness and let library and witness know each other."""
    made = WitnessFolder.create(folder, NAME)
    add_library(made, LIBRARY, key_of(office))
    return Neighbour(made, register_witness(office.control, office.people["admin"], str(made.key), address))


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests."""


@contextmanager
def served(folder: WitnessFolder) -> Iterator[str]:
    """Let a witness answer over HTTP on this machine; give out its address."""
    answers = WitnessServer(folder, "127.0.0.1", 0).load()
    with make_server("127.0.0.1", 0, answers, handler_class=_Silent) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
