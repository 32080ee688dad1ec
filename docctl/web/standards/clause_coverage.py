"""Standards: the clause tree of each, the documents that cover its clauses, and the gaps."""

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from docctl.registers.standards.clause_coverage import (
    CLAUSES,
    CONTROLS,
    DEMANDS,
    GAPS,
    clause_coverage,
    documents_citing,
    rows_shown,
    standards_overview,
)
from docctl.registers.tables import of_documents
from docctl.web import control, person
from docctl.web.frame.asked import asked_text
from docctl.web.frame.taking_away import as_table_file

bp = Blueprint("clause_coverage", __name__)

MOST_DOCUMENTS = 6
# A list is shown whole rather than leave one out, so whether two more follow has to be known.
DOCUMENTS_READ = MOST_DOCUMENTS + 2


@bp.get("/standards")
def standards() -> str:
    """Show the standards of the catalogue, those the organisation works to first."""
    with control().reading() as reading:
        lines = standards_overview(control(), reading, person())
    catalogue = {standard.id: standard for standard in control().catalogue.standards}
    return render_template("standards/standards.html", lines=lines, catalogue=catalogue)


@bp.get("/standards.<any(csv, xlsx):kind>")
def take_away_standards(kind: str) -> Response:
    """Give the standards and how far each is covered as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_documents.standards(control(), reading, person()))


@bp.get("/standards/<standard_id>")
def standard(standard_id: str) -> str:
    """Show the clause tree of a standard with the documents that cover each clause."""
    with control().reading() as reading:
        coverage = clause_coverage(control(), reading, person(), standard_id, most=DOCUMENTS_READ)
    view = asked_text("show")
    return render_template(
        "standards/standard.html",
        coverage=coverage,
        standard=control().catalogue.standard(standard_id),
        view=view if view in (GAPS, DEMANDS, CONTROLS, CLAUSES) else "",
        rows=rows_shown(coverage, view),
        coverage_words=coverage_words(),
        most_documents=MOST_DOCUMENTS,
    )


@bp.get("/standards/<standard_id>/coverage.<any(csv, xlsx):kind>")
def take_away(standard_id: str, kind: str) -> Response:
    """Give the clauses shown with their documents as a table."""
    with control().reading() as reading:
        table = of_documents.coverage(control(), reading, person(), standard_id, asked_text("show"))
    return as_table_file(kind, table)


@bp.get("/standards/<standard_id>/<clause>")
def clause(standard_id: str, clause: str) -> str:
    """Show one clause: the documents that cover it, what it demands in writing, and what corresponds to it."""
    catalogue = control().catalogue
    found = catalogue.clause(standard_id, clause)
    with control().reading() as reading:
        documents = documents_citing(control(), reading, person(), standard_id, clause)
        coverage = clause_coverage(control(), reading, person(), standard_id)
    own = next(row for row in coverage.rows if row.clause == clause)
    return render_template(
        "standards/clause.html",
        standard=catalogue.standard(standard_id),
        clause=found,
        row=own,
        heading=catalogue.heading(standard_id, clause),
        path=catalogue.path(standard_id, clause)[:-1],
        documents=documents,
        below=[row for row in coverage.rows if row.parent == clause],
        correspondences=catalogue.correspondences(standard_id, clause),
        catalogue=catalogue,
        coverage_words=coverage_words(),
    )


def coverage_words() -> dict[str, tuple[str, str, str]]:
    """Return for each kind of coverage its word, the kind of its badge and its sign."""
    return {
        "direct": (_("Covered"), "good", "check-circle"),
        "by_parent": (_("Covered by the clause above"), "good", "check-circle"),
        "below": (_("Covered in its subclauses"), "good", "check-circle"),
        "gap": (_("Gap"), "danger", "exclamation-octagon"),
        "none": ("", "plain", ""),
    }
