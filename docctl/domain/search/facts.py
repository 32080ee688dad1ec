"""What search knows of each revision besides its words: who may find it, and the values it can be filtered by."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

from docctl.domain.documents.described_fields import Place, fields_at
from docctl.domain.documents.lifecycle import State
from docctl.domain.search.entry import SearchEntry
from docctl.domain.search.query import fold_text, plain_number, read_clause

AUDIENCES_KEPT = 64
IN_SCOPE = "scope:"
SCOPES = ("standard", "type", "department")
ANY_TYPE_NAME = "type name"
"""By whichever name a type answers to it is filtered; as a facet it has the one it bears."""

Facts = Mapping[str, Any]


def may_go_beyond_force(audience: Set[str] | None) -> bool:
    """Say whether more than what is in force may be found: by those who read all, and by auditors in their scope."""
    return audience is None or any(token.startswith(IN_SCOPE) for token in audience)


def main_language(language: str) -> str:
    """Return "de" for "de-AT"; a revision without a language is taken as English."""
    return (language or "en").casefold().replace("_", "-").split("-")[0]


def facets() -> tuple[str, ...]:
    """Return the names of what a search can be narrowed down to."""
    described = (field.name for field in fields_at(Place.FACET, first=("department",)))
    return ("type", *described, "standard", "state")


def facts_of(entry: SearchEntry, length: int) -> dict[str, Any]:
    """Return what is kept of an entry besides its text; ``length`` is its number of words."""
    return {
        "id": entry.revision_id,
        "number": entry.number,
        "revision": entry.revision,
        "title": entry.title,
        "type": entry.document_type,
        "department": entry.department,
        "owner": entry.owner,
        "language": main_language(entry.language),
        "languages": sorted({main_language(language) for language in (entry.language, *entry.languages)}),
        "state": str(entry.state),
        "audience": entry.audience,
        "clauses": entry.clauses,
        "keywords": entry.keywords,
        **({"type names": list(entry.type_names)} if len(entry.type_names) > 1 else {}),
        **({"further": dict(entry.further)} if entry.further else {}),
        "effective": entry.effective_date.isoformat() if entry.effective_date else "",
        "length": length,
    }


class RevisionFacts:
    """The facts of some indexed revisions, numbered from ``first``, looked up by value."""

    def __init__(self, first: int, facts: Sequence[Facts]) -> None:
        self.first = first
        self.facts = facts
        self.languages = {
            language for known in facts if "id" in known for language in known.get("languages", [known["language"]])
        }
        self.lengths = {first + at: known["length"] for at, known in enumerate(facts) if "id" in known}
        self.order = {
            first + at: (known["number"], -known["revision"]) for at, known in enumerate(facts) if "id" in known
        }
        self._by_value: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._searchable_titles: list[str] = []
        for document, known in enumerate(facts, first):
            self._searchable_titles.append(fold_text(f" {known.get('number', '')} {known.get('title', '')}"))
            for name, values in _values_of(known):
                for value in values:
                    self._by_value[name][value].add(document)

    def of(self, document: int) -> Facts:
        """Return the facts of one revision."""
        return self.facts[document - self.first]

    def visible(self, audience: Set[str] | None, every_revision: bool) -> set[int]:
        """Return the revisions that may be found: those in force for this audience, or all (audience None)."""
        if audience is None and every_revision:
            return set(self.lengths)
        in_force = self._by_value["state"].get(State.IN_FORCE, set())
        if audience is None:
            return set(in_force)
        tokens = self._by_value["audience"]
        meant = _together(tokens[token] for token in audience if token in tokens) & in_force
        scope = _together(
            self._within(entry.removeprefix(IN_SCOPE)) for entry in audience if entry.startswith(IN_SCOPE)
        )
        return meant | (scope if every_revision else scope & in_force)

    def _within(self, entry: str) -> set[int]:
        """Return the revisions that fall under an entry of an auditor's scope."""
        kind, _, value = entry.partition(":")
        if kind == "document":
            return {at for number, found in self._by_value["number"].items() if number.upper() == value for at in found}
        if kind == "type":
            kind = ANY_TYPE_NAME
        elif kind not in SCOPES:
            return set()
        return self._by_value[kind].get(value, set())

    def with_value(self, name: str, wanted: str) -> set[int]:
        """Return the revisions with this value in a filter, written in any case and with or without accents."""
        kept = ANY_TYPE_NAME if name == "type" else name
        holders = self._by_value[kept].items() if kept in self._by_value else ()
        if name == "clause":
            clause = read_clause(wanted)
            return _together(documents for citation, documents in holders if clause.matches(citation))
        normal = plain_number if name in ("number", "state", "standard") else fold_text
        key = normal(wanted.strip())
        return _together(documents for value, documents in holders if normal(value) == key)

    def with_number(self, plain: str) -> set[int]:
        """Return the revisions of the document with this number, as plain_number() writes it."""
        return self._by_value["plain number"].get(plain, set())

    def values_among(self, name: str, documents: Set[int]) -> Counter[str]:
        """Count the values of a facet among these revisions."""
        counts: Counter[str] = Counter()
        for value, holders in self._by_value[name].items():
            number = len(holders & documents)
            if value and number:
                counts[value] = number
        return counts

    def titled(self, beginning: str, documents: Iterable[int]) -> Iterator[int]:
        """Give those revisions whose number, or a word of whose title, begins so."""
        wanted = " " + fold_text(beginning.strip())
        for document in documents:
            if wanted in self._searchable_titles[document - self.first]:
                yield document


class LibraryFacts:
    """The facts of all indexed revisions, put together from parts, without those deleted."""

    def __init__(self, parts: Sequence[RevisionFacts], deleted: Set[int]) -> None:
        self._parts = parts
        self._deleted = deleted
        self.languages = sorted({language for part in parts for language in part.languages} or {"en"})
        self.lengths = {document: length for part in parts for document, length in part.lengths.items()}
        self.order = {document: order for part in parts for document, order in part.order.items()}
        self._by_id = {
            part.of(document)["id"]: document for part in parts for document in part.lengths if document not in deleted
        }
        self._visible: dict[tuple[frozenset[str] | None, bool, frozenset[int] | None], set[int]] = {}

    def of(self, document: int) -> Facts:
        """Return the facts of one revision."""
        return next(part for part in self._parts if document in part.lengths).of(document)

    def visible(
        self, audience: frozenset[str] | None, every_revision: bool, among: frozenset[int] | None = None
    ) -> set[int]:
        """Return the revisions this audience may find; whatever is shown or counted is taken from these only.

        ``among`` holds the ids of those that may be found as the tables know them now, which the facts may be behind.
        """
        key = (audience, every_revision, among)
        if key not in self._visible:
            if len(self._visible) == AUDIENCES_KEPT:
                self._visible.clear()
            found = _together(part.visible(audience, every_revision) for part in self._parts) - self._deleted
            if among is not None:
                found &= {self._by_id[one] for one in among if one in self._by_id}
            self._visible[key] = found
        return self._visible[key]

    def with_values(self, name: str, wanted: Iterable[str]) -> set[int]:
        """Return the revisions with any of these values in a filter."""
        return _together(part.with_value(name, value) for part in self._parts for value in wanted)

    def with_number(self, plain: str) -> set[int]:
        """Return the revisions of the document with this number, as plain_number() writes it."""
        return _together(part.with_number(plain) for part in self._parts)

    def facet(self, name: str, documents: Set[int]) -> tuple[tuple[str, int], ...]:
        """Return the values of a facet among these revisions with their counts, the most frequent first."""
        counts: Counter[str] = Counter()
        for part in self._parts:
            counts.update(part.values_among(name, documents))
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def titled(self, beginning: str, documents: Set[int]) -> Iterator[tuple[str, str]]:
        """Give number and title of those revisions whose number, or a word of whose title, begins so."""
        for part in self._parts:
            for document in part.titled(beginning, documents & part.lengths.keys()):
                yield part.of(document)["number"], part.of(document)["title"]


def _together(sets: Iterable[Set[int]]) -> set[int]:
    found: set[int] = set()
    return found.union(*sets)


def _values_of(known: Facts) -> Iterator[tuple[str, Iterable[str]]]:
    """Give the values of each filter that a revision has."""
    if "id" not in known:
        return
    for name in ("type", "department", "owner", "language", "state", "number"):
        yield name, (known[name],)
    yield ANY_TYPE_NAME, known.get("type names", (known["type"],))
    yield "plain number", (plain_number(known["number"]),)
    yield "audience", known["audience"]
    yield "clause", known["clauses"]
    yield "standard", {citation.partition(":")[0] for citation in known["clauses"]}
    yield "keyword", known["keywords"]
    for name, line in known.get("further", {}).items():
        yield name, (line,)
