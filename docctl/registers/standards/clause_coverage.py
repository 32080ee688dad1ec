"""Clause coverage: which documents in force cover which clauses of a standard, and where nothing does."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.cross_reference import ClauseCitation
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.people.reader import Reader
from docctl.domain.standards.standard import Clause, DocumentedInformation, Standard
from docctl.registers.readable import in_force_for

DIRECT = "direct"
BY_PARENT = "by_parent"
BELOW = "below"
GAP = "gap"
NONE = "none"
MAINTAIN = "maintain"
GAPS, DEMANDS, CONTROLS, CLAUSES = "gaps", "demands", "controls", "clauses"


@dataclass(frozen=True)
class ClauseLine:
    """A clause that a document cites, with its heading from the catalogue; an unknown clause has none."""

    standard_id: str
    code: str
    clause: str
    heading: str
    section: str


@dataclass(frozen=True)
class CoveringDocument:
    """A document in force that covers a clause, with the clause that it cites and the section that does."""

    document_id: int
    number: str
    title: str
    revision: int
    section: str
    cited: str


@dataclass(frozen=True)
class CoverageRow:
    """A clause with documents that cover it, how many do, and what it demands as documented information."""

    clause: str
    heading: str
    depth: int
    parent: str
    kind: str
    auditable: bool
    coverage: str
    documents: tuple[CoveringDocument, ...]
    covered_by: int
    demands: tuple[DocumentedInformation, ...]


@dataclass(frozen=True)
class ClauseCoverage:
    """A standard's clauses with their documents, and how many are covered."""

    standard_id: str
    code: str
    title: str
    rows: tuple[CoverageRow, ...]
    covered: int
    total: int
    percent: int
    gaps: int
    demands_open: int


@dataclass(frozen=True)
class StandardLine:
    """A standard of the catalogue: whether the organisation works to it, and how far it is covered."""

    standard_id: str
    code: str
    title: str
    in_use: bool
    covered: int
    total: int
    percent: int
    documents: int


def standards_overview(control: DocumentControl, session: Session, person: Reader) -> tuple[StandardLine, ...]:
    """Return every standard of the catalogue, those the organisation works to or cites first."""
    cited: dict[str, set[str]] = defaultdict(set)
    rows = session.execute(
        select(ClauseCitation.standard, ClauseCitation.clause)
        .join(Revision, Revision.id == ClauseCitation.revision_id)
        .where(in_force_for(person))
        .distinct()
    )
    for standard_id, clause in rows:
        cited[standard_id].add(clause)
    documents = _documents_by_standard(session, person)
    chosen = set(control.organisation(session).standards)
    lines = []
    for standard in control.catalogue.standards:
        covered, total = _counts(standard, cited[standard.id])
        lines.append(
            StandardLine(
                standard.id,
                standard.code,
                standard.title,
                standard.id in chosen,
                covered,
                total,
                _percent(covered, total),
                documents.get(standard.id, 0),
            )
        )
    return tuple(sorted(lines, key=lambda line: (not line.in_use, not line.documents)))


def clause_coverage(
    control: DocumentControl, session: Session, person: Reader, standard_id: str, most: int | None = None
) -> ClauseCoverage:
    """Return a standard's clause tree with the documents the person may read; raise NotFoundError where unknown.

    Whoever shows only some of the documents of each clause says how many are read at most.
    """
    standard = control.catalogue.standard(standard_id)
    citing, count = _citing(session, person, standard_id, most=most), _count_citing(session, person, standard_id)
    demanding = _must_cover(standard)
    rows = []
    for place in control.catalogue.tree(standard_id):
        clause = place.clause
        own = citing.get(clause.id, ())
        parents = _ancestors(control, clause)
        above = tuple(document for parent in parents for document in citing.get(parent, ()))
        below = any(cited.startswith(f"{clause.id}.") for cited in count)
        rows.append(
            CoverageRow(
                clause=clause.id,
                heading=place.heading,
                depth=place.depth,
                parent=clause.parent or "",
                kind=clause.kind,
                auditable=clause.auditable,
                coverage=_coverage(bool(own), bool(above), below, clause.id in demanding),
                documents=(*own, *above),
                covered_by=sum(count.get(each, 0) for each in (clause.id, *parents)),
                demands=control.catalogue.documented_information(standard_id, clause.id),
            )
        )
    covered, total = _counts(standard, set(count))
    return ClauseCoverage(
        standard_id=standard.id,
        code=standard.code,
        title=standard.title,
        rows=tuple(rows),
        covered=covered,
        total=total,
        percent=_percent(covered, total),
        gaps=sum(row.coverage == GAP for row in rows),
        demands_open=sum(_lacks_document(row) for row in rows),
    )


def rows_shown(coverage: ClauseCoverage, view: str) -> list[CoverageRow]:
    """Return the clauses of a view: all of them, the gaps, what demands something in writing, or the controls."""
    return [row for row in coverage.rows if _is_shown(row, view)]


def _is_shown(row: CoverageRow, view: str) -> bool:
    is_control = row.kind in ("control", "theme")
    if view == GAPS:
        return row.coverage == GAP
    if view == DEMANDS:
        return bool(row.demands)
    return {CONTROLS: is_control, CLAUSES: not is_control}.get(view, True)


def documents_citing(
    control: DocumentControl, session: Session, person: Reader, standard_id: str, clause: str
) -> tuple[CoveringDocument, ...]:
    """Return the documents in force that cite the clause, one below it, or the clause above it."""
    found = control.catalogue.clause(standard_id, clause)
    count = _count_citing(session, person, standard_id)
    near = [clause, *_ancestors(control, found), *(each for each in count if each.startswith(f"{clause}."))]
    citing = _citing(session, person, standard_id, clauses=near)
    return tuple(document for each in near for document in citing.get(each, ()))


def clauses_of(control: DocumentControl, citations: Iterable[tuple[str, str, str]]) -> tuple[ClauseLine, ...]:
    """Return cited clauses with their headings, in the order of the catalogue; what it does not know comes last."""
    lines = []
    for standard_id, clause, section in citations:
        if control.catalogue.has_clause(standard_id, clause):
            code = control.catalogue.standard(standard_id).code
            heading = control.catalogue.heading(standard_id, clause)
            place = control.catalogue.position(standard_id, clause)
            lines.append((0, place, ClauseLine(standard_id, code, clause, heading, section)))
        else:
            lines.append((1, 0, ClauseLine(standard_id, standard_id, clause, "", section)))
    return tuple(line for *_, line in sorted(lines, key=lambda row: (row[0], row[1], row[2].clause, row[2].section)))


def _count_citing(session: Session, person: Reader, standard_id: str) -> dict[str, int]:
    """Return how often documents cite each clause of a standard, in the order of what cites them first."""
    rows = session.execute(
        select(ClauseCitation.clause, func.count())
        .join(Revision, Revision.id == ClauseCitation.revision_id)
        .join(Document, Document.id == Revision.document_id)
        .where(ClauseCitation.standard == standard_id, in_force_for(person))
        .group_by(ClauseCitation.clause)
        .order_by(func.min(Document.canonical), func.min(ClauseCitation.section))
    )
    return {row[0]: row[1] for row in rows}


def _citing(
    session: Session,
    person: Reader,
    standard_id: str,
    *,
    clauses: Sequence[str] | None = None,
    most: int | None = None,
) -> dict[str, tuple[CoveringDocument, ...]]:
    """Return the documents that cite each clause of a standard, or some of its clauses, and at most so many of each."""
    order = (Document.canonical, ClauseCitation.section)
    place = func.row_number().over(partition_by=ClauseCitation.clause, order_by=order).label("place")
    asked = (
        select(
            ClauseCitation.clause,
            Document.id,
            Document.number,
            Revision.title,
            Revision.number.label("revision"),
            ClauseCitation.section,
            Document.canonical,
            place,
        )
        .join(Revision, Revision.id == ClauseCitation.revision_id)
        .join(Document, Document.id == Revision.document_id)
        .where(ClauseCitation.standard == standard_id, in_force_for(person))
    )
    if clauses is not None:
        asked = asked.where(ClauseCitation.clause.in_(clauses))
    placed = asked.subquery()
    wanted = select(placed).order_by(placed.c.canonical, placed.c.section)
    if most is not None:
        wanted = wanted.where(placed.c.place <= most)
    citing: dict[str, list[CoveringDocument]] = defaultdict(list)
    for clause, document_id, number, title, revision, section, *_ in session.execute(wanted):
        citing[clause].append(CoveringDocument(document_id, number, title, revision, section, clause))
    return {clause: tuple(documents) for clause, documents in citing.items()}


def _documents_by_standard(session: Session, person: Reader) -> dict[str, int]:
    rows = session.execute(
        select(ClauseCitation.standard, func.count(Revision.document_id.distinct()))
        .join(Revision, Revision.id == ClauseCitation.revision_id)
        .where(in_force_for(person))
        .group_by(ClauseCitation.standard)
    )
    return {row[0]: row[1] for row in rows}


def _ancestors(control: DocumentControl, clause: Clause) -> tuple[str, ...]:
    above = []
    while clause.parent is not None:
        above.append(clause.parent)
        clause = control.catalogue.clause(clause.standard_id, clause.parent)
    return tuple(above)


def _must_cover(standard: Standard) -> frozenset[str]:
    """The clauses that documents have to cover: auditable ones that have no auditable clause below them."""
    auditable = [clause for clause in standard.clauses if clause.auditable]
    parents = {clause.parent for clause in auditable}
    return frozenset(clause.id for clause in auditable if clause.id not in parents)


def _counts(standard: Standard, cited: set[str]) -> tuple[int, int]:
    """Return how many clauses are covered, by themselves or by a clause above them, of how many that must be."""
    parent_of = {clause.id: clause.parent for clause in standard.clauses}
    wanted = _must_cover(standard)

    def is_covered(clause: str | None) -> bool:
        return clause is not None and (clause in cited or is_covered(parent_of[clause]))

    return sum(is_covered(clause) for clause in wanted), len(wanted)


def _coverage(own: bool, above: bool, below: bool, must: bool) -> str:
    for holds, coverage in ((own, DIRECT), (above, BY_PARENT), (below, BELOW), (must, GAP)):
        if holds:
            return coverage
    return NONE


def _lacks_document(row: CoverageRow) -> bool:
    """Say whether the clause demands a document that nobody wrote."""
    return row.coverage in (GAP, NONE) and any(demand.kind == MAINTAIN for demand in row.demands)


def _percent(covered: int, total: int) -> int:
    """Return whole per cent, rounded down, so that 100 means everything."""
    return covered * 100 // total if total else 0
