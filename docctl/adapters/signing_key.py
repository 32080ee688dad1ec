"""The library's own Ed25519 keys: the one that signs every ledger commit in Git's SSH format, and those before it."""

import base64
import hashlib
import os
import struct
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.ledger_keys import GIT, LedgerKey, LedgerKeys
from docctl.machine.crash_point import crash_point
from docctl.machine.file_lock import take_lock

_MAGIC = b"SSHSIG"
_HASH = b"sha512"
LOCK_WITHIN_SECONDS = 30


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

    def sign_plainly(self, message: bytes) -> bytes:
        """Return the 64 bytes of a signature over the message as it is, as a signed note holds it."""
        return self._private.sign(message)

    def accepts(self, message: bytes, armoured: str, namespace: str = GIT) -> bool:
        """Say whether the signature over the message is this key's own."""
        return is_signed_by(self.public_line, message, armoured, namespace)


class KeyFolder:
    """The folder of the ledger's keys: the one that signs, one that is to follow it, and those of before.

    The keys of before sign nothing any more; a backup from their time is restored with them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held = _read_if_whole(folder / "ledger_key")

    @property
    def held(self) -> SigningKey:
        """The key that was last found in force; raise LibraryMismatchError where there is none."""
        if self._held is None:
            raise LibraryMismatchError(
                "The key that signs the ledger is missing from the folder keys/, so nothing was recorded; bring it "
                "back from your backup of the keys."
            )
        return self._held

    @property
    def held_line(self) -> str:
        """The public line of the key that is held; nothing where there is none."""
        return self._held.public_line if self._held is not None else ""

    def key(self, public_line: str) -> SigningKey:
        """Return the key in force, which a rotation elsewhere may have changed; raise LibraryMismatchError without it.

        After a crash it may still be called the next one.
        """
        if self._held is not None and self._held.public_line == public_line:
            return self._held
        for path in (self.folder / "ledger_key", self._next):
            found = _read_if_whole(path)
            if found is not None and found.public_line == public_line:
                self._held = found
                return found
        raise LibraryMismatchError(
            "The ledger's key in the folder keys/ is not the one that the audit trail names, so nothing was recorded; "
            "bring it back from your backup of the keys."
        )

    @contextmanager
    def rotating(self) -> Iterator[None]:
        """Keep everybody else from rotating meanwhile."""
        descriptor = os.open(self.folder / "rotation.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            take_lock(descriptor, "the ledger's keys", LOCK_WITHIN_SECONDS)
            yield
        finally:
            os.close(descriptor)

    def prepare_next(self) -> SigningKey:
        """Make the key that is to follow; one that an interrupted rotation left unused is thrown away."""
        self._next.unlink(missing_ok=True)
        made = SigningKey.create(self._next)
        self._sync()
        crash_point("next key written")
        return made

    def settle(self, keys: LedgerKeys) -> bool:
        """Let the folder say what the audit trail says: the key in force in its place, the public ones of before kept.

        Returns whether anything had to be done.
        """
        if not self._next.exists():
            return False
        if self.key(keys.current).public_line == SigningKey.read(self._next).public_line:
            for place, key in enumerate(keys.keys[:-1], 1):
                _write(self.folder / f"ledger_key.{place:03}.pub", f"{key.public_line}\n")
            crash_point("key half changed")
            self._set_foreign_aside({key.public_line for key in keys.keys})
            self.keep_present()
            crash_point("former key kept")
            self._next.replace(self.folder / "ledger_key")
        else:
            self._next.unlink()
        self._sync()
        crash_point("key changed")
        return True

    def keep_present(self, unless: str = "") -> None:
        """Keep the key that is in its place under a name of its own too, before another one takes that place.

        The key of the public line that is named stays where it is.
        """
        path = self.folder / "ledger_key"
        there = _read_if_whole(path)
        if there is not None and there.public_line != unless:
            _write(self.folder / f"ledger_key.{_short(there.public_line)}", path.read_text(), 0o600)
            self._sync()

    def take_up(self, public_line: str) -> bool:
        """Put the key of a public line in its place, where it is kept here; say whether it is in its place then."""
        for path in sorted(self.folder.glob("ledger_key*")):
            found = _read_if_whole(path)
            if found is not None and found.public_line == public_line:
                if path.name != "ledger_key":
                    self.keep_present()
                    path.replace(self.folder / "ledger_key")
                    self._sync()
                self._held = found
                return True
        return False

    def _set_foreign_aside(self, known: Collection[str]) -> None:
        """Keep a key that was found in the place of the lost one, whatever it opens."""
        path = self.folder / "ledger_key"
        there = _read_if_whole(path)
        if path.exists() and (there is None or there.public_line not in known):
            path.replace(self.folder / "ledger_key.set_aside")

    def write_signers(self, keys: LedgerKeys) -> None:
        """Let stock Git in the data folder accept what the keys signed, each in its time."""
        path = self.folder / "allowed_signers"
        if not path.exists() or path.read_text() != keys.allowed_signers:
            _write(path, keys.allowed_signers)
            self._sync()

    @property
    def _next(self) -> Path:
        return self.folder / "ledger_key.next"

    def _sync(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _read_if_whole(path: Path) -> SigningKey | None:
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


def is_plainly_signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the 64 bytes over a message as it is were made by the key of 32 bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (ValueError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=8)
def _public_key(public_line: str) -> object:
    """Return the key of a public line; the one that signs a ledger is asked for at every event."""
    return serialization.load_ssh_public_key(public_line.encode())


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    draft = path.with_name(f".{path.name}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def fingerprint_of(public_line: str) -> str:
    """Return the fingerprint of a public key, as ``ssh-keygen -l`` shows it."""
    digest = hashlib.sha256(base64.b64decode(public_line.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _short(public_line: str) -> str:
    """Return by what a key is told from the others in its folder: the beginning of its fingerprint, as hex digits."""
    return hashlib.sha256(base64.b64decode(public_line.split()[1])).hexdigest()[:16]


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
