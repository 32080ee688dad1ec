"""Ed25519 keys: one signs every commit of a ledger in the SSH format of Git, and the heads of its tree as they are."""

import base64
import hashlib
import os
import struct
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from docctl.domain.trail.ledger_keys import GIT, LedgerKey
from docctl.domain.trail.signed_note import KeyType, NoteKey, NoteSignature, SignedHead

_MAGIC = b"SSHSIG"
_HASH = b"sha512"


class SigningKey:
    """Signs and checks texts as ``ssh-keygen -Y sign -n git`` would, so that stock Git accepts them."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self._public = private.public_key()

    @classmethod
    def create(cls, path: Path) -> "SigningKey":
        """Make a new key and keep it in a file that only its owner can read."""
        private = Ed25519PrivateKey.generate()
        text = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return cls(private)

    @classmethod
    def read(cls, path: Path) -> "SigningKey":
        """Read the key back from its file."""
        private = serialization.load_ssh_private_key(path.read_bytes(), password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError(f"{path.name} is not an Ed25519 key")
        return cls(private)

    @property
    def public_line(self) -> str:
        """The public key as OpenSSH writes it, without a comment."""
        text = self._public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        return text.decode()

    @property
    def allowed_signers(self) -> str:
        """The file that tells Git and ssh-keygen whose signatures to accept."""
        return LedgerKey(self.public_line).allowed_signer

    @property
    def fingerprint(self) -> str:
        """The public key's fingerprint, as ``ssh-keygen -l`` shows it."""
        return fingerprint_of(self.public_line)

    def sign(self, message: bytes, namespace: str = GIT) -> str:
        """Return an armoured SSH signature over the message."""
        signature = self._private.sign(_signed_data(message, namespace))
        blob = b"".join(
            (
                _MAGIC,
                struct.pack(">I", 1),
                _string(_public_blob(self._public)),
                _string(namespace.encode()),
                _string(b""),
                _string(_HASH),
                _string(_string(b"ssh-ed25519") + _string(signature)),
            )
        )
        text = base64.b64encode(blob).decode()
        lines = [text[at : at + 70] for at in range(0, len(text), 70)]
        return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----"])

    def sign_head(self, name: str, text: str) -> NoteSignature:
        """Return the signature of a tree head, under the name that stands in its first line."""
        key = NoteKey.of_ledger(name, self.public_line)
        return NoteSignature(name, key.id, self._private.sign(key.message(text)))

    def cosign(self, key: NoteKey, text: str, at: datetime) -> NoteSignature:
        """Return the co-signature of a tree head by a witness that has this key, with the time when it was seen."""
        return NoteSignature.cosignature(key, at, self._private.sign(key.message(text, at)))

    def accepts(self, message: bytes, armoured: str, namespace: str = GIT) -> bool:
        """Say whether the signature over the message is this key's own."""
        return is_signed_by(self.public_line, message, armoured, namespace)


def read_if_whole(path: Path) -> SigningKey | None:
    """Return the key in a file; nothing where there is none, or none that can be read."""
    try:
        return SigningKey.read(path)
    except (FileNotFoundError, ValueError, UnsupportedAlgorithm):
        return None


def is_signed_by(public_line: str, message: bytes, armoured: str, namespace: str = GIT) -> bool:
    """Say whether the armoured SSH signature over a message was made by the key of a public line."""
    body = "".join(line for line in armoured.strip().splitlines() if not line.startswith("-----"))
    try:
        key = _public_key(public_line)
        blob = base64.b64decode(body, validate=True)
        if not isinstance(key, Ed25519PublicKey) or not blob.startswith(_MAGIC + struct.pack(">I", 1)):
            return False
        public, _, _, hash_name, signature = _strings(blob[len(_MAGIC) + 4 :])
        _, raw = _strings(signature)
        if public != _public_blob(key) or hash_name != _HASH:
            return False
        key.verify(raw, _signed_data(message, namespace))
    except (ValueError, struct.error, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def signer_in(armoured: str) -> str:
    """Return the public line of the key that an armoured SSH signature names as its own; nothing where it is none."""
    body = "".join(line for line in armoured.strip().splitlines() if not line.startswith("-----"))
    try:
        public, *_ = _strings(base64.b64decode(body, validate=True)[len(_MAGIC) + 4 :])
    except (ValueError, struct.error):
        return ""
    return f"ssh-ed25519 {base64.b64encode(public).decode()}"


def signatures_of(key: NoteKey, signed: SignedHead) -> Iterator[NoteSignature]:
    """Give out the signatures under a tree head, or another note, that a key did make."""
    for each in signed.of(key):
        seen_at = each.seen_at if key.type == KeyType.COSIGNATURE else None
        if (seen_at is None) == (key.type == KeyType.COSIGNATURE):
            continue
        try:
            public = Ed25519PublicKey.from_public_bytes(key.public)
            public.verify(each.signed[8 if seen_at else 0 :], key.message(signed.text, seen_at))
        except (ValueError, InvalidSignature):
            continue
        yield each


def cosigned_at(key: NoteKey, signed: SignedHead) -> datetime | None:
    """Return when a witness last co-signed a tree head; None where it did not."""
    return max((each.seen_at for each in signatures_of(key, signed) if each.seen_at is not None), default=None)


@lru_cache(maxsize=8)
def _public_key(public_line: str) -> object:
    """Return the key of a public line; the one that signs a ledger is asked for at every event."""
    return serialization.load_ssh_public_key(public_line.encode())


def fingerprint_of(public_line: str) -> str:
    """Return the fingerprint of a public key, as ``ssh-keygen -l`` shows it."""
    digest = hashlib.sha256(base64.b64decode(public_line.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _public_blob(public: Ed25519PublicKey) -> bytes:
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _string(b"ssh-ed25519") + _string(raw)


def _signed_data(message: bytes, namespace: str) -> bytes:
    digest = hashlib.sha512(message).digest()
    return _MAGIC + _string(namespace.encode()) + _string(b"") + _string(_HASH) + _string(digest)


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _strings(data: bytes) -> list[bytes]:
    parts = []
    while data:
        (size,) = struct.unpack(">I", data[:4])
        parts.append(data[4 : 4 + size])
        data = data[4 + size :]
    return parts
