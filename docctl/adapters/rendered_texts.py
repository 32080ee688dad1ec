"""The cache of rendered texts: sealed with the library's secret, so that nobody reads what was slipped into it."""

import hashlib
import hmac
import json
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from docctl.domain.documents.reading_text import ReadingView, Section
from docctl.machine.program_sources import digest_of

FORMAT = 4
_SHAPED_BY = ("adapters/reading_view", "texts")
"""What makes a page of a text: where it has changed, texts are rendered anew."""
log = logging.getLogger(__name__)
IN_MEMORY = 128


class RenderedTexts:
    """Keeps rendered texts by the SHA-256 of their source, in memory and in a folder that may be deleted."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder = folder
        self._secret = secret
        self._recent: OrderedDict[str, ReadingView] = OrderedDict()
        self._lock = threading.Lock()

    def get_or_make(self, source_sha256: str, make: Callable[[], ReadingView]) -> ReadingView:
        """Return the rendered text, from the cache where it is kept there unaltered."""
        with self._lock:
            if source_sha256 in self._recent:
                self._recent.move_to_end(source_sha256)
                return self._recent[source_sha256]
        path = self._folder / source_sha256[:2] / source_sha256[2:]
        view = self._read(path, source_sha256)
        if view is None:
            view = make()
            try:
                self._write(path, source_sha256, view)
            except OSError as trouble:
                log.warning("A text was rendered but not kept: %s", trouble.strerror)
        with self._lock:
            self._recent[source_sha256] = view
            while len(self._recent) > IN_MEMORY:
                self._recent.popitem(last=False)
        return view

    def forget(self, source_sha256: str) -> bool:
        """Take a rendered text out of the cache; say whether it was kept there."""
        path = self._folder / source_sha256[:2] / source_sha256[2:]
        was_kept = path.exists()
        with self._lock:
            self._recent.pop(source_sha256, None)
        path.unlink(missing_ok=True)
        return was_kept

    def keeps(self, source_sha256: str) -> bool:
        """Say whether a rendered text is in the cache's folder."""
        return (self._folder / source_sha256[:2] / source_sha256[2:]).exists()

    def kept(self, source_sha256: str) -> ReadingView | None:
        """Return the text in the cache's folder that people are shown; nothing where there is none, or none sealed."""
        return self._read(self._folder / source_sha256[:2] / source_sha256[2:], source_sha256)

    def _read(self, path: Path, source_sha256: str) -> ReadingView | None:
        try:
            seal, _, text = path.read_bytes().partition(b"\n")
        except OSError:
            return None
        if not hmac.compare_digest(seal, self._seal(source_sha256, text)):
            return None
        try:
            kept = json.loads(text)
            return ReadingView(kept["html"], tuple(Section(**row) for row in kept["sections"]), kept["text"])
        except (ValueError, LookupError, TypeError):
            return None

    def _write(self, path: Path, source_sha256: str, view: ReadingView) -> None:
        text = json.dumps(asdict(view), ensure_ascii=False).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        draft.write_bytes(self._seal(source_sha256, text) + b"\n" + text)
        draft.replace(path)

    def _seal(self, source_sha256: str, text: bytes) -> bytes:
        message = source_sha256.encode() + b"\0" + text
        key = f"{FORMAT}:{digest_of(*_SHAPED_BY)}:{self._secret}".encode()
        return hmac.new(key, message, hashlib.sha256).hexdigest().encode()
