"""The library's own Ed25519 key, which signs every ledger commit in Git's SSH format."""

import base64
import hashlib
import os
import struct
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LEDGER_PRINCIPAL = "ledger@docctl.invalid"
GIT, CHECKPOINT = "git", "docctl-checkpoint"
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
        return f'{LEDGER_PRINCIPAL} namespaces="{GIT},{CHECKPOINT}" {self.public_line}\n'

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

    def accepts(self, message: bytes, armoured: str, namespace: str = GIT) -> bool:
        """Say whether the signature over the message is this key's own."""
        body = "".join(line for line in armoured.strip().splitlines() if not line.startswith("-----"))
        try:
            blob = base64.b64decode(body, validate=True)
            if not blob.startswith(_MAGIC + struct.pack(">I", 1)):
                return False
            public, _, _, hash_name, signature = _strings(blob[len(_MAGIC) + 4 :])
            _, raw = _strings(signature)
            if public != _public_blob(self._public) or hash_name != _HASH:
                return False
            self._public.verify(raw, _signed_data(message, namespace))
        except (ValueError, struct.error, InvalidSignature):
            return False
        return True


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
