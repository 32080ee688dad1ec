"""Signed notes and tree heads as other transparency logs write them, so that any witness can co-sign a library.

The formats are those of c2sp.org: signed-note, tlog-checkpoint (here: a tree head) and tlog-cosignature.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256

from docctl.domain.errors import InvalidInputError

_SSH = "ssh-ed25519"
DASH, MOST_SIGNATURES, LONGEST_NAME = "\N{EM DASH}", 64, 255
_NAME = re.compile(rf"[^\s+\x00-\x1f]{{1,{LONGEST_NAME}}}")
_LINE = re.compile(rf"{DASH} (?P<name>[^\s+\x00-\x1f]+) (?P<signed>[A-Za-z0-9+/]+={{0,2}})")
_HEAD = re.compile(r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n([^\n]+\n)*")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def decoded(text: str) -> bytes:
    """Return what BASE64 says; raise ValueError where it is written in any other way than the one."""
    data = b64decode(text, validate=True)
    if b64encode(data).decode() != text:
        raise ValueError("it is not written as BASE64 is")
    return data


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4) + data


class KeyType(IntEnum):
    """What a key signs, and how; the first byte of its public key in a note."""

    ED25519 = 1
    """The text of a note, by Ed25519: a library signs its tree heads so."""
    COSIGNATURE = 4
    """The text of a tree head and the time, by Ed25519 (cosignature/v1): a witness signs so."""


@dataclass(frozen=True)
class NoteKey:
    """The public key of whoever signs notes under a name, written as NAME+ID+KEY."""

    name: str
    type: KeyType
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(f"{self.name}\n".encode() + bytes([self.type]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.type]) + self.public).decode()}"

    @classmethod
    def of_ledger(cls, origin: str, public_line: str) -> "NoteKey":
        """Return the key of a ledger as it signs the heads of its tree."""
        return cls(origin, KeyType.ED25519, b64decode(public_line.split()[1])[-32:])

    @property
    def public_line(self) -> str:
        """The public key as OpenSSH writes it, and as the audit trail names the keys of a ledger."""
        return f"{_SSH} {b64encode(_string(_SSH.encode()) + _string(self.public)).decode()}"

    @classmethod
    def read(cls, written: str) -> "NoteKey":
        """Read a key as it is written; raise InvalidInputError where it is none that is known here."""
        name, _, rest = written.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            known = decoded(encoded)
            key = cls(checked_name(name), KeyType(known[0]), known[1:])
        except (ValueError, IndexError):
            key = None
        if key is None or len(key.public) != 32 or key.id.hex() != key_id:
            raise InvalidInputError(
                "“%(written)s” is not the key of a witness or a library; copy it whole, as NAME+ID+KEY.",
                written=written[:80],
            )
        return key

    def message(self, text: str, at: datetime | None = None) -> bytes:
        """Return what is signed: the text of a note, and for a co-signature when it was seen."""
        if self.type == KeyType.COSIGNATURE and at is not None:
            return f"cosignature/v1\ntime {int(at.timestamp())}\n{text}".encode()
        return text.encode()


def checked_name(name: str) -> str:
    """Return the name of a key; raise InvalidInputError where it is empty or holds a space or a plus sign."""
    if not _NAME.fullmatch(name):
        raise InvalidInputError(
            "“%(name)s” cannot be the name of a witness; write it like witness.alderbrook.example, without spaces "
            "and plus signs.",
            name=name[:80],
        )
    return name


@dataclass(frozen=True)
class NoteSignature:
    """One signature under a note: the name and the id of its key, and what the key signed."""

    name: str
    key_id: bytes
    signed: bytes

    @property
    def line(self) -> str:
        """The signature as it stands under a note."""
        return f"{DASH} {self.name} {b64encode(self.key_id + self.signed).decode()}\n"

    def is_of(self, key: NoteKey) -> bool:
        """Say whether the signature says that it is of a key; it still has to be checked."""
        return (self.name, self.key_id) == (key.name, key.id)

    @property
    def seen_at(self) -> datetime | None:
        """When a witness says that it saw the head; nothing where it is no co-signature."""
        seconds = int.from_bytes(self.signed[:8]) if len(self.signed) == 72 else -1
        return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < 2**37 else None

    @classmethod
    def cosignature(cls, key: NoteKey, at: datetime, signed: bytes) -> "NoteSignature":
        """Return the co-signature of a witness: the time, and its signature over time and text."""
        return cls(key.name, key.id, int(at.timestamp()).to_bytes(8) + signed)

    @classmethod
    def read(cls, line: str) -> "NoteSignature":
        """Read a line under a note; raise ValueError where it is none."""
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError("a line is no signature")
        known = decoded(found["signed"])
        if len(known) < 5:
            raise ValueError("a signature cannot be read")
        return cls(found["name"], known[:4], known[4:])


@dataclass(frozen=True)
class TreeHead:
    """The head of a library's tree: whose it is, how many events it has, and the root over all of them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class SignedHead:
    """A tree head with the signatures under it."""

    text: str
    signatures: tuple[NoteSignature, ...] = ()

    @property
    def head(self) -> TreeHead:
        """What was signed; further lines of other logs are signed too, and say nothing here."""
        found = _HEAD.fullmatch(self.text)
        if found is None:
            raise ValueError("this is no tree head")
        return TreeHead(found["origin"], int(found["size"]), decoded(found["root"]))

    @property
    def note(self) -> str:
        """The signed note as it is handed on."""
        return f"{self.text}\n{''.join(each.line for each in self.signatures)}"

    def of(self, key: NoteKey) -> Iterator[NoteSignature]:
        """Give out the signatures that say they are of a key."""
        return (each for each in self.signatures if each.is_of(key))

    def with_(self, *signatures: NoteSignature) -> "SignedHead":
        """Return the head with further signatures under it."""
        return replace(self, signatures=(*self.signatures, *signatures))

    @classmethod
    def read(cls, note: str) -> "SignedHead":
        """Read a signed tree head; raise InvalidInputError where it is none."""
        text, gap, lines = note.rpartition("\n\n")
        try:
            if not gap or not lines.endswith("\n") or _CONTROL.search(note):
                raise ValueError("there are no signatures under it")
            signatures = tuple(map(NoteSignature.read, lines[:-1].split("\n")))
            signed = cls(f"{text}\n", signatures)
            if len(signatures) > MOST_SIGNATURES or not signed.head.origin:
                raise ValueError("it has too many signatures")
        except (ValueError, binascii.Error) as wrong:
            raise InvalidInputError(
                "This is not a signed head of a library's tree; take the file as it came, whole."
            ) from wrong
        return signed
