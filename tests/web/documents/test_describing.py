"""Pages for metadata and clauses."""

from collections.abc import Callable

from flask.testing import FlaskClient

from docctl.domain.documents.document_metadata import CitedClause
from tests.factories.library import Office
from tests.web.forms import hidden_fields, page_of, send

SignedIn = Callable[[str], FlaskClient]
DRAFT = "/documents/POL-001/revisions/1"
CITING = "# Purpose\n\nWe follow ISO 9001:2015, 7.5.3.\n\n# Records\n\nSee clause 7.5 of ISO/IEC 27001:2022.\n"


def test_metadata_is_changed_and_the_clauses_stay(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write(clauses=[("iso-9001-2015", "5.2")])
    fields = {"title": "Quality and safety policy", "language": "de", "classification": "public", "keywords": "a, b ,"}
    assert send(signed_in("alice"), f"{DRAFT}/metadata", **fields).status_code == 303
    metadata = office.revision(revision_id).document_metadata
    assert (metadata.title, metadata.language, metadata.keywords) == ("Quality and safety policy", "de", ("a", "b"))
    assert metadata.clauses == (CitedClause("iso-9001-2015", "5.2"),)


def test_metadata_that_cannot_be_kept_is_refused_beside_the_form(signed_in: SignedIn, office: Office) -> None:
    office.write()
    alice = signed_in("alice")
    for wrong in ({"title": " "}, {"title": "x", "classification": "restricted"}, {"title": "a\x01b"}):
        answer = send(alice, f"{DRAFT}/metadata", **{"language": "en", "classification": "internal", **wrong})
        assert answer.status_code == 422
        assert "Not done." in answer.get_data(as_text=True)


def test_metadata_of_a_text_that_was_saved_meanwhile_is_shown_again_to_be_sent_again(
    signed_in: SignedIn, office: Office
) -> None:  # fmt: skip
    revision_id = office.write()
    alice = signed_in("alice")
    opened = hidden_fields(page_of(alice, f"{DRAFT}/metadata"))
    office.save(revision_id, "# Purpose\n\nMore.\n", author="carla")
    fields = {"title": "New title", "language": "en", "classification": "internal"}
    answer = alice.post(f"{DRAFT}/metadata", data={**opened, **fields})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "New title" in page
    again = alice.post(f"{DRAFT}/metadata", data={**hidden_fields(page), **fields})
    assert again.status_code == 303
    assert office.revision(revision_id).title == "New title"


def test_clauses_cited_in_the_text_are_offered_with_their_section(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write(text=CITING)
    alice = signed_in("alice")
    page = page_of(alice, f"{DRAFT}/clauses?standard=iso-27001-2022")
    assert 'value="iso-9001-2015|7.5.3|Purpose"' in page
    assert 'value="iso-27001-2022|A.5.1|"' in page
    chosen = ["iso-9001-2015|7.5.3|Purpose", "iso-27001-2022|A.5.1|", "iso-27001-2022|A.99|", "nonsense", "x|y|z"]
    assert send(alice, f"{DRAFT}/clauses", add=chosen).status_code == 303
    assert set(office.revision(revision_id).document_metadata.clauses) == {
        CitedClause("iso-9001-2015", "7.5.3", "Purpose"),
        CitedClause("iso-27001-2022", "A.5.1"),
    }
    assert "added ISO/IEC 27001:2022, A.5.1, ISO 9001:2015, 7.5.3" in page_of(alice, f"{DRAFT}/saved")


def test_a_clause_is_moved_to_a_section_or_taken_out(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write(text=CITING, clauses=[("iso-9001-2015", "5.2"), ("iso-9001-2015", "7.5")])
    alice = signed_in("alice")
    assert send(alice, f"{DRAFT}/clauses", **{"keep-1": "yes", "section-1": "Records"}).status_code == 303
    assert office.revision(revision_id).document_metadata.clauses == (CitedClause("iso-9001-2015", "7.5", "Records"),)
