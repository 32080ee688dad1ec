"""The cache of what reading issued files back found: sealed with the library's secret, so that nobody slips one in."""

import hashlib
import hmac
import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docctl.machine.file_lock import take_lock
from docctl.machine.program_sources import digest_of

FORMAT = 1
_FOUND_BY = (
    *("adapters/reading_view", "adapters/reading_back", "adapters/word_document", "adapters/conversion"),
    *("adapters/pandoc_filters", "adapters/typst", "domain/issued_files", "texts", "word_format"),
)
"""What makes files and pages and reads them: where it has changed, files are measured anew."""
# What makes a file has a minute and a half at most, and is waited for a little longer.
LOCK_WITHIN_SECONDS = 120
log = logging.getLogger(__name__)


class Measurements:
    """Keeps the newest measurement of each fingerprint, with what the files were made of, in a folder of its own."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder = folder
        self._secret = secret

    @contextmanager
    def making(self, fingerprint: str) -> Iterator[None]:
        """Wait while somebody else makes and reads the same files, in whichever process, so that it is done once."""
        path = self._path(fingerprint).with_suffix(".lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as trouble:
            log.warning("Files are measured, and nobody who measures the same waits: %s", trouble.strerror)
            yield
            return
        try:
            take_lock(descriptor, "files that are being measured", LOCK_WITHIN_SECONDS)
            yield
        finally:
            os.close(descriptor)

    def kept(self, fingerprint: str, made_of: str) -> list[dict[str, Any]] | None:
        """Return what was found in files made of exactly that; None where they have to be made and read."""
        try:
            seal, _, text = self._path(fingerprint).read_bytes().partition(b"\n")
        except OSError:
            return None
        if not hmac.compare_digest(seal, self._seal(fingerprint, text)):
            return None
        measured = json.loads(text)
        return list(measured["found"]) if measured["made_of"] == made_of else None

    def keep(self, fingerprint: str, made_of: str, found: list[dict[str, Any]]) -> None:
        """Keep what was found, in place of what was found before."""
        path, text = self._path(fingerprint), json.dumps({"made_of": made_of, "found": found}).encode()
        draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(self._seal(fingerprint, text) + b"\n" + text)
            draft.replace(path)
        except OSError as trouble:
            log.warning("Files were measured, and what was found is not kept: %s", trouble.strerror)

    def forget(self, fingerprint: str) -> None:
        """Take a measurement out of the cache."""
        self._path(fingerprint).unlink(missing_ok=True)

    def _path(self, fingerprint: str) -> Path:
        return self._folder / fingerprint[:2] / fingerprint[2:]

    def _seal(self, fingerprint: str, text: bytes) -> bytes:
        key = f"measured {FORMAT}:{digest_of(*_FOUND_BY)}:{self._secret}".encode()
        return hmac.new(key, fingerprint.encode() + b"\0" + text, hashlib.sha256).hexdigest().encode()
