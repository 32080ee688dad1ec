"""Writing the index: what was put and removed becomes one commit of Whoosh, sealed, or none."""

import json
import math
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from whoosh.codec.base import Segment
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from docctl.adapters.search_index.schema import INDEX_NAME, SCHEMA
from docctl.adapters.search_index.soundness import SealedFolder, SealingWriter, drop_other_seals, sealed, start_empty
from docctl.domain.search.entry import SearchEntry
from docctl.machine.torn_files import mark_unfinished

WRITER_MEMORY_MB = 512
MERGE_WIDTH = 5
LARGE_SEGMENT = 500
DOUBTFUL = "doubtful"


def _merge_alike(writer: SegmentWriter, segments: list[Segment], wiping: bool = False) -> list[Segment]:
    """Merge small segments of about the same size, and any of which most is deleted; wiping, of which anything is."""
    by_size: dict[int, list[Segment]] = defaultdict(list)
    for segment in segments:
        if segment.doc_count() < LARGE_SEGMENT:
            by_size[int(math.log(max(segment.doc_count(), 1), MERGE_WIDTH))].append(segment)
    share = 0 if wiping else 0.5
    merged = [segment for segment in segments if segment.deleted_count() > segment.doc_count_all() * share]
    for alike in by_size.values():
        if len(alike) >= MERGE_WIDTH:
            merged += [segment for segment in alike if segment not in merged]
    for segment in merged:
        with closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
            writer.add_reader(reader)
    return [segment for segment in segments if segment not in merged]


class SearchUpdate:
    """A change of the index in progress, made by the one process that holds the writer lock."""

    def __init__(
        self, folder: Path, secret: str, watermark: int, document_of: Callable[[SearchEntry], dict[str, object]]
    ) -> None:
        self.watermark = watermark
        self._folder, self._secret, self._document_of = folder, secret, document_of
        self._entries: dict[int, SearchEntry | None] = {}

    def put(self, entry: SearchEntry) -> None:
        """Add a revision, or replace what is known of it."""
        self._entries[entry.revision_id] = entry

    def remove(self, revision_id: int) -> None:
        """Take a revision out of the index."""
        self._entries[revision_id] = None

    def commit(self, watermark: int, chain: str = "", *, wiping: bool = False) -> None:
        """Write what was put and removed with the place in the audit trail, all or nothing.

        Wiping, nothing that was removed is left.
        """
        mark_unfinished(self._folder / DOUBTFUL)
        toc = TOC._filename(INDEX_NAME, TOC._latest_generation(FileStorage(str(self._folder)), INDEX_NAME))
        storage = SealedFolder(self._folder, self._secret, sealed(self._folder, toc, self._secret))
        index = FileIndex(storage, SCHEMA, INDEX_NAME)
        writer = SealingWriter(index, limitmb=WRITER_MEMORY_MB, codec=W3Codec(compression=0), compound=False)
        place = {"watermark": watermark, "chain": chain}
        try:
            for key in ("watermark", *map(str, self._entries)):
                writer.delete_by_term("key", key)
            for entry in filter(None, self._entries.values()):
                writer.add_document(**self._document_of(entry))
            writer.add_document(key="watermark", facts=json.dumps(place).encode())
        except Exception:
            writer.cancel()
            raise
        writer.commit(mergetype=partial(_merge_alike, wiping=wiping))
        drop_other_seals(self._folder, TOC._filename(INDEX_NAME, writer.generation))
        (self._folder / DOUBTFUL).unlink(missing_ok=True)
        self._entries.clear()
        self.watermark = watermark


def start_again(folder: Path, secret: str) -> None:
    """Begin an empty index, whatever stands in its place."""
    start_empty(folder)
    TOC.create(SealedFolder(folder, secret, {}), SCHEMA, INDEX_NAME)
