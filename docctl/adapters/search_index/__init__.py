"""The search index in Whoosh: one Whoosh document per revision, rebuilt from the library whenever it is in doubt."""

import copy
import json
import logging
import os
import threading
import time
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import astuple, replace
from functools import cached_property, lru_cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeAlias

from whoosh.codec.base import Automata
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.index import TOC
from whoosh.lang import NoStemmer, NoStopWords, stemmer_for_language, stopwords_for_language
from whoosh.matching.mcore import Matcher, NullMatcher
from whoosh.reading import SegmentReader

from docctl.adapters.search_index.schema import INDEX_NAME, SCHEMA
from docctl.adapters.search_index.soundness import SoundFiles
from docctl.adapters.search_index.writing import DOUBTFUL, SearchUpdate, start_again
from docctl.domain.search.answer import Question
from docctl.domain.search.entry import SearchEntry, SearchNote, SearchResults
from docctl.domain.search.facts import LibraryFacts, RevisionFacts, facts_of, main_language
from docctl.domain.search.passage import Stemming, laid_out, places_of_words
from docctl.domain.search.query import fold
from docctl.domain.search.ranking import added_up
from docctl.domain.search.spelling import one_spelling
from docctl.machine.file_lock import take_lock
from docctl.machine.memory import long_lived
from docctl.machine.torn_files import may_be_torn

log = logging.getLogger(__name__)

POSTINGS_KEPT_PER_DOCUMENT = 300
MOST_BEGINNINGS = 3_000
READING_ATTEMPTS = 5
LOCK_WITHIN_SECONDS = 180
_TOLD = ("number", "revision", "title", "department", "owner", "audience", "clauses", "keywords", "further")
HeldText: TypeAlias = tuple[str, list[tuple[object, ...]], dict[str, Any]]
Places: TypeAlias = "tuple[array[int], array[int]]"
Postings: TypeAlias = tuple[Sequence[int], Sequence[float], Sequence[bytes]]
"""Numbers of documents, and for each the weight of a word in it and the places where it stands."""
NOT_READY = SearchResults(notes=(SearchNote("rebuilding"),))


class _Folder(FileStorage):
    """The index's folder for reading: the words of a segment are held in memory, what is said of them is not."""

    def open_file(self, name: str, **options: Any) -> StructFile:
        """Open a file of the index."""
        if name.endswith(W3Codec.TERMS_EXT):
            return BufferFile((Path(self.folder) / name).read_bytes(), name=name, **options)
        file: StructFile = super().open_file(name, **options)
        return file


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Callable[[str], str]:
    """Return the function that takes endings off the words of a language."""
    try:
        stem = stemmer_for_language("en_porter" if language == "en" else language)
    except NoStemmer:
        return str
    return lru_cache(maxsize=200_000)((lambda word: stem(one_spelling(word))) if language == "en" else stem)


@lru_cache(maxsize=32)
def _stop_words(language: str) -> frozenset[str]:
    """Return the words of a language that say nothing about a document."""
    try:
        return frozenset(fold(word) for word in stopwords_for_language(language)) | {"s", "t"}
    except NoStopWords:
        return frozenset()


def _stemming(start: int, language: str) -> Stemming:
    main = main_language(language)
    return Stemming(start, _stemmer(main), _stop_words(main))


def _whoosh_document(entry: SearchEntry) -> dict[str, object]:
    """Return what Whoosh is given for a revision."""
    text, sections = laid_out(entry)
    languages = [(0, entry.language), *zip((section.start for section in sections), entry.languages, strict=True)]
    words, places, length = places_of_words(text, [_stemming(*each) for each in languages])
    head_end = sections[0].start if sections else len(text)
    in_title = {found for found, (_, starts) in places.items() if starts[0] < head_end}
    return {
        "key": str(entry.revision_id),
        "stem": [
            (found.encode(), len(positions), float(len(positions)), array("I", positions + starts).tobytes())
            for found, (positions, starts) in places.items()
        ],
        "word": [(word.encode(), 1, 1.0, b"") for word in words],
        "title": [(word.encode(), 1, 1.0, b"") for word in in_title],
        "facts": json.dumps(facts_of(entry, length)).encode(),
        "text": text,
        "sections": [astuple(section) for section in sections],
    }


def _blocks(matcher: Matcher, wanted: Sequence[int] | None = None) -> Iterator[Postings]:
    """Give numbers, weights and values of a word in whole blocks, of which only those with ``wanted`` are read.

    Whoosh's own way, one posting after the other, costs several times as much.
    """
    if not isinstance(matcher, W3LeafMatcher):  # a word that stands in one document, or in none, has no block
        if matcher.is_active():
            yield (matcher.id(),), (matcher.weight(),), (matcher.value(),)
        return
    at = 0
    while matcher.is_active() and (wanted is None or at < len(wanted)):
        if wanted is None or wanted[at] <= matcher.block_max_id():
            matcher.id(), matcher.weight(), matcher.value()
            yield matcher._ids or (), matcher._weights or (), matcher._values or ()
            at = bisect_right(wanted, matcher.block_max_id()) if wanted else 0
        matcher._next_block()


class _Segment:
    """One Whoosh segment open for reading; it never changes, so what is read from it is kept."""

    def __init__(self, storage: FileStorage, segment: W3Segment, first: int) -> None:
        undeleted = copy.copy(segment)
        undeleted._deleted = None
        self.first = first
        self.segment_id = segment.segment_id()
        self.reader = SegmentReader(storage, SCHEMA, undeleted)
        column = self.reader.column_reader("facts")
        self.known = RevisionFacts(first, [json.loads(column[at]) for at in range(self.reader.doc_count_all())])
        self._kept: dict[tuple[str, str], tuple[array[int], array[float]]] = {}
        self._kept_count = 0

    def _matcher(self, name: str, term: str) -> Matcher:
        return self.reader.postings(name, term) if (name, term.encode()) in self.reader else NullMatcher

    def frequencies(self, name: str, term: str) -> dict[int, float]:
        """Return how often a word stands in each document that has it."""
        kept = self._kept.get((name, term))
        if kept is None:
            kept = array("I"), array("f")
            for ids, weights, _ in _blocks(self._matcher(name, term)):
                kept[0].extend([self.first + number for number in ids])
                kept[1].extend(weights)
            if self._kept_count > POSTINGS_KEPT_PER_DOCUMENT * len(self.known.facts):
                self._kept.clear()
                self._kept_count = 0
            self._kept[name, term] = kept
            self._kept_count += len(kept[0]) + 16
        return dict(zip(*kept, strict=True))

    def places(self, term: str, documents: Set[int]) -> dict[int, Places]:
        """Return for each of these documents the positions of a word and where it starts in the text."""
        found: dict[int, Places] = {}
        wanted = sorted(document - self.first for document in documents)
        for ids, _, values in _blocks(self._matcher("stem", term), wanted):
            for number, value in zip(ids, values, strict=True):
                if self.first + number in documents:
                    both = array("I", value)
                    found[self.first + number] = both[: len(both) // 2], both[len(both) // 2 :]
        return found

    def words_beginning(self, beginning: str) -> Iterator[tuple[str, Iterable[int]]]:
        """Give the words that begin so and the documents that have them, in one walk through the list of words."""
        postings = partial(W3Codec().postings_reader, self.reader._terms._postfile)
        for (name, word), info in self.reader.iter_from("word", beginning):
            if name != "word" or not word.startswith(beginning.encode()):
                return
            documents = chain.from_iterable(ids for ids, *_ in _blocks(postings(info, SCHEMA["word"].format)))
            yield word.decode(), [self.first + number for number in documents]


class _Snapshot:
    """The index as one commit left it: its segments, and which documents of them are live."""

    def __init__(self, storage: FileStorage, toc: TOC, before: "_Snapshot | None", stamp: object) -> None:
        self.stamp = stamp
        reusable = {one.segment_id: one for one in before.segments} if before else {}
        self.next_number: int = before.next_number if before else 0
        self.segments: list[_Segment] = []
        self.deleted: set[int] = set()
        for segment in toc.segments:
            opened = reusable.get(segment.segment_id())
            if opened is None:
                opened = _Segment(storage, segment, self.next_number)
                self.next_number += segment.doc_count_all()
            self.segments.append(opened)
            self.deleted.update(opened.first + number for number in segment.deleted_docs())
        for left in set(reusable.values()) - set(self.segments):
            left.reader.close()
        self.known = LibraryFacts([one.known for one in self.segments], self.deleted)
        self.stop_words = frozenset().union(*map(_stop_words, self.known.languages))

    @cached_property
    def place(self) -> tuple[int, str]:
        """The number of the last event whose effects are in the index, and the chain of the audit trail up to it."""
        rows = (pair for one in self.segments for pair in enumerate(one.known.facts, one.first))
        places = ((row["watermark"], row["chain"]) for at, row in rows if "watermark" in row and at not in self.deleted)
        return max(places, default=(0, ""))

    def stored(self, document: int) -> Mapping[str, object]:
        """Return the text of a document and where its sections begin."""
        segment = next(one for one in self.segments if document in one.known.lengths)
        return segment.reader.stored_fields(document - segment.first)

    def held(self, revision_id: int) -> HeldText | None:
        """Return text, sections and facts of a revision; nothing where the index does not know it."""
        found = [at for at in self.frequencies("key", [str(revision_id)]) if at not in self.deleted]
        if not found:
            return None
        kept = self.stored(found[0])
        return str(kept["text"]), [tuple(each) for each in kept["sections"]], dict(self.known.of(found[0]))  # type: ignore[attr-defined]

    def frequencies(self, name: str, terms: Iterable[str]) -> dict[int, float]:
        """Return how often any of these words stands in each document that has one."""
        return added_up(one.frequencies(name, term) for one in self.segments for term in terms)

    def stems(self, word: str) -> set[str]:
        """Return the word without its ending, in each language of the library."""
        return {_stemmer(language)(word) for language in self.known.languages}

    def places(self, word: str, documents: Set[int]) -> dict[int, Places]:
        """Return where a word stands in these documents: its positions, and its places in the text."""
        together: dict[int, Places] = {}
        for segment in self.segments:
            inside = documents & segment.known.lengths.keys()
            for stem in self.stems(word) if inside else ():
                for document, (positions, starts) in segment.places(stem, inside).items():
                    before = together.get(document)
                    together[document] = (before[0] + positions, before[1] + starts) if before else (positions, starts)
        return together

    def words_beginning(self, beginning: str) -> dict[str, set[int]]:
        """Return the words of the library that begin so, each with the documents that have it."""
        found: dict[str, set[int]] = defaultdict(set)
        for segment in self.segments:
            for word, documents in islice(segment.words_beginning(beginning), MOST_BEGINNINGS):
                found[word].update(documents)
        return found

    def words_like(self, word: str, distance: int) -> set[str]:
        """Return the words of the library with the same first letter that differ by at most so many letters."""
        automaton = Automata.levenshtein_dfa(word, distance, 1)
        return {like for one in self.segments for like in Automata.find_matches(automaton, one.reader.cursor("word"))}


class SearchIndex:
    """The search index of one library, kept in a folder that may be deleted at any time: it is then built again."""

    def __init__(self, folder: Path | str, secret: str = "", *, reads_only: bool = False) -> None:
        self._folder, self._secret, self._reads_only = Path(folder), secret, reads_only
        self._reading = threading.Lock()
        self._files = SoundFiles(self._folder, secret)
        self._snapshot: _Snapshot | None = None

    def watermark(self) -> int:
        """Return the number of the last event whose effects can be found."""
        return self.place()[0]

    def place(self) -> tuple[int, str]:
        """Return up to where the index knows the audit trail: the number of an event, and the chain up to it."""
        with self._reading:
            snapshot = self._current()
            return snapshot.place if snapshot else (0, "")

    def doubt(self) -> None:
        """Have nobody answer from the index until it was built again, in whatever process."""
        self._snapshot = None
        if self._reads_only:
            return
        with suppress(OSError):
            (self._folder / DOUBTFUL).write_text("")

    @contextmanager
    def updating(self) -> Iterator[SearchUpdate]:
        """Hold the writer lock, and only then read the watermark; an index in any doubt starts again from nothing."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        with self._folder.with_name(self._folder.name + ".lock").open("a") as lock:
            take_lock(lock.fileno(), "the search index", LOCK_WITHIN_SECONDS, state=self._files_there)
            yield SearchUpdate(self._folder, self._secret, self._sound_watermark(), _whoosh_document)

    def _files_there(self) -> object:
        """Return what shows that somebody is writing: which files there are, and how large."""
        with suppress(OSError), os.scandir(self._folder) as entries:
            return sorted((entry.name, entry.stat().st_size) for entry in entries)
        return None

    def _sound_watermark(self) -> int:
        """Return the watermark of an index that can be trusted, starting an empty one where it cannot."""
        with self._reading:
            snapshot = self._current()
            if snapshot is None:
                start_again(self._folder, self._secret)
            return snapshot.place[0] if snapshot else 0

    def _current(self) -> _Snapshot | None:
        """Return the index as it was last committed, by whatever process; None when there is none or it is damaged."""
        trouble: Exception | None = None
        for _ in range(READING_ATTEMPTS):
            try:
                if not self._folder.is_dir() or may_be_torn(self._folder / DOUBTFUL):
                    break
                storage = _Folder(str(self._folder))
                generation = TOC._latest_generation(storage, INDEX_NAME)
                if generation < 0:
                    break
                stamp = (generation, self._files.require(TOC._filename(INDEX_NAME, generation)))
                if self._snapshot is None or self._snapshot.stamp != stamp:
                    toc = TOC.read(storage, INDEX_NAME, schema=SCHEMA)
                    self._snapshot = long_lived(_Snapshot(storage, toc, self._snapshot, stamp))
                return self._snapshot
            except Exception as fault:  # Whoosh meets a damaged or vanishing file with a dozen errors: look again
                trouble, self._snapshot = fault, None
                time.sleep(0.02)
        else:
            log.warning("The search index could not be read, so it is made anew: %r", trouble)
            self.doubt()
        return None

    def search(
        self,
        query: str,
        audience: frozenset[str] | None,
        every_revision: bool = False,
        filters: Mapping[str, Sequence[str]] | None = None,
        page: int = 1,
        per_page: int = 20,
        any_word: bool = False,
        among: frozenset[int] | None = None,
        earlier: Mapping[str, str] | None = None,
    ) -> SearchResults:
        """Answer a question, with ``any_word`` however much of it is lacking; audience None may see every revision.

        ``among`` holds the ids of the revisions that may be found at all, ``earlier`` the present names of departments
        by their earlier ones.
        """
        may_be_found = len(among or ())
        with self._reading:
            snapshot = self._current()
            if snapshot is None:
                return replace(NOT_READY, among=may_be_found)
            try:
                question = Question(snapshot, query, audience, every_revision, among, earlier)
                answer = question.answer(filters or {}, max(page, 1), max(per_page, 1), any_word)
                return replace(answer, among=may_be_found)
            except Exception:  # as above: a question is never answered with an error, the index is built again
                log.warning("The search index is damaged and will be rebuilt.", exc_info=True)
                self.doubt()
                return replace(NOT_READY, among=may_be_found)

    def differs(self, entry: SearchEntry) -> bool:
        """Say whether people would be shown another text or title of a revision than its entry has.

        What the index does not know, or cannot be read of it, nobody is shown.
        """
        with self._reading:
            snapshot = self._current()
            held = snapshot.held(entry.revision_id) if snapshot else None
        if held is None:
            return False
        text, sections = laid_out(entry)
        facts = json.loads(json.dumps(facts_of(entry, 0)))
        told = {name: facts.get(name) for name in _TOLD} != {name: held[2].get(name) for name in _TOLD}
        told = told or [each[2:] for each in held[1]] != [astuple(section)[2:] for section in sections]
        return told or "".join(held[0].split()) != "".join(text.split())

    @property
    def is_damaged(self) -> bool:
        """Whether there is an index that cannot be read, or that was not sealed with this secret."""
        with self._reading:
            return self._files_there() not in (None, []) and self._current() is None

    def count(self, audience: frozenset[str] | None, *, among: frozenset[int]) -> int:
        """Return how many of these revisions in force are in the index."""
        with self._reading:
            snapshot = self._current()
            return len(snapshot.known.visible(audience, False, among)) if snapshot else 0

    def titles_starting_with(
        self, beginning: str, audience: frozenset[str] | None, limit: int = 8, *, among: frozenset[int] | None = None
    ) -> tuple[tuple[str, str], ...]:
        """Return (number, title) of documents in force whose number or a title word begins so, for typing ahead."""
        with self._reading:
            snapshot = self._current() if beginning.strip() else None
            if snapshot is None:
                return ()
            visible = snapshot.known.visible(audience, False, among)
            return tuple(sorted(snapshot.known.titled(beginning, visible))[:limit])
