"""A proof that an event is in the tree of a co-signed head, as c2sp.org/tlog-proof writes it; it verifies offline."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass

from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.audit_trail import FIRST_CHAIN, link, read_ledger_file
from docctl.domain.trail.events.reading import read
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.leaf_tree import MOST_HASHES, is_included
from docctl.domain.trail.signed_note import SignedHead, decoded

FIRST_LINE = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})")
WRONG = "This is not a proof that an event is in the audit trail; take the file as it came, whole."


def event_name(seq: int) -> str:
    """Return the name of the file of an event, which is the ledger's."""
    return f"event-{seq:06d}.json"


def proof_name(seq: int) -> str:
    """Return the name of the file of its proof."""
    return f"event-{seq:06d}.tlog-proof"


@dataclass(frozen=True)
class InclusionProof:
    """The place of an event, the hashes from its leaf to the root, and the head that a witness co-signed."""

    index: int
    hashes: tuple[bytes, ...]
    signed: SignedHead

    @property
    def text(self) -> str:
        """The proof as it is handed on."""
        lines = "".join(f"{b64encode(each).decode()}\n" for each in self.hashes)
        return f"{FIRST_LINE}\nindex {self.index}\n{lines}\n{self.signed.note}"

    @classmethod
    def read(cls, text: str) -> "InclusionProof":
        """Read a proof; raise InvalidInputError where it is none."""
        block, _, note = text.partition("\n\n")
        first, *lines = block.split("\n")
        try:
            index = _INDEX.fullmatch(lines[0])
            hashes = tuple(map(decoded, lines[1:]))
            if first != FIRST_LINE or index is None or len(hashes) > MOST_HASHES or {*map(len, hashes)} - {32}:
                raise ValueError("it has other lines")
            return cls(int(index[1]), hashes, SignedHead.read(note))
        except (ValueError, LookupError) as wrong:
            raise InvalidInputError(WRONG) from wrong

    def proves(self, file: bytes) -> Recorded[Details]:
        """Return what the file of an event says; raise InvalidInputError where the head does not hold that event."""
        try:
            salt, text = read_ledger_file(file)
            event = read(json.loads(text))
        except (ValueError, TypeError, LookupError) as wrong:
            raise InvalidInputError("This is not the file of an event; take it as it came, whole.") from wrong
        leaf = bytes.fromhex(link(FIRST_CHAIN, salt, text).leaf)
        head = self.signed.head
        if event.seq != self.index + 1 or not is_included(leaf, self.index, head.size, self.hashes, head.root):
            raise InvalidInputError("The proof does not show that this event is in the tree of the head.")
        return event
