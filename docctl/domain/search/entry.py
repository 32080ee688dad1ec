"""What is put into the search index for one revision, and what a search gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from docctl.domain.documents.described_fields import Place, further_lines
from docctl.domain.documents.reading_text import ReadingView
from docctl.domain.documents.revision import Revision


@dataclass(frozen=True)
class SearchEntry:
    """One revision as search knows it: who may find it, what it says, and where in it each section stands.

    ``audience`` holds the tokens of those who may find it while it is in force ("public", "internal",
    "department:HR", "user:12"); ``clauses`` are written "iso-9001-2015:7.5.3"; ``sections`` are
    (anchor, number, title, text) in reading order, ``section_languages`` the language of each, where it is its own;
    ``further`` are the plain fields of the document, by name.
    """

    revision_id: int
    number: str
    revision: int
    title: str
    document_type: str
    state: str
    audience: tuple[str, ...]
    sections: tuple[tuple[str, str, str, str], ...]
    type_names: tuple[str, ...] = ()
    department: str = ""
    owner: str = ""
    language: str = "en"
    section_languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    further: tuple[tuple[str, str], ...] = ()
    clauses: tuple[str, ...] = ()
    effective_date: date | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """The language of each section: its own, else that of the revision."""
        own = (*self.section_languages, *[""] * (len(self.sections) - len(self.section_languages)))
        return tuple(language or self.language for language in own)


def entry_of(revision: Revision, view: ReadingView) -> SearchEntry:
    """Return a revision as search knows it, with its text ready to be read."""
    metadata = revision.document_metadata
    return SearchEntry(
        revision_id=revision.id,
        number=revision.document.number,
        revision=revision.number,
        title=revision.title,
        document_type=revision.document.type.name,
        type_names=tuple(revision.document.type.answers_to),
        state=revision.state,
        audience=metadata.audience,
        sections=tuple((section.anchor, section.number, section.title, section.text) for section in view.sections),
        department=metadata.department,
        owner=metadata.owner,
        language=metadata.language,
        section_languages=tuple(section.language for section in view.sections),
        keywords=metadata.keywords,
        further=further_lines(metadata, Place.WORDS | Place.TYPED_FILTER | Place.FACET),
        clauses=tuple(f"{row.standard}:{row.clause}" for row in metadata.clauses),
        effective_date=revision.effective_date,
    )


@dataclass(frozen=True)
class SearchHit:
    """A revision found: the section it opens at, and a passage as safe HTML with the words found in <mark>."""

    revision_id: int
    number: str
    revision: int
    title: str
    document_type: str
    department: str
    owner: str
    language: str
    state: str
    effective_date: date | None
    anchor: str
    section_number: str
    section: str
    score: float
    highlight: str


@dataclass(frozen=True)
class SearchNote:
    """Something the person should know about how the question was read; ``kind`` is fixed, for translation."""

    kind: str
    value: str = ""

    def __str__(self) -> str:
        return NOTES[self.kind].format(self.value)


NOTES = {
    "unknown-filter": 'There is no filter named "{}"; it was searched for as words.',
    "state-filter": "Only revisions in force are searched here, so the filter by state was left out.",
    "shortened": "The question was very long; only its first words were searched for.",
    "short-prefix": 'A beginning needs at least three letters before the *; "{}" was searched for as a word.',
    "too-common": (
        "Words as common as {} stand in nearly every document and are not looked for; "
        "add one that tells what the document is about."
    ),
    "rebuilding": "The search index is being rebuilt; some documents may be missing for a short time.",
    "half-built": "The index is being built: {} documents are in it.",
    "half-built revisions": "The index is being built: {} revisions are in it.",
}


@dataclass(frozen=True)
class SearchResults:
    """One page of hits, best first; counts, facets and suggestion speak only of what the person may find.

    ``among`` is how many revisions the person may find, and ``indexed`` how many of them were searched.
    """

    hits: tuple[SearchHit, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 0
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    suggestion: str | None = None
    matched: str = "all"
    notes: tuple[SearchNote, ...] = ()
    indexed: int = 0
    among: int = 0
