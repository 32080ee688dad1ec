"""Standards in the browser: the clause tree with its documents and gaps, as far as one may see them."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


def test_a_clause_is_covered_or_a_gap_in_words(signed_in: SignedIn, office: Office) -> None:
    office.publish(clauses=[("iso-9001-2015", "5.2")])
    page = signed_in("eve").get("/standards/iso-9001-2015").text
    assert "Covered" in page
    assert "Gap" in page
    assert 'href="/documents/POL-001"' in page
    gaps = signed_in("eve").get("/standards/iso-9001-2015?show=gaps").text
    assert 'href="/documents/POL-001"' not in gaps
    assert "/standards/iso-9001-2015/7.5.1" in gaps


def test_a_restricted_document_covers_nothing_for_those_outside(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-009", "Secret plans", clauses=[("iso-9001-2015", "5.2")], departments=("Quality",))
    eve, rob = signed_in("eve"), signed_in("rob")
    for place in ("/standards/iso-9001-2015", "/standards/iso-9001-2015/5.2", "/standards/iso-9001-2015/coverage.csv"):
        assert "POL-009" not in eve.get(place).text
        assert "POL-009" in rob.get(place).text
    assert eve.get("/standards").text.count("<strong>0 %</strong>") > rob.get("/standards").text.count(
        "<strong>0 %</strong>"
    )


def test_a_clause_shows_what_it_demands_and_what_corresponds(signed_in: SignedIn, office: Office) -> None:
    office.publish(clauses=[("iso-9001-2015", "7.5", "Purpose")])
    page = signed_in("eve").get("/standards/iso-9001-2015/7.5").text
    assert "ISO 14001:2015" in page
    assert "section “Purpose”" in page


def test_annex_a_controls_have_a_view_of_their_own(signed_in: SignedIn) -> None:
    page = signed_in("eve").get("/standards/iso-27001-2022?show=controls").text
    assert "/standards/iso-27001-2022/A.5.1" in page
    assert '"/standards/iso-27001-2022/4.1"' not in page


def test_unknown_standards_and_clauses_are_not_found(signed_in: SignedIn) -> None:
    eve = signed_in("eve")
    assert eve.get("/standards/iso-1").status_code == 404
    assert eve.get("/standards/iso-9001-2015/99").status_code == 404
    assert eve.get("/standards/iso-1/coverage.csv").status_code == 404


def test_coverage_is_taken_away_as_csv_and_xlsx(signed_in: SignedIn, office: Office) -> None:
    office.publish(clauses=[("iso-9001-2015", "5.2")])
    eve = signed_in("eve")
    assert "5.2,Policy,Covered,POL-001 Quality policy" in eve.get("/standards/iso-9001-2015/coverage.csv").text
    assert "POL-001" not in eve.get("/standards/iso-9001-2015/coverage.csv?show=gaps").text
    assert eve.get("/standards/iso-9001-2015/coverage.xlsx").data.startswith(b"PK")
    assert "ISO 9001:2015" in eve.get("/standards.csv").text
    assert eve.get("/standards.xlsx").data.startswith(b"PK")


def test_a_clause_with_many_documents_names_some_and_leads_to_the_rest(signed_in: SignedIn, office: Office) -> None:
    for number in range(1, 9):
        office.publish(f"POL-00{number}", clauses=[("iso-9001-2015", "6.3")])
    eve = signed_in("eve")
    page = eve.get("/standards/iso-9001-2015").text
    assert "POL-006" in page
    assert "POL-007" not in page
    assert "2 more" in page
    assert "POL-008" in eve.get("/standards/iso-9001-2015/6.3").text
    assert "POL-008" in eve.get("/standards/iso-9001-2015/coverage.csv").text
