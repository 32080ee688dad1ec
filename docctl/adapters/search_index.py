"""The search index in Whoosh: one Whoosh document per revision, rebuilt from the library whenever it is in doubt."""

import copy
import fcntl
import json
import math
import os
import pickle
import shutil
import struct
import threading
import time
import zlib
from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import astuple
from datetime import date
from functools import lru_cache
from heapq import nsmallest
from itertools import islice
from pathlib import Path

from whoosh import columns, fields, formats
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.lang import NoStemmer, NoStopWords, stemmer_for_language, stopwords_for_language
from whoosh.reading import CorruptIndexError, SegmentReader

from docctl.domain.search_entry import SearchEntry, SearchHit, SearchNote, SearchResults
from docctl.domain.search_facts import FACETS, RevisionFacts, facts_of, main_language
from docctl.domain.search_passage import SectionStart, best_passage, laid_out
from docctl.domain.search_query import Unit, fold, parse, with_words_replaced, words_of
from docctl.domain.search_ranking import Found, rank, worth

INDEX_NAME = "entries1"
WRITER_MEMORY_MB = 512
POSTINGS_KEPT = 4_000_000
MERGE_WIDTH = 5
MOST_BEGINNINGS = 3_000
MOST_SUGGESTED = 3
AUDIENCES_KEPT = 64
NUMBER_WORTH = 100.0
READING_ATTEMPTS = 5
UNFINISHED, DOUBTFUL = "unfinished", "doubtful"


class _Occurrences(formats.Format):
    """Keeps where a word stands: positions (in words), then places (in characters), as 32-bit numbers."""


class _PreparedField(fields.FieldType):
    """A field whose words were already taken apart: its value is what Whoosh stores, so nothing is analysed twice."""

    def __init__(self, postings_format: formats.Format) -> None:
        super().__init__(postings_format, None)

    def index(self, value, **_ignored):
        """Give Whoosh each word, how often it stands there, its weight and where."""
        return value


SCHEMA = fields.Schema(
    key=fields.ID(),
    stem=_PreparedField(_Occurrences()),
    word=_PreparedField(formats.Existence()),
    title=_PreparedField(formats.Existence()),
    facts=fields.COLUMN(columns.VarBytesColumn()),
    text=fields.STORED(),
    sections=fields.STORED(),
)


@lru_cache(maxsize=32)
def _stemmer(language: str):
    """Return the function that takes endings off the words of a language."""
    try:
        return lru_cache(maxsize=200_000)(stemmer_for_language("en_porter" if language == "en" else language))
    except NoStemmer:
        return str


@lru_cache(maxsize=32)
def _stop_words(language: str) -> frozenset[str]:
    """Return the words of a language that say nothing about a document."""
    try:
        return frozenset(fold(word) for word in stopwords_for_language(language)) | {"s", "t"}
    except NoStopWords:
        return frozenset()


def _whoosh_document(entry: SearchEntry) -> dict[str, object]:
    """Return what Whoosh is given for a revision."""
    language = main_language(entry.language)
    stem, stop = _stemmer(language), _stop_words(language)
    text, sections = laid_out(entry)
    places: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    words = set()
    position = 0
    for position, (word, start, _) in enumerate(words_of(text)):
        if word not in stop:
            words.add(word)
            positions, starts = places[stem(word)]
            positions.append(position)
            starts.append(start)
    head = " ".join((entry.number, entry.title, *entry.keywords))
    in_title = {stem(word) for word, _, _ in words_of(head) if word not in stop}
    return {
        "key": f"revision:{entry.revision_id}",
        "stem": [
            (found.encode(), len(positions), float(len(positions)), array("I", positions + starts).tobytes())
            for found, (positions, starts) in places.items()
        ],
        "word": [(word.encode(), 1, 1.0, b"") for word in words],
        "title": [(word.encode(), 1, 1.0, b"") for word in in_title],
        "facts": json.dumps(facts_of(entry, position + 1), ensure_ascii=False).encode(),
        "text": text,
        "sections": [astuple(section) for section in sections],
    }


def _merge_alike(writer, segments):
    """Merge segments when there are several of about the same size, or when most of one is deleted."""
    by_size = defaultdict(list)
    for segment in segments:
        by_size[int(math.log(max(segment.doc_count(), 1), MERGE_WIDTH))].append(segment)
    merged = [segment for segment in segments if segment.deleted_count() * 2 > segment.doc_count_all()]
    for alike in by_size.values():
        if len(alike) >= MERGE_WIDTH:
            merged += [segment for segment in alike if segment not in merged]
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in merged]


class _Segment:
    """One Whoosh segment open for reading; it never changes, so what is read from it is kept."""

    def __init__(self, storage: FileStorage, segment, first: int) -> None:
        undeleted = copy.copy(segment)
        undeleted._deleted = None
        self.first = first
        self.segment_id = segment.segment_id()
        self.reader = SegmentReader(storage, SCHEMA, undeleted)
        column = self.reader.column_reader("facts")
        rows = [json.loads(column[number] or b"{}") for number in range(self.reader.doc_count_all())]
        self.watermarks = {first + at: row["watermark"] for at, row in enumerate(rows) if "watermark" in row}
        self.known = RevisionFacts(first, rows)
        self._kept: OrderedDict[tuple[str, str], tuple[array, array]] = OrderedDict()
        self._kept_count = 0

    def _blocks(self, name: str, term: str) -> Iterator[tuple[Sequence[int], Sequence[float], Sequence[bytes]]]:
        """Give the postings of a word in whole blocks: reading them one by one costs several times as much."""
        if (name, term.encode()) not in self.reader:
            return
        matcher = self.reader.postings(name, term)
        while matcher.is_active():
            matcher.id(), matcher.weight(), matcher.value()
            if hasattr(matcher, "_next_block"):
                yield matcher._ids, matcher._weights, matcher._values
                matcher._next_block()
            else:
                yield (matcher.id(),), (matcher.weight(),), (matcher.value(),)
                matcher.next()

    def frequencies(self, name: str, term: str) -> dict[int, float]:
        """Return how often a word stands in each document that has it."""
        kept = self._kept.get((name, term))
        if kept is None:
            kept = array("I"), array("f")
            for ids, weights, _ in self._blocks(name, term):
                kept[0].extend([self.first + number for number in ids])
                kept[1].extend(weights)
            self._kept[name, term] = kept
            self._kept_count += len(kept[0]) + 16
            while self._kept_count > POSTINGS_KEPT:
                _, (ids, _) = self._kept.popitem(last=False)
                self._kept_count -= len(ids) + 16
        else:
            self._kept.move_to_end((name, term))
        return dict(zip(*kept, strict=True))

    def holds(self, document: int) -> bool:
        """Tell whether a document is in this segment."""
        return self.first <= document < self.first + len(self.known.facts)

    def places(self, term: str, documents: Set[int]) -> dict[int, tuple[array, array]]:
        """Return for each of these documents the positions of a word and where it starts in the text."""
        found: dict[int, tuple[array, array]] = {}
        for ids, _, values in self._blocks("stem", term):
            for number, value in zip(ids, values, strict=True):
                if self.first + number in documents:
                    both = array("I", value)
                    found[self.first + number] = both[: len(both) // 2], both[len(both) // 2 :]
        return found

    def words_beginning(self, beginning: str) -> list[str]:
        """Return the words of this segment that begin so."""
        words = self.reader.expand_prefix("word", beginning)
        return [word.decode() for word in islice(words, MOST_BEGINNINGS)]

    def words_like(self, word: str, distance: int) -> Iterable[str]:
        """Return the words of this segment that differ by at most so many letters, with the same first letter."""
        return self.reader.terms_within("word", word, maxdist=distance, prefix=1)


class _Snapshot:
    """The index as one commit left it: its segments, and which documents of them are live."""

    def __init__(self, storage: FileStorage, toc: TOC, before: "_Snapshot | None", stamp: object) -> None:
        self.stamp = stamp
        reusable = {one.segment_id: one for one in before.segments} if before else {}
        self.next_number = before.next_number if before else 0
        self.segments: list[_Segment] = []
        self.deleted: set[int] = set()
        for segment in toc.segments:
            opened = reusable.get(segment.segment_id())
            if opened is None:
                opened = _Segment(storage, segment, self.next_number)
                self.next_number += segment.doc_count_all()
            self.segments.append(opened)
            self.deleted.update(opened.first + number for number in segment.deleted_docs())
        self.languages = sorted(set().union(*(segment.known.languages for segment in self.segments)) or {"en"})
        self.stop_words = frozenset().union(*map(_stop_words, self.languages))
        self.lengths = {number: length for segment in self.segments for number, length in segment.known.lengths.items()}
        self._visible: dict[tuple[frozenset[str] | None, bool], set[int]] = {}

    @property
    def watermark(self) -> int:
        """The number of the last event whose effects are in the index."""
        marks = [mark for one in self.segments for at, mark in one.watermarks.items() if at not in self.deleted]
        return max(marks, default=0)

    def segment_of(self, document: int) -> _Segment:
        """Return the segment a document is in."""
        return next(one for one in self.segments if one.holds(document))

    def facts(self, document: int) -> Mapping[str, object]:
        """Return what is known of a document besides its text."""
        return self.segment_of(document).known.of(document)

    def stored(self, document: int) -> dict[str, object]:
        """Return the text of a document and where its sections begin."""
        segment = self.segment_of(document)
        return segment.reader.stored_fields(document - segment.first)

    def visible(self, audience: frozenset[str] | None, every_revision: bool) -> set[int]:
        """Return the documents this audience may find; every number shown is counted among these only."""
        key = (audience, every_revision)
        if key not in self._visible:
            if len(self._visible) > AUDIENCES_KEPT:
                self._visible.clear()
            each = (segment.known.visible(audience, every_revision) for segment in self.segments)
            self._visible[key] = set().union(*each) - self.deleted
        return self._visible[key]

    def frequencies(self, name: str, terms: Iterable[str]) -> dict[int, float]:
        """Return how often any of these words stands in each document that has one."""
        together: dict[int, float] = {}
        for segment in self.segments:
            for term in terms:
                found = segment.frequencies(name, term)
                if not together:
                    together = found
                elif together.keys().isdisjoint(found):
                    together.update(found)
                else:
                    for document, frequency in found.items():
                        together[document] = together.get(document, 0.0) + frequency
        return together

    def stems(self, word: str) -> list[str]:
        """Return the word without its ending, in each language of the library."""
        return sorted({_stemmer(language)(word) for language in self.languages})

    def places(self, word: str, documents: Set[int]) -> dict[int, tuple[array, array]]:
        """Return where a word stands in these documents: its positions, and its places in the text."""
        together: dict[int, tuple[array, array]] = {}
        for segment in self.segments:
            inside = {number for number in documents if segment.holds(number)}
            for stem in self.stems(word) if inside else ():
                for document, (positions, starts) in segment.places(stem, inside).items():
                    before = together.get(document, (array("I"), array("I")))
                    together[document] = before[0] + positions, before[1] + starts
        return together

    def words_beginning(self, beginning: str) -> list[str]:
        """Return the words of the library that begin so."""
        return list(dict.fromkeys(word for one in self.segments for word in one.words_beginning(beginning)))


class _Question:
    """One question put to one state of the index, by one audience; everything is counted among ``visible``."""

    def __init__(self, snapshot: _Snapshot, text: str, audience: frozenset[str] | None, every_revision: bool) -> None:
        self.snapshot = snapshot
        self.text = text
        self.query = parse(text)
        self.every_revision = every_revision and audience is None
        self.visible = snapshot.visible(audience, self.every_revision)
        self.notes = list(self.query.notes)
        telling = tuple(unit for unit in self.query.units if unit.kind != "word" or not self._is_stop_word(unit))
        self.units = telling or self.query.units

    def _is_stop_word(self, unit: Unit) -> bool:
        return unit.words[0] in self.snapshot.stop_words

    def narrowed(self, chosen: Mapping[str, Sequence[str]]) -> set[int]:
        """Return the visible documents that pass the filters, those typed and those chosen from the facets."""
        left = self.visible
        for name, values in (*self.query.filters.items(), *chosen.items()):
            if name == "state" and not self.every_revision:
                self.notes.append(SearchNote("state-filter"))
                continue
            wanted = [value for value in values if value]
            if wanted:
                segments = self.snapshot.segments
                left = left & set().union(*(one.known.with_value(name, value) for one in segments for value in wanted))
        return left

    def found(self, unit: Unit) -> Found:
        """Return where a word, a phrase or a beginning is found."""
        if unit.kind == "prefix":
            return Found(self.snapshot.frequencies("word", self.snapshot.words_beginning(unit.words[0])), frozenset())
        if unit.kind == "phrase":
            return Found(self._phrase(unit.words), frozenset())
        stems = self.snapshot.stems(unit.words[0])
        return Found(self.snapshot.frequencies("stem", stems), self.snapshot.frequencies("title", stems).keys())

    def _phrase(self, words: Sequence[str]) -> dict[int, float]:
        """Return the documents in which the words follow each other as given."""
        telling = [(at, word) for at, word in enumerate(words) if word not in self.snapshot.stop_words]
        candidates = self.visible
        for _, word in telling:
            candidates = candidates & self.snapshot.frequencies("word", (word,)).keys()
        starts: dict[int, set[int]] = {}
        for at, word in telling:
            places = self.snapshot.places(word, candidates)
            for document, (positions, _) in places.items():
                shifted = {position - at for position in positions}
                starts[document] = starts[document] & shifted if document in starts else shifted
            candidates = {document for document in candidates if starts.get(document)}
        return {document: float(len(starts[document])) for document in candidates} if telling else {}

    def marks(self, documents: Set[int]) -> dict[int, dict[str, Sequence[int]]]:
        """Return for each document the places in its text of what was asked for."""
        marks: dict[int, dict[str, Sequence[int]]] = defaultdict(dict)
        for unit in self.units:
            words = unit.words if unit.kind != "prefix" else self.snapshot.words_beginning(unit.words[0])
            for word in words:
                if unit.kind == "prefix":
                    within = documents & self.snapshot.frequencies("word", (word,)).keys()
                else:
                    within = documents
                for document, (_, starts) in self.snapshot.places(word, within).items() if within else ():
                    marks[document][word] = starts
        return marks

    def suggestion(self, found: Sequence[Found]) -> str | None:
        """Return the question with words that nobody uses replaced by near ones from visible documents."""
        replaced: list[tuple[str, str]] = []
        for unit, where in zip(self.units, found, strict=True):
            for word in unit.words if unit.kind != "prefix" else ():
                if len(replaced) < MOST_SUGGESTED and len(word) > 2 and not any(map(str.isdigit, word)):
                    known = where.frequencies if unit.kind == "word" else self.found(Unit((word,))).frequencies
                    nearest = None if known.keys() & self.visible else self._nearest(word)
                    if nearest:
                        replaced.append((word, nearest))
        return with_words_replaced(self.text, replaced) if replaced else None

    def _nearest(self, word: str) -> str | None:
        """Return the word of visible documents that is nearest, of several the most frequent."""
        for distance in (1, 2) if len(word) > 4 else (1,):
            near = {like for segment in self.snapshot.segments for like in segment.words_like(word, distance)}
            counted = {like: len(self.snapshot.frequencies("word", (like,)).keys() & self.visible) for like in near}
            seen = [(-count, like) for like, count in counted.items() if count]
            if seen:
                return min(seen)[1]
        return None


class SearchUpdate:
    """A change of the index in progress, made by the one process that holds the writer lock."""

    def __init__(self, folder: Path, watermark: int) -> None:
        self.watermark = watermark
        self._folder = folder
        self._entries: dict[int, SearchEntry | None] = {}

    def put(self, entry: SearchEntry) -> None:
        """Add a revision, or replace what is known of it."""
        self._entries[entry.revision_id] = entry

    def remove(self, revision_id: int) -> None:
        """Take a revision out of the index."""
        self._entries[revision_id] = None

    def commit(self, watermark: int) -> None:
        """Write what was put and removed together with the watermark: either all of it is in the index, or nothing."""
        unfinished = self._folder / UNFINISHED
        unfinished.touch()
        writer = FileIndex(FileStorage(str(self._folder)), SCHEMA, INDEX_NAME).writer(limitmb=WRITER_MEMORY_MB)
        for revision_id in self._entries:
            writer.delete_by_term("key", f"revision:{revision_id}")
        writer.delete_by_term("key", "watermark")
        for entry in self._entries.values():
            if entry is not None:
                writer.add_document(**_whoosh_document(entry))
        writer.add_document(key="watermark", facts=json.dumps({"watermark": watermark}).encode())
        writer.commit(mergetype=_merge_alike)
        unfinished.unlink()
        self._entries.clear()
        self.watermark = watermark


class SearchIndex:
    """The search index of one library, kept in a folder that may be deleted at any time: it is then built again."""

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._reading = threading.Lock()
        self._snapshot: _Snapshot | None = None

    def watermark(self) -> int:
        """Return the number of the last event whose effects can be found."""
        with self._reading:
            snapshot = self._current()
            return snapshot.watermark if snapshot else 0

    @contextmanager
    def updating(self) -> Iterator[SearchUpdate]:
        """Hold the writer lock, and only then read the watermark; an index in any doubt starts again from nothing."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(
            self._folder.with_name(self._folder.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield SearchUpdate(self._folder, self._sound_watermark())
        finally:
            os.close(lock)

    def _sound_watermark(self) -> int:
        """Return the watermark of an index that can be trusted, starting an empty one where it cannot."""
        doubtful = (self._folder / UNFINISHED).exists() or (self._folder / DOUBTFUL).exists()
        if not doubtful and self._folder.exists():
            with self._reading:
                snapshot = self._current()
                if snapshot is not None:
                    return snapshot.watermark
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        TOC.create(FileStorage(str(self._folder)), SCHEMA, INDEX_NAME)
        return 0

    def _current(self) -> _Snapshot | None:
        """Return the index as it was last committed, by whatever process; None when it cannot be read."""
        for _ in range(READING_ATTEMPTS):
            try:
                names = {path.name: path for path in self._folder.glob(f"_{INDEX_NAME}_*.toc")}
                newest = max(names, key=lambda name: int(name.rsplit("_", 1)[1].removesuffix(".toc")))
                status = names[newest].stat()
                stamp = (newest, status.st_ino, status.st_mtime_ns)
                if self._snapshot is None or self._snapshot.stamp != stamp:
                    storage = FileStorage(str(self._folder))
                    toc = TOC.read(storage, INDEX_NAME, schema=SCHEMA)
                    self._snapshot = _Snapshot(storage, toc, self._snapshot, stamp)
                return self._snapshot
            except Exception:  # Whoosh reports a damaged or vanishing file in a dozen ways; each means: look again
                self._snapshot = None
                time.sleep(0.02)
        return None

    def search(
        self,
        query: str,
        audience: frozenset[str] | None,
        every_revision: bool = False,
        filters: Mapping[str, Sequence[str]] | None = None,
        page: int = 1,
        per_page: int = 20,
    ) -> SearchResults:
        """Answer a question for an audience (None: one who may see every revision); never refuses a question."""
        with self._reading:
            snapshot = self._current()
            if snapshot is None:
                return SearchResults(notes=(SearchNote("rebuilding"),))
            try:
                question = _Question(snapshot, query, audience, every_revision)
                return self._answer(question, filters or {}, max(page, 1), max(per_page, 1))
            except (CorruptIndexError, OSError, struct.error, zlib.error, pickle.UnpicklingError):
                (self._folder / DOUBTFUL).touch()
                self._snapshot = None
                return SearchResults(notes=(SearchNote("rebuilding"),))

    def _answer(
        self, question: _Question, filters: Mapping[str, Sequence[str]], page: int, per_page: int
    ) -> SearchResults:
        """Rank, count and show what was found."""
        snapshot = question.snapshot
        within = question.narrowed(filters)
        found = [question.found(unit) for unit in question.units]
        count = len(question.visible)
        worths = [worth(count, len(one.frequencies.keys() & question.visible)) for one in found]
        named = set().union(*(one.known.with_number(question.query.number) for one in snapshot.segments)) & within
        asked_nothing = not found and not question.query.filters and not filters
        ranking = rank(found, worths, set() if asked_nothing else within, snapshot.lengths)
        scores = dict(ranking.scores)
        for document in named:
            scores[document] = scores.get(document, 0.0) + NUMBER_WORTH
        first = (page - 1) * per_page
        complete = ranking.complete

        def order(document: int) -> tuple[object, ...]:
            facts = snapshot.facts(document)
            return (
                document not in named,
                document not in complete,
                -scores[document],
                facts["number"],
                -facts["revision"],
            )

        shown = nsmallest(first + per_page, scores, key=order)[first:]
        facets = {}
        for name in FACETS:
            counts: Counter[str] = Counter()
            for one in snapshot.segments:
                counts.update(one.known.values_among(name, scores.keys()))
            facets[name] = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
        return SearchResults(
            hits=tuple(self._hits(question, shown, scores, worths)),
            total=len(scores),
            page=page,
            pages=-(-len(scores) // per_page),
            facets=facets,
            suggestion=question.suggestion(found),
            matched=ranking.matched,
            notes=tuple(dict.fromkeys(question.notes)),
        )

    def _hits(
        self, question: _Question, shown: Sequence[int], scores: Mapping[int, float], worths: Sequence[float]
    ) -> Iterator[SearchHit]:
        """Give each hit of a page with its best section and passage."""
        marks = question.marks(set(shown))
        value = {word: each for unit, each in zip(question.units, worths, strict=True) for word in unit.words}
        for document in shown:
            facts, stored = question.snapshot.facts(document), question.snapshot.stored(document)
            sections = [SectionStart(*section) for section in stored["sections"]]
            passage = best_passage(stored["text"], sections, marks.get(document, {}), value)
            yield SearchHit(
                revision_id=facts["id"],
                number=facts["number"],
                revision=facts["revision"],
                title=facts["title"],
                document_type=facts["type"],
                department=facts["department"],
                owner=facts["owner"],
                language=facts["language"],
                state=facts["state"],
                effective_date=date.fromisoformat(facts["effective"]) if facts["effective"] else None,
                anchor=passage.section.anchor if passage.section else "",
                section_number=passage.section.number if passage.section else "",
                section=passage.section.title if passage.section else "",
                score=round(scores[document], 4),
                highlight=passage.html,
            )

    def titles_starting_with(
        self, beginning: str, audience: frozenset[str] | None, limit: int = 8
    ) -> tuple[tuple[str, str], ...]:
        """Return (number, title) of documents in force whose number or a title word begins so, for typing ahead."""
        with self._reading:
            snapshot = self._current()
            if snapshot is None or not beginning.strip():
                return ()
            visible = snapshot.visible(audience, False)
            found = (
                one.known.of(document) for one in snapshot.segments for document in one.known.titled(beginning, visible)
            )
            return tuple(nsmallest(limit, ((facts["number"], facts["title"]) for facts in found)))
