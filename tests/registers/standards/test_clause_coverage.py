"""Which documents cover which clauses, and where the gaps are."""

import pytest

from docctl.domain.errors import NotFoundError
from docctl.registers.standards.clause_coverage import (
    ClauseCoverage,
    clause_coverage,
    clauses_of,
    documents_citing,
    standards_overview,
)
from tests.factories.library import Office

ISO_9001 = "iso-9001-2015"


def coverage(office: Office, login: str, standard: str = ISO_9001) -> ClauseCoverage:
    """Return a standard's coverage as somebody sees it."""
    with office.control.reading() as session:
        return clause_coverage(office.control, session, office.person(login), standard)


def test_clause_is_covered_by_itself_by_its_parent_or_only_below(office: Office) -> None:
    office.publish("POL-001", clauses=[(ISO_9001, "7.5"), (ISO_9001, "8.4.1", "Suppliers")])
    rows = {row.clause: row for row in coverage(office, "eve").rows}
    assert rows["7.5"].coverage == "direct"
    assert rows["7.5.3"].coverage == "by_parent"
    assert [document.cited for document in rows["7.5.3"].documents] == ["7.5"]
    assert rows["8.4.1"].documents[0].section == "Suppliers"
    assert rows["8.4"].coverage == "below"
    assert rows["8.4.2"].coverage == "gap"
    assert rows["9.2.2"].coverage == "gap"


def test_counts_agree_with_the_rows(office: Office) -> None:
    nothing = coverage(office, "carla")
    assert (nothing.covered, nothing.percent) == (0, 0)
    assert nothing.gaps == nothing.total
    assert nothing.demands_open > 0
    office.publish(clauses=[(ISO_9001, str(chapter)) for chapter in range(4, 11)])
    whole = coverage(office, "carla")
    assert (whole.covered, whole.percent, whole.gaps, whole.demands_open) == (whole.total, 100, 0, 0)


def test_drafts_and_restricted_documents_cover_nothing_for_a_reader(office: Office) -> None:
    office.write("POL-001", clauses=[(ISO_9001, "5.2")])
    office.publish("POL-002", clauses=[(ISO_9001, "5.2")], departments=("Management",))
    assert coverage(office, "eve").covered == 0
    assert {row.clause for row in coverage(office, "ann").rows if row.coverage == "direct"} == {"5.2"}


def test_superseded_citations_cover_nothing(office: Office) -> None:
    office.publish(clauses=[(ISO_9001, "5.2")])
    revision_id = office.open_revision("POL-001")
    from_before = office.revision(revision_id).document_metadata
    office.save(revision_id, metadata=type(from_before)(title=from_before.title))
    office.carry_through(revision_id)
    assert coverage(office, "carla").covered == 0


def test_overview_counts_documents_of_each_standard(office: Office) -> None:
    office.publish(clauses=[(ISO_9001, "5.2"), (ISO_9001, "7.5"), ("iso-27001-2022", "A.5.1")])
    with office.control.reading() as session:
        lines = {line.standard_id: line for line in standards_overview(office.control, session, office.person("audra"))}
    assert lines[ISO_9001].documents == lines["iso-27001-2022"].documents == 1
    assert lines[ISO_9001].covered == coverage(office, "audra").covered > 1
    assert lines["iso-14001-2015"].documents == 0


def test_documents_citing_a_clause_include_those_above_and_below(office: Office) -> None:
    office.publish("POL-001", clauses=[(ISO_9001, "7.5.3")])
    office.publish("POL-002", clauses=[(ISO_9001, "7")])
    office.publish("POL-003", clauses=[(ISO_9001, "7.2")])
    with office.control.reading() as session:
        found = documents_citing(office.control, session, office.person("eve"), ISO_9001, "7.5")
    assert {document.number for document in found} == {"POL-001", "POL-002"}


def test_cited_clauses_come_in_the_order_of_the_catalogue_and_unknown_ones_last(office: Office) -> None:
    cited = [(ISO_9001, "99.9", ""), (ISO_9001, "10.2", ""), (ISO_9001, "4.1", "Context")]
    lines = clauses_of(office.control, cited)
    assert [line.clause for line in lines] == ["4.1", "10.2", "99.9"]
    assert lines[0].heading
    assert lines[2].heading == ""


def test_unknown_standard_is_not_found(office: Office) -> None:
    with pytest.raises(NotFoundError):
        coverage(office, "eve", "iso-0")
