"""Clauses that a text cites in its words and that its document does not list yet, offered with their sections."""

from dataclasses import dataclass

from docctl.document_control import DocumentControl
from docctl.domain.documents.document_metadata import CitedClause
from docctl.domain.documents.reading_text import ReadingView
from docctl.domain.people.organisation import Organisation
from docctl.domain.standards.citation import format_citation, recognise_citations


@dataclass(frozen=True)
class OfferedClause:
    """A clause found in the text: the citation in full, its title, and the section in which it is cited first."""

    cited: CitedClause
    citation: str
    heading: str
    found: str


def offered_clauses(
    control: DocumentControl, organisation: Organisation, view: ReadingView, present: tuple[CitedClause, ...]
) -> tuple[OfferedClause, ...]:
    """Return the clauses recognised in a text, without those that are listed already, each once."""
    catalogue = control.catalogue
    editions = {
        catalogue.standard(each).family: each
        for each in organisation.standards
        if any(each == standard.id for standard in catalogue.standards)
    }
    listed = {(row.standard, row.clause) for row in present}
    offered: dict[tuple[str, str], OfferedClause] = {}
    for found in recognise_citations(view.text, catalogue, editions):
        key = (found.standard_id, found.clause_id)
        if found.clause_id and key not in listed and key not in offered:
            offered[key] = OfferedClause(
                CitedClause(*key, _section_with(view, found.text)),
                format_citation(catalogue, *key),
                catalogue.heading(*key),
                " ".join(found.text.split()),
            )
    return tuple(sorted(offered.values(), key=lambda each: (each.cited.standard, _place(control, each.cited))))


def section_titles(view: ReadingView) -> tuple[str, ...]:
    """Return the titles of the sections that a citation can name, each once."""
    return tuple(dict.fromkeys(section.title[:200] for section in view.sections if section.title))


def _place(control: DocumentControl, cited: CitedClause) -> int:
    return control.catalogue.position(cited.standard, cited.clause)


def _section_with(view: ReadingView, text: str) -> str:
    return next((section.title[:200] for section in view.sections if text in section.text), "")
