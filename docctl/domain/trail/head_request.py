"""What a library asks a witness to co-sign: the body of ``add-checkpoint`` (c2sp.org/tlog-witness).

Where a key of the ledger followed another one since the witness last signed, the events that say so stand before it.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.leaf_tree import MOST_HASHES
from docctl.domain.trail.signed_note import SignedHead, decoded

LARGEST_REQUEST = 200_000
ROTATION = "docctl-key-rotation/v1"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,17})")
WRONG = "This is not a request to co-sign the head of a library; take the file or the body as it came, whole."


@dataclass(frozen=True)
class KeyRotation:
    """An event by which a key of a ledger follows another: its file and signed commit, the chain before, its place."""

    file: bytes
    commit: bytes
    chain_before: bytes
    proof: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The block that stands before the request."""
        said = " ".join(map(_encoded, (self.file, self.commit, self.chain_before)))
        return f"{ROTATION} {said}\n{_lines(self.proof)}\n"


@dataclass(frozen=True)
class HeadRequest:
    """A head to be co-signed, and the proof that its tree begins with the one that the witness saw last."""

    old_size: int
    proof: tuple[bytes, ...]
    signed: SignedHead
    rotations: tuple[KeyRotation, ...] = ()

    @property
    def text(self) -> str:
        """The request as it is sent."""
        before = "".join(each.text for each in self.rotations)
        return f"{before}old {self.old_size}\n{_lines(self.proof)}\n{self.signed.note}"

    @classmethod
    def read(cls, text: str) -> "HeadRequest":
        """Read a request; raise InvalidInputError where it is none."""
        rotations, rest = list[KeyRotation](), text
        try:
            if len(text) > LARGEST_REQUEST:
                raise ValueError("it is too large")
            while rest.startswith(f"{ROTATION} "):
                block, _, rest = rest.partition("\n\n")
                first, *hashes = block.split("\n")
                file, commit, before = map(decoded, first.split(" ")[1:])
                rotations.append(KeyRotation(file, commit, before, _hashes(hashes)))
            block, _, note = rest.partition("\n\n")
            first, *hashes = block.split("\n")
            old = _OLD.fullmatch(first)
            if old is None:
                raise ValueError("it does not say which size is known")
            return cls(int(old[1]), _hashes(hashes), SignedHead.read(note), tuple(rotations))
        except ValueError as wrong:
            raise InvalidInputError(WRONG) from wrong


def _encoded(data: bytes) -> str:
    return b64encode(data).decode()


def _lines(hashes: Iterable[bytes]) -> str:
    return "".join(f"{_encoded(each)}\n" for each in hashes)


def _hashes(lines: list[str]) -> tuple[bytes, ...]:
    hashes = tuple(map(decoded, lines))
    if len(hashes) > MOST_HASHES or any(len(each) != 32 for each in hashes):
        raise ValueError("a line is no hash")
    return hashes
