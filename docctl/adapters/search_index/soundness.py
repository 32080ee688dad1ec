"""Whether the files of the index are those that were written: each commit seals the checksums of all its files."""

import hashlib
import hmac
import json
import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from whoosh.codec.base import Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.writing import SegmentWriter

from docctl.adapters.search_index.schema import INDEX_NAME

SEAL = "seal_"
Signature = tuple[int, int, int, int]


class DamagedIndexError(Exception):
    """A file of the index is not the one that was written, or nobody sealed it."""


class SealedFolder(FileStorage):
    """The index's folder for writing: its table of contents gets its name only after all of its files are sealed."""

    def __init__(self, folder: Path, secret: str, known: Mapping[str, str]) -> None:
        super().__init__(str(folder))
        self._secret, self._known = secret, known
        self._segments: set[str] = set()

    def seal_with(self, segments: Iterable[Segment]) -> None:
        """Say which segments the next table of contents names."""
        self._segments = {segment.segment_id() for segment in segments}

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Give a file its name; before the table of contents gets it, seal what belongs to it."""
        if TOC._pattern(INDEX_NAME).match(newname):
            folder = Path(self.folder)
            files = [name for name in os.listdir(folder) if self._is_named(name)]
            sums = {name: self._known.get(name) or _sum_of(folder / name) for name in sorted(files)}
            _seal(folder, newname, self._secret, sums | {newname: _sum_of(folder / oldname)})
        super().rename_file(oldname, newname, safe)

    def _is_named(self, name: str) -> bool:
        found = TOC._segment_pattern(INDEX_NAME).match(name)
        return found is not None and found[1] in self._segments


class SealingWriter(SegmentWriter):
    """A writer of Whoosh that says which segments stay before their table of contents gets its name."""

    def _commit_toc(self, segments: list[Segment]) -> None:
        self.storage.seal_with(segments)
        super()._commit_toc(segments)


class SoundFiles:
    """The files of an index as they were last found sound; each is read again only when it has changed on disk."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder, self._secret = folder, secret
        self._seen: dict[str, tuple[Signature, str]] = {}

    def require(self, toc: str) -> Signature:
        """Return what tells one commit from another; raise DamagedIndexError where a file differs from the sealed."""
        sums = sealed(self._folder, toc, self._secret)
        for name, wanted in sums.items():
            found = _signature(self._folder / name)
            if self._seen.get(name) != (found, wanted):
                if _sum_of(self._folder / name) != wanted:
                    raise DamagedIndexError(f"{name} is not what was written")
                self._seen[name] = found, wanted
        for name in self._seen.keys() - sums.keys():
            del self._seen[name]
        return self._seen[toc][0]


def sealed(folder: Path, toc: str, secret: str) -> dict[str, str]:
    """Return the sealed checksums of a commit; raise DamagedIndexError where this library did not seal them."""
    try:
        seal, text = (folder / f"{SEAL}{toc}").read_text().split("\n", 1)
    except (FileNotFoundError, ValueError) as missing:
        raise DamagedIndexError(f"{toc} is not sealed") from missing
    if not hmac.compare_digest(seal.encode(), _seal_of(secret, text).encode()):
        raise DamagedIndexError(f"{toc} was sealed by somebody else")
    return dict(json.loads(text))


def drop_other_seals(folder: Path, toc: str) -> None:
    """Remove the seals of earlier commits."""
    for path in folder.glob(f"{SEAL}*"):
        if path.name != f"{SEAL}{toc}":
            path.unlink(missing_ok=True)


def start_empty(folder: Path) -> None:
    """Make the folder an empty one, whatever stands in its place."""
    if folder.is_dir() and not folder.is_symlink():
        with suppress(OSError):
            folder.chmod(stat.S_IRWXU)
        shutil.rmtree(folder, ignore_errors=True)
    elif os.path.lexists(folder):
        folder.unlink()
    if folder.exists():
        # What cannot be removed, a file of somebody else for example, is put aside.
        folder.rename(folder.with_name(f"{folder.name}.damaged-{folder.stat().st_mtime_ns}"))
    folder.mkdir(parents=True)


def _seal(folder: Path, toc: str, secret: str, sums: Mapping[str, str]) -> None:
    text = json.dumps(sums)
    path = folder / f"{SEAL}{toc}"
    path.with_suffix(".new").write_text(f"{_seal_of(secret, text)}\n{text}")
    path.with_suffix(".new").replace(path)


def _seal_of(secret: str, text: str) -> str:
    return hmac.new(f"search index:{secret}".encode(), text.encode(), hashlib.sha256).hexdigest()


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _signature(path: Path) -> Signature:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
