"""The tables of documents: the master list, the history and the origins of one, how standards are covered."""

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.described_fields import msgid
from docctl.domain.people.reader import Reader
from docctl.registers.documents import master_list
from docctl.registers.documents.master_list import MasterListFilters
from docctl.registers.documents.revision_history import RevisionEntry, SignatureLine, revision_history
from docctl.registers.documents.section_origins import OriginsOfSection, ParagraphOrigin, section_origins
from docctl.registers.standards.clause_coverage import CoverageRow, clause_coverage, rows_shown, standards_overview
from docctl.registers.tables.table import Cell, Table, yes_or_no
from docctl.texts.differences import ROW
from docctl.texts.text_blocks import CODE, FOOTNOTE, HEADING, ITEM, PARAGRAPH, PICTURE, QUOTE

ALL = MasterListFilters()
HISTORY = (
    msgid("Revision"), msgid("State"), msgid("Title"), msgid("Summary of changes"), msgid("Written by"),
    msgid("Effective date"), msgid("In force since (UTC)"), msgid("Ended (UTC)"), msgid("Ended because"),
    msgid("Adopted on the evidence of"), msgid("Label before"), msgid("Approved by, as claimed"), msgid("Fingerprint"),
    msgid("Signed by"), msgid("Role"), msgid("Meaning"), msgid("Signed (UTC)"), msgid("Counts"),
    msgid("Fingerprint signed"),
)  # fmt: skip
ORIGINS = (
    msgid("Section"), msgid("Kind"), msgid("Text"), msgid("Revision"), msgid("Label before"), msgid("State"),
    msgid("Written by"), msgid("Save"), msgid("Saved (UTC)"), msgid("Approved by"), msgid("Approved (UTC)"),
    msgid("Effective date"), msgid("Summary of changes"), msgid("First came in revision"),
    msgid("Touched by revisions"), msgid("Adopted"),
)  # fmt: skip
STANDARDS = (
    msgid("Standard"), msgid("Title"), msgid("Worked to"), msgid("Clauses covered"), msgid("Clauses to cover"),
    msgid("Per cent"), msgid("Documents"),
)  # fmt: skip
COVERAGE = (
    msgid("Clause"), msgid("Title"), msgid("Coverage"), msgid("Documents"), msgid("Documents to maintain"),
    msgid("Records to retain"),
)  # fmt: skip
COVERED = {
    "direct": "Covered",
    "by_parent": "Covered by the clause above",
    "below": "Covered in its subclauses",
    "gap": "Gap",
    "none": "",
}
KINDS = {
    HEADING: "Heading",
    PARAGRAPH: "Paragraph",
    ITEM: "List item",
    ROW: "Row of a table",
    QUOTE: "Quotation",
    CODE: "Block of code",
    PICTURE: "Picture",
    FOOTNOTE: "Footnote",
}


def documents(
    control: DocumentControl,
    session: Session,
    person: Reader,
    filters: MasterListFilters = ALL,
    sort: str = "number",
) -> Table:
    """Return the documents that the person may find, or those that filters find."""
    headings, rows = master_list.as_table(master_list.every_row(control, session, person, filters, sort))
    return Table("master-list", msgid("Master list"), headings, rows)


def history(control: DocumentControl, session: Session, person: Reader, number: str) -> Table:
    """Return the revisions of a document: one row for each signature, or for a revision that has none."""
    found = revision_history(control, session, person, number)
    rows = [row for entry in found.revisions for row in _history_of(entry)]
    return Table(f"{found.number}-revision-history", f"Revision history of {found.number}", HISTORY, rows)


def origins(
    control: DocumentControl,
    session: Session,
    person: Reader,
    number: str,
    revision: int | None = None,
    since: int = 0,
) -> Table:
    """Return who changed what: one row for each paragraph, list item or row of a table."""
    found = section_origins(control, session, person, number, revision)
    since = since if since < found.shown.revision else 0
    rows = [_origin(section, each) for section in found.sections for each in section.since(since)]
    return Table(f"{found.number}-{found.shown.revision}-origins", f"Who changed what in {found.number}", ORIGINS, rows)


def standards(control: DocumentControl, session: Session, person: Reader) -> Table:
    """Return the standards of the catalogue, and how far each is covered."""
    rows = [
        (line.code, line.title, yes_or_no(line.in_use), line.covered, line.total, line.percent, line.documents)
        for line in standards_overview(control, session, person)
    ]
    return Table("standards", msgid("Standards"), STANDARDS, rows)


def coverage(control: DocumentControl, session: Session, person: Reader, standard_id: str, view: str = "") -> Table:
    """Return the clauses of a standard, or those of a view, with the documents that cover them."""
    found = clause_coverage(control, session, person, standard_id)
    return Table(f"{standard_id}-coverage", found.code, COVERAGE, [_covered(row) for row in rows_shown(found, view)])


def _history_of(entry: RevisionEntry) -> Iterator[tuple[Cell, ...]]:
    claimed = entry.claimed
    own = (
        entry.revision, _in_words(entry.state), entry.title, entry.change_summary, ", ".join(entry.authors),
        entry.effective_date, entry.in_force_at, entry.ended_at, entry.ended_because, entry.adopted_evidence,
        claimed.label if claimed else "", claimed.approved_by if claimed else "", entry.fingerprint,
    )  # fmt: skip
    signatures: tuple[SignatureLine | None, ...] = entry.signatures or (None,)
    for line in signatures:
        if line is None:
            yield (*own, "", "", "", None, "", "")
        else:
            counts = yes_or_no(line.is_valid)
            yield (*own, line.printed_name, line.role, line.meaning, line.signed_at, counts, line.fingerprint)


def _origin(section: OriginsOfSection, paragraph: ParagraphOrigin) -> tuple[Cell, ...]:
    block, last = paragraph.block, paragraph.last
    line = last.revision
    return (
        section.title, KINDS.get(block.kind, block.kind), " | ".join(block.cells), line.revision, line.label,
        _in_words(line.state), "not said here" if line.hides_earlier else ", ".join(last.authors),
        last.saved_draft, last.saved_at,
        ", ".join(line.approved_by), line.approved_at, line.effective_date, line.change_summary,
        paragraph.first.revision.revision, ", ".join(str(each.revision.revision) for each in paragraph.contributions),
        yes_or_no(bool(line.adopted_evidence)),
    )  # fmt: skip


def _covered(row: CoverageRow) -> tuple[Cell, ...]:
    return (
        row.clause,
        row.heading,
        COVERED[row.coverage],
        _listed(f"{each.number} {each.title}" for each in row.documents),
        _listed(demand.what for demand in row.demands if demand.kind == "maintain"),
        _listed(demand.what for demand in row.demands if demand.kind == "retain"),
    )


def _in_words(state: str) -> str:
    return state.replace("_", " ").capitalize()


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))
