"""Who changed what, in the browser: each paragraph with the revision and the people it is from."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from docctl.domain.rights.audit_engagement import AuditorView
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]
FIRST = (
    "# Purpose\n\nWe weigh every apple.\n\n# Scope\n\nAll scales.\n\n| Role | Duty |\n|---|---|\n| Owner | Keeps |\n"
)
SECOND = FIRST.replace("apple", "pear").replace("Keeps", "Keeps & burns")


@pytest.fixture
def two_revisions(office: Office) -> Office:
    """A document of which one paragraph and one row of a table changed in the second revision."""
    office.publish(text=FIRST)
    office.revise("POL-001", SECOND, "Pears instead of apples")
    return office


def page(browser: FlaskClient, query: str = "") -> str:
    """Return the page."""
    answer = browser.get(f"/documents/POL-001/origins{query}")
    assert answer.status_code == 200
    return answer.text


def stretches(text: str) -> list[tuple[str, str]]:
    """Return each stretch of the text with the revision named beside it, without tags."""
    found = re.findall(
        r'<div class="origin-text[^>]*>(.*?)</div>\s*<div class="origin-about">(.*?)</a>', text, re.DOTALL
    )
    return [tuple(" ".join(re.sub(r"<[^>]+>", " ", side).split()) for side in pair) for pair in found]


def test_beside_each_paragraph_stands_the_revision_it_came_with(signed_in: SignedIn, two_revisions: Office) -> None:
    text = page(signed_in("eve"))
    shown = [(re.sub(r"Last touched: .*Written by [\w ]+\.", "|", words), about) for words, about in stretches(text)]
    assert shown == [
        ("Purpose |", "Revision 1"),
        ("We weigh every pear.", "Revision 2"),
        ("Scope | All scales. Role Duty", "Revision 1"),
        ("Owner Keeps &amp; burns", "Revision 2"),
    ]
    for said in ("Alice Author", "Pears instead of apples", "Approved by Ann Approver", "Earlier wording:"):
        assert said in text
    assert 'href="/documents/POL-001/compare?older=1&amp;newer=2#at-s-purpose"' in text


def test_the_comparison_has_the_place_that_is_linked_to(signed_in: SignedIn, two_revisions: Office) -> None:
    for view in ("", "&view=side"):
        compared = signed_in("eve").get(f"/documents/POL-001/compare?older=1&newer=2{view}").text
        assert compared.count('id="at-s-purpose"') == compared.count('id="at-s-scope"') == 1


def test_only_what_changed_since_a_revision_is_shown_when_asked_for(signed_in: SignedIn, two_revisions: Office) -> None:
    eve = signed_in("eve")
    text = page(eve, "?since=1")
    assert [about for _, about in stretches(text)] == ["Revision 2", "Revision 2"]
    assert "All scales." not in text
    assert text.count("Unchanged text is left out") == 1
    two_revisions.revise("POL-001", SECOND, "Nothing new")
    assert "Nothing in the text changed since revision 2." in page(eve, "?since=2")
    assert "All scales." in page(eve, "?since=77")
    assert "We weigh every apple." in page(eve, "?revision=1")


def test_a_heading_that_did_not_change_keeps_its_level_above_what_did(signed_in: SignedIn, office: Office) -> None:
    office.publish(text="# Purpose\n\n## Scope\n\nAll scales.\n")
    office.revise("POL-001", "# Purpose\n\n## Scope\n\nAll scales of the town.\n")
    text = page(signed_in("eve"), "?since=1")
    assert "<h3>Scope</h3>" in text
    assert "Purpose" not in text
    assert "Unchanged text is left out" not in text
    assert len(stretches(text)) == 1


def test_a_first_revision_says_that_all_came_with_it(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    text = page(signed_in("eve"))
    assert "Revision 1 is the first, so all of its text came with it." in text
    assert "What changed<" not in text


def test_what_was_taken_out_is_told_of_its_section(signed_in: SignedIn, office: Office) -> None:
    office.publish(text=FIRST)
    office.revise("POL-001", FIRST.replace("All scales.\n", ""))
    text = page(signed_in("eve"), "?since=1")
    assert "Text taken out:" in text
    assert 'older=1&amp;newer=2#at-s-scope"' in text


def test_the_history_and_the_document_lead_there(signed_in: SignedIn, two_revisions: Office) -> None:
    eve = signed_in("eve")
    assert 'href="/documents/POL-001/origins"' in eve.get("/documents/POL-001").text
    assert 'href="/documents/POL-001/origins?revision=1"' in eve.get("/documents/POL-001/revisions/1").text
    assert 'href="/documents/POL-001/origins"' in eve.get("/documents/POL-001/history").text


def test_a_draft_is_for_those_at_work_only(signed_in: SignedIn, two_revisions: Office) -> None:
    two_revisions.save(two_revisions.open_revision("POL-001"), SECOND + "\nA secret plan.\n")
    assert "A secret plan." in page(signed_in("alice"), "?revision=3")
    eve = signed_in("eve")
    assert "A secret plan." not in page(eve)
    assert eve.get("/documents/POL-001/origins?revision=3").status_code == 404
    assert eve.get("/documents/POL-001/origins.csv?revision=3").status_code == 404


def test_the_origins_are_taken_away_as_csv_and_xlsx(signed_in: SignedIn, two_revisions: Office) -> None:
    eve = signed_in("eve")
    answer = eve.get("/documents/POL-001/origins.csv?since=1")
    assert "POL-001-2-origins.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["Section"], row["Kind"], row["Text"], row["Revision"]) for row in rows] == [
        ("Purpose", "Paragraph", "We weigh every pear.", "2"),
        ("Scope", "Row of a table", "Owner | Keeps & burns", "2"),
    ]
    assert (rows[0]["Written by"], rows[0]["First came in revision"]) == ("Alice Author", "1")
    assert rows[0]["Touched by revisions"] == "1, 2"
    assert eve.get("/documents/POL-001/origins.xlsx").data.startswith(b"PK")


def test_it_is_recorded_that_an_auditor_looked(signed_in: SignedIn, two_revisions: Office) -> None:
    page(signed_in("audra"), "?since=1")
    with two_revisions.control.reading() as session:
        looked = [(each.what, each.document) for each in session.scalars(select(AuditorView))]
    assert ("section_origins.show", "POL-001") in looked
