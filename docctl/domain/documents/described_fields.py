"""What a document says about itself, field by field: pages, lists, exports, search, files and import go by this table.

A plain field, a line of text that is said everywhere, is one line here: its name and its label. Clauses of standards
are no field, because they have a register of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Flag, auto
from operator import attrgetter

from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.issued_files.issue_sheet import IssueSheet

FIELDS_IN_A_ROW = 4


class Place(Flag):
    """Where a field is said."""

    FORM = auto()
    """Where an author describes a draft."""
    PAGE = auto()
    """Beside the text of the document, as far as it says something."""
    SOURCE = auto()
    """On the page, where an external document comes from."""
    PREVIEW = auto()
    REVIEW = auto()
    COMPARISON = auto()
    LIST = auto()
    """A column of the master list that it can be sorted by."""
    LIST_FILTER = auto()
    EXPORT = auto()
    """A column of the master list as CSV and XLSX."""
    WORDS = auto()
    """Its words find the document."""
    TYPED_FILTER = auto()
    """In the search box, as in owner:"Head of IT"."""
    FACET = auto()
    """What a search can be narrowed down to."""
    CONTROL = auto()
    """A content control of Word templates."""
    PRINT = auto()
    """The first page of a PDF, as far as it says something."""
    FRONT_MATTER = auto()
    """The top of an imported Markdown file."""


EVERYWHERE = ~Place(0) & ~Place.SOURCE
_BESIDE = Place.PAGE | Place.PREVIEW | Place.REVIEW | Place.COMPARISON
_LISTED = Place.LIST | Place.LIST_FILTER | Place.EXPORT
_FOUND = Place.TYPED_FILTER | Place.FACET
_GIVEN = Place.FORM | Place.FRONT_MATTER
_OF_A_SOURCE = Place.FORM | Place.SOURCE | Place.COMPARISON


@dataclass(frozen=True)
class Field:
    """One thing that a document says about itself; without ``reads`` it is a plain line, kept by its name.

    ``label`` is looked up by gettext, ``also_called`` are other names of it at the top of Markdown files, ``typed`` its
    name in the search box; what is expected is shown on the document's page even where it is empty.
    """

    name: str
    label: str
    places: Place = EVERYWHERE
    reads: Callable[[DocumentMetadata], str] | None = None
    hint: str = ""
    also_called: tuple[str, ...] = ()
    typed: str = ""
    is_expected: bool = False

    @property
    def is_plain(self) -> bool:
        """Say whether it is a line of text that nothing but this table knows."""
        return self.reads is None

    @property
    def in_search_box(self) -> str:
        """The name of its filter in the search box."""
        return self.typed or self.name.replace("_", "")

    def said_in(self, metadata: DocumentMetadata) -> str:
        """Return what a document says of it, as text."""
        return self.reads(metadata) if self.reads is not None else metadata.further_line(self.name)


def msgid(text: str) -> str:
    """Mark a text for the translators; the pages look it up."""
    return text


FIELDS: tuple[Field, ...] = (
    Field(
        "title", msgid("Title"), _GIVEN | Place.COMPARISON, attrgetter("title"),  # elsewhere it is the heading
        also_called=("document_title", "titel", "titre"),
    ),
    Field(
        "owner", msgid("Owner"), _GIVEN | _BESIDE | _LISTED | _FOUND | Place.CONTROL | Place.PRINT, attrgetter("owner"),
        hint=msgid("The person or function that answers for the content."), is_expected=True,
        also_called=("document_owner", "process_owner", "eigentümer"),
    ),
    Field(
        "department", msgid("Department"), _GIVEN | _BESIDE | _LISTED | _FOUND | Place.CONTROL | Place.PRINT,
        attrgetter("department"), also_called=("dept", "abteilung"), is_expected=True,
    ),
    Field(
        "classification", msgid("Classification"),
        _GIVEN | _BESIDE | Place.LIST_FILTER | Place.EXPORT | Place.CONTROL | Place.PRINT,
        lambda metadata: str(metadata.classification), also_called=("confidentiality", "klassifizierung"),
    ),
    Field(
        "departments", msgid("Departments that may read it"), Place.FORM | Place.COMPARISON,
        lambda metadata: ", ".join(metadata.departments),
    ),
    Field(
        "people", msgid("People who may read it"), Place.FORM | Place.COMPARISON,
        lambda metadata: ", ".join(map(str, metadata.people)),
    ),
    Field(
        "language", msgid("Language"),
        _GIVEN | _BESIDE & ~Place.REVIEW | Place.LIST_FILTER | Place.EXPORT | _FOUND | Place.PRINT,
        attrgetter("language"), also_called=("lang", "sprache"),
    ),
    Field(
        "keywords", msgid("Keywords"), _GIVEN | _BESIDE | Place.WORDS | Place.TYPED_FILTER,
        lambda metadata: ", ".join(metadata.keywords), typed="keyword",
        hint=msgid("Separated by commas; they help to find the document."),
        also_called=("tags", "keyword", "schlagwörter"),
    ),
    Field("issuer", msgid("Issuer"), _OF_A_SOURCE, attrgetter("external.issuer")),
    Field("edition", msgid("Edition"), _OF_A_SOURCE, attrgetter("external.edition")),
    Field("kept_at", msgid("Kept at"), _OF_A_SOURCE, attrgetter("external.kept_at")),
    Field(
        "currency_checked_on", msgid("Currency checked on"), _OF_A_SOURCE, attrgetter("external.checked_on"),
    ),
)  # fmt: skip


def fields_at(places: Place, first: tuple[str, ...] = (), last: tuple[str, ...] = ()) -> list[Field]:
    """Return the fields that are said in any of these places: the named ones first or last, the others in between."""
    order = {name: at - len(first) for at, name in enumerate(first)} | {name: at for at, name in enumerate(last, 1)}
    return sorted((field for field in FIELDS if places & field.places), key=lambda field: order.get(field.name, 0))


def plain_fields(places: Place) -> list[Field]:
    """Return the plain fields that are said in any of these places."""
    return [field for field in fields_at(places) if field.is_plain]


def further_lines(metadata: DocumentMetadata, places: Place) -> tuple[tuple[str, str], ...]:
    """Return name and text of the plain fields that are said in any of these places and are not empty."""
    lines = ((field.name, field.said_in(metadata)) for field in plain_fields(places))
    return tuple((name, line) for name, line in lines if line)


def printed_rows(sheet: IssueSheet) -> list[list[tuple[str, str]]]:
    """Return name and text of the fields on the first page of a PDF, in rows; of the plain ones those the sheet has."""
    own = [(field.name, getattr(sheet, field.name)) for field in fields_at(Place.PRINT) if not field.is_plain]
    not_printed = {field.name for field in FIELDS if Place.PRINT not in field.places}
    together = own + [(name, text) for name, text in sheet.further if name not in not_printed]
    return [together[at : at + FIELDS_IN_A_ROW] for at in range(0, len(together), FIELDS_IN_A_ROW)]
