"""One question put to the search index by one audience: what is found, in which order, and what is said about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from heapq import nsmallest
from typing import Any, Protocol

from docctl.domain.search.entry import SearchHit, SearchNote, SearchResults
from docctl.domain.search.facts import LibraryFacts, facets, may_go_beyond_force
from docctl.domain.search.passage import SectionStart, best_passage
from docctl.domain.search.query import Unit, fold_text, parse, with_words_replaced
from docctl.domain.search.ranking import Found, either, rank, worth

MOST_SUGGESTED = 3
MOST_TELLING = 40
MOST_NAMED = 8
NUMBER_WORTH = 100.0
DEPARTMENT = "department"

Places = Mapping[int, tuple[Sequence[int], Sequence[int]]]


class IndexedLibrary(Protocol):
    """One state of the index: its words and where they stand, its facts, and who may find what."""

    @property
    def known(self) -> LibraryFacts:
        """The facts of the indexed revisions."""

    @property
    def stop_words(self) -> frozenset[str]:
        """Words that say nothing about a document."""

    def stems(self, word: str) -> set[str]:
        """Return the word without its ending, in each language of the library."""

    def frequencies(self, field: str, terms: Iterable[str]) -> dict[int, float]:
        """Return how often any of the terms stands in each document that has one."""

    def places(self, word: str, documents: Set[int]) -> Places:
        """Return the positions of a word in documents, and where it starts in their text."""

    def words_beginning(self, beginning: str) -> Mapping[str, Set[int]]:
        """Return the words that begin so, each with the documents that have it."""

    def words_like(self, word: str, distance: int) -> set[str]:
        """Return the words that differ by at most so many letters."""

    def stored(self, document: int) -> Mapping[str, Any]:
        """Return the text of a document and where its sections begin."""


class Question:
    """One question put to one state of the index; everything shown is found, counted and weighed among ``visible``."""

    def __init__(
        self,
        library: IndexedLibrary,
        text: str,
        audience: frozenset[str] | None,
        every_revision: bool,
        among: frozenset[int] | None = None,
        earlier: Mapping[str, str] | None = None,
    ) -> None:
        self.library = library
        self.earlier = earlier or {}
        self.text = text
        self.query = parse(text)
        self.every_revision = every_revision and may_go_beyond_force(audience)
        self.visible = library.known.visible(audience, self.every_revision, among)
        self.notes = list(self.query.notes)
        telling = tuple(unit for unit in self.query.units if unit.kind == "prefix" or not self._says_nothing(unit))
        self.units = (telling or self.query.units)[:MOST_TELLING]
        self.common = () if telling else tuple(dict.fromkeys(word for unit in self.units for word in unit.words))
        self._beginnings: dict[str, Mapping[str, Set[int]]] = {}
        self._begins: dict[tuple[str, ...], Mapping[int, Set[int]]] = {}

    def answer(
        self, filters: Mapping[str, Sequence[str]], page: int, per_page: int, any_word: bool = False
    ) -> SearchResults:
        """Rank, count and show what was found."""
        within = self._narrowed({**filters})
        found = [self._found(unit) for unit in self.units]
        worths = [worth(len(self.visible), len(one.frequencies.keys() & self.visible)) for one in found]
        asked = bool(found or self.query.filters or any(filters.values()))
        ranking = rank(found, worths, within if asked else set(), self.library.known.lengths, any_word)
        named = self.library.known.with_number(self.query.number) & within
        scores = {**ranking.scores}
        for document in named:
            scores[document] = scores.get(document, 0.0) + NUMBER_WORTH
        if self.common and not scores:
            self.notes.append(SearchNote("too-common", ", ".join(f"“{word}”" for word in self.common[:MOST_NAMED])))
        shown = self._best(scores, named, ranking.first, page * per_page)[(page - 1) * per_page :]
        return SearchResults(
            hits=tuple(self._hits(shown, scores, worths)),
            total=len(scores),
            page=page,
            pages=-(-len(scores) // per_page),
            facets={name: self._facet(name, scores.keys()) for name in facets()},
            suggestion=self._suggestion(found),
            matched=ranking.matched,
            notes=tuple(dict.fromkeys(self.notes)),
            indexed=len(self.visible),
        )

    def _facet(self, name: str, documents: Set[int]) -> tuple[tuple[str, int], ...]:
        """Return the values of a facet with their counts, departments under their present names."""
        found = self.library.known.facet(name, documents)
        if name != DEPARTMENT or not self.earlier:
            return found
        counts: Counter[str] = Counter()
        for value, count in found:
            counts[self.earlier.get(value, value)] += count
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def _with_earlier_names(self, wanted: Sequence[str]) -> list[str]:
        """Return departments with all names that the same ones bear or bore."""
        asked = {fold_text(value.strip()) for value in wanted}
        asked |= {fold_text(new) for old, new in self.earlier.items() if fold_text(old) in asked}
        return [*wanted, *(name for pair in self.earlier.items() if fold_text(pair[1]) in asked for name in pair)]

    def _says_nothing(self, unit: Unit) -> bool:
        return self.library.stop_words.issuperset(unit.words)

    def _narrowed(self, chosen: Mapping[str, Sequence[str]]) -> set[int]:
        """Return the visible documents that pass the filters, those typed and those chosen from the facets."""
        left = self.visible
        for name, values in (*self.query.filters.items(), *chosen.items()):
            wanted = [value for value in values if value]
            if name == DEPARTMENT and wanted:
                wanted = self._with_earlier_names(wanted)
            if name == "state" and wanted and not self.every_revision:
                self.notes.append(SearchNote("state-filter"))
            elif wanted:
                left = left & self.library.known.with_values(name, wanted)
        return left

    def _found(self, unit: Unit) -> Found:
        """Return where a word, a phrase or a beginning is found."""
        if unit.kind == "prefix":
            counts: Counter[int] = Counter()
            for documents in self._beginning(unit.words[0]).values():
                counts.update(documents)
            return Found(counts, frozenset())
        if unit.kind == "phrase":
            return Found(self._phrase(unit.words), frozenset())
        found = self._word(unit.words[0])
        return either(found, self._word(unit.joined)) if unit.joined else found

    def _word(self, word: str) -> Found:
        stems = self.library.stems(word)
        return Found(self.library.frequencies("stem", stems), self.library.frequencies("title", stems).keys())

    def _beginning(self, beginning: str) -> Mapping[str, Set[int]]:
        if beginning not in self._beginnings:
            self._beginnings[beginning] = self.library.words_beginning(beginning)
        return self._beginnings[beginning]

    def _phrase(self, words: tuple[str, ...]) -> dict[int, float]:
        """Return the documents in which the words follow each other as given."""
        telling = self._telling(words)
        candidates: Set[int] = self.visible if telling else frozenset()
        for _, word in telling:
            candidates = candidates & self.library.frequencies("word", (word,)).keys()
        begins: dict[int, set[int]] = {}
        for at, word in telling:
            for document, (positions, _) in self.library.places(word, candidates).items():
                shifted = {position - at for position in positions}
                begins[document] = begins[document] & shifted if document in begins else shifted
            candidates = {document for document in candidates if begins.get(document)}
        self._begins[words] = begins
        return {document: float(len(begins[document])) for document in candidates}

    def _telling(self, words: Sequence[str]) -> list[tuple[int, str]]:
        """Return the words of a phrase that are in the index, each with its place in the phrase."""
        return [(at, word) for at, word in enumerate(words) if word not in self.library.stop_words]

    def _best(self, scores: Mapping[int, float], named: Set[int], first: Set[int], count: int) -> list[int]:
        """Return the documents in order: the one named, those that come first, the others."""
        orders = self.library.known.order
        ranked = (
            (document not in named, document not in first, -score, orders[document], document)
            for document, score in scores.items()
        )
        return [document for *_, document in nsmallest(count, ranked)]

    def _hits(self, shown: Sequence[int], scores: Mapping[int, float], worths: Sequence[float]) -> Iterator[SearchHit]:
        """Give each hit of a page with its best section and passage."""
        marks = self._marks(set(shown))
        value = {
            word: each for unit, each in zip(self.units, worths, strict=True) for word in (*unit.words, unit.joined)
        }
        for document in shown:
            facts, stored = self.library.known.of(document), self.library.stored(document)
            sections = [SectionStart(*section) for section in stored["sections"]]
            passage = best_passage(stored["text"], sections, marks.get(document, {}), value)
            yield SearchHit(
                revision_id=facts["id"],
                number=facts["number"],
                revision=facts["revision"],
                title=facts["title"],
                document_type=facts["type"],
                department=self.earlier.get(facts["department"], facts["department"]),
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

    def _marks(self, documents: Set[int]) -> Mapping[int, Mapping[str, Sequence[int]]]:
        """Return for each document the places in its text of what was asked for."""
        marks: dict[int, dict[str, Sequence[int]]] = defaultdict(dict)
        for unit in self.units:
            if unit.kind == "phrase":
                begins = self._begins[unit.words]
                for at, word in self._telling(unit.words):
                    for document, (positions, starts) in self.library.places(word, documents & begins.keys()).items():
                        pairs = zip(positions, starts, strict=True)
                        inside = [start for position, start in pairs if position - at in begins[document]]
                        marks[document][word] = [*marks[document].get(word, ()), *inside]
                continue
            asked = dict.fromkeys(filter(None, (unit.words[0], unit.joined)), documents)
            holders = self._beginning(unit.words[0]) if unit.kind == "prefix" else asked
            for word, having in holders.items():
                within = documents & having
                for document, (_, starts) in self.library.places(word, within).items() if within else ():
                    marks[document][word] = starts
        return marks

    def _suggestion(self, found: Sequence[Found]) -> str | None:
        """Return the question with words that nobody uses replaced by near ones from visible documents."""
        unknown: list[str] = []
        for unit, where in zip(self.units, found, strict=True):
            for word in unit.words if unit.kind != "prefix" else ():
                if len(word) > 2 and not any(map(str.isdigit, word)) and word not in self.library.stop_words:
                    known = where if unit.kind == "word" else self._found(Unit((word,)))
                    unknown += [] if known.frequencies.keys() & self.visible else [word]
        pairs = [(word, self._nearest(word)) for word in unknown[:MOST_SUGGESTED]]
        replaced = [(word, near) for word, near in pairs if near]
        return with_words_replaced(self.text, replaced) if replaced else None

    def _nearest(self, word: str) -> str | None:
        """Return the word of visible documents that is nearest, of several the most frequent."""
        for distance in (1, 2) if len(word) > 4 else (1,):
            counted = [
                (-len(self.library.frequencies("word", (like,)).keys() & self.visible), like)
                for like in self.library.words_like(word, distance)
            ]
            seen = [pair for pair in counted if pair[0] < 0]
            if seen:
                return min(seen)[1]
        return None
