"""Standards and their clauses: what the catalogue answers about them."""

import pytest

from docctl.domain.errors import NotFoundError
from docctl.domain.standards.correspondence import (
    CorrespondenceGroup,
    CorrespondencePair,
    CorrespondenceTable,
    NoPeer,
    Transition,
    TransitionException,
)
from docctl.domain.standards.standard import Catalogue, Clause, DocumentedInformation, Standard

QUALITY, QUALITY_NEXT, CARS, SECURITY = "iso-9001-2015", "iso-9001-2026", "iatf-16949-2016", "iso-27001-2022"


def clause(standard_id, clause_id, title, **more):
    return Clause(standard_id, clause_id, title, clause_id.rpartition(".")[0] or None, **more)


def standard(standard_id, code, published, *clauses, **more):
    return Standard(standard_id, code, "A title", 1, published, True, tuple(clauses), **more)


@pytest.fixture
def catalogue():
    """Two editions of one standard, one built upon it, and one with controls."""
    quality = standard(
        QUALITY,
        "ISO 9001:2015",
        "2015-09",
        clause(QUALITY, "7", "Support"),
        clause(QUALITY, "7.5", "Documented information"),
        clause(QUALITY, "7.5.3", "Control of documented information"),
        clause(QUALITY, "7.5.3.1", None),
        clause(QUALITY, "10", "Improvement"),
        clause(QUALITY, "10.3", "Continual improvement"),
        documented_information=(DocumentedInformation(QUALITY, "7.5", "retain", "Records"),),
    )
    newer = standard(
        QUALITY_NEXT,
        "ISO 9001:2026",
        "2026-09",
        clause(QUALITY_NEXT, "7", "Support"),
        clause(QUALITY_NEXT, "7.5", "Documented information"),
        clause(QUALITY_NEXT, "7.5.3", "Control of documented information"),
        clause(QUALITY_NEXT, "7.5.3.1", None),
        clause(QUALITY_NEXT, "10", "Improvement"),
        clause(QUALITY_NEXT, "10.1", "Continual improvement"),
        supersedes=QUALITY,
    )
    cars = standard(
        CARS,
        "IATF 16949:2016",
        "2016-10",
        clause(CARS, "7", "Support", inherits="7"),
        clause(CARS, "7.5", None, inherits="7.5"),
        clause(CARS, "7.5.1", None),
        based_on=QUALITY,
        documented_information=(DocumentedInformation(CARS, "7.5", "maintain", "Quality manual"),),
    )
    security = standard(
        SECURITY,
        "ISO/IEC 27001:2022",
        "2022-10",
        clause(SECURITY, "7", "Support"),
        clause(SECURITY, "7.5", "Documented information"),
        clause(SECURITY, "A", "Controls", kind="annex"),
        clause(SECURITY, "A.5", "Organizational controls", kind="theme"),
        clause(SECURITY, "A.5.33", "Protection of records", kind="control"),
    )
    table = CorrespondenceTable(
        groups=(
            CorrespondenceGroup("7.5", "Documented information", "equal", ((QUALITY, "7.5"), (SECURITY, "7.5"))),
            CorrespondenceGroup("10.1", "Improvement", "equal", ((QUALITY, "10.3"), (QUALITY_NEXT, "10.1"))),
        ),
        pairs=(CorrespondencePair((QUALITY, "7.5.3"), (SECURITY, "A.5.33"), "related", "records"),),
        transitions=(Transition(QUALITY, QUALITY_NEXT, (TransitionException("10.3", ("10.1",), "equal"),), ()),),
        no_peer=(NoPeer(QUALITY, "10", (SECURITY,)),),
    )
    return Catalogue((quality, newer, cars, security), table)


def peers(catalogue, standard_id, clause_id):
    return {
        (row.standard_id, row.clause_id, row.relation, row.basis)
        for row in catalogue.correspondences(standard_id, clause_id)
    }


def test_clause_is_found_by_standard_and_number(catalogue):
    assert catalogue.clause(QUALITY, "7.5.3").title == "Control of documented information"
    assert catalogue.has_clause(QUALITY, "7.5.3")
    assert not catalogue.has_clause(QUALITY, "7.5.4")


@pytest.mark.parametrize(("standard_id", "clause_id"), [(QUALITY, "99"), ("iso-1", "7.5"), ("", "")])
def test_unknown_clause_is_refused_by_name(catalogue, standard_id, clause_id):
    for lookup in (catalogue.clause, catalogue.heading, catalogue.correspondences, catalogue.documented_information):
        with pytest.raises(NotFoundError, match="catalogue"):
            lookup(standard_id, clause_id)


def test_numbered_paragraph_without_heading_shows_the_title_above(catalogue):
    assert catalogue.heading(QUALITY, "7.5.3.1") == "Control of documented information"
    assert catalogue.path(QUALITY, "7.5.3.1") == (
        "Support",
        "Documented information",
        "Control of documented information",
    )


def test_inherited_clause_shows_the_title_of_the_standard_it_is_based_on(catalogue):
    assert catalogue.heading(CARS, "7.5") == "Documented information"
    assert catalogue.heading(CARS, "7.5.1") == "Documented information"


def test_inherited_clause_demands_what_both_standards_demand(catalogue):
    assert [row.what for row in catalogue.documented_information(CARS, "7.5")] == ["Quality manual", "Records"]
    assert [row.what for row in catalogue.documented_information(QUALITY, "7.5")] == ["Records"]


def test_tree_keeps_document_order_and_depth(catalogue):
    rows = [(row.clause.id, row.depth) for row in catalogue.tree(SECURITY)]
    assert rows == [("7", 0), ("7.5", 1), ("A", 0), ("A.5", 1), ("A.5.33", 2)]


def test_children_are_chapters_or_the_clauses_directly_below(catalogue):
    assert [each.id for each in catalogue.children(QUALITY)] == ["7", "10"]
    assert [each.id for each in catalogue.children(QUALITY, "7")] == ["7.5"]
    assert catalogue.children(QUALITY, "7.5.3.1") == ()


def test_position_puts_chapter_10_after_chapter_7(catalogue):
    assert catalogue.position(QUALITY, "10") > catalogue.position(QUALITY, "7.5.3.1")


def test_controls_are_the_rows_of_annex_a(catalogue):
    assert [each.id for each in catalogue.controls(SECURITY)] == ["A.5.33"]
    assert catalogue.standard(SECURITY).has_controls
    assert not catalogue.standard(QUALITY).has_controls


def test_editions_come_newest_first(catalogue):
    assert [each.id for each in catalogue.editions("ISO 9001")] == [QUALITY_NEXT, QUALITY]
    assert catalogue.editions("ISO 1") == ()


def test_correspondence_is_seen_from_both_ends(catalogue):
    assert (SECURITY, "A.5.33", "related", "pair") in peers(catalogue, QUALITY, "7.5.3")
    assert (QUALITY, "7.5.3", "related", "pair") in peers(catalogue, SECURITY, "A.5.33")


def test_editions_of_one_standard_correspond_by_transition_only(catalogue):
    assert peers(catalogue, QUALITY, "10.3") == {(QUALITY_NEXT, "10.1", "equal", "transition")}
    assert (QUALITY, "7.5", "equal", "transition") in peers(catalogue, QUALITY_NEXT, "7.5")


def test_pair_named_for_the_older_edition_holds_for_the_newer(catalogue):
    assert (SECURITY, "A.5.33", "related", "carried") in peers(catalogue, QUALITY_NEXT, "7.5.3")


def test_inherited_clause_corresponds_to_whatever_its_base_corresponds_to(catalogue):
    assert peers(catalogue, CARS, "7.5") == {
        (QUALITY, "7.5", "equal", "inherited"),
        (SECURITY, "7.5", "equal", "harmonized"),
    }
    assert (CARS, "7.5", "equal", "harmonized") in peers(catalogue, SECURITY, "7.5")


def test_clause_without_counterpart_is_named(catalogue):
    assert catalogue.no_peer(QUALITY, "10") == {SECURITY}
    assert catalogue.no_peer(QUALITY, "7.5") == frozenset()


def test_denied_correspondence_is_not_derived(catalogue):
    table = CorrespondenceTable(
        pairs=catalogue.table.pairs,
        transitions=catalogue.table.transitions,
        no_peer=(NoPeer(QUALITY_NEXT, "7.5.3", (SECURITY,)),),
    )
    changed = Catalogue(catalogue.standards, table)
    assert all(row.standard_id != SECURITY for row in changed.correspondences(QUALITY_NEXT, "7.5.3"))
