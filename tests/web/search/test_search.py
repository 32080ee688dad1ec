"""Search in the browser: hits that open at their section, facets, suggestions, and nothing of what one may not see."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from docctl.document_control import DocumentControl
from docctl.followers.catching_up import catch_up
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


def plain(page: str) -> str:
    """A page without what differs at every request."""
    ever_new = r'name="csrf-token" content="[^"]*"|name="(csrf_token|request_id)" value="[^"]*"|data-seconds="\d+"'
    return re.sub(ever_new, "", page)


def test_a_hit_opens_at_the_section_that_holds_the_words(
    signed_in: SignedIn, office: Office, control: DocumentControl
) -> None:
    office.publish(text="# Purpose\n\nNothing here.\n\n# Calibration of scales\n\nEvery scale is calibrated yearly.\n")
    catch_up(control)
    page = signed_in("eve").get("/search?q=calibrated").text
    assert 'href="/documents/POL-001#s-calibration-of-scales"' in page
    assert "<mark>calibrated</mark>" in page
    assert "1 document found" in page


def test_search_narrows_down_by_facets(signed_in: SignedIn, office: Office, control: DocumentControl) -> None:
    office.publish("POL-001", "Weighing policy", department="Quality")
    office.publish("POL-002", "Weighing goods", department="Stores")
    catch_up(control)
    eve = signed_in("eve")
    page = eve.get("/search?q=weighing").text
    assert "2 documents found" in page
    assert 'href="/search?q=weighing&amp;department=Stores"' in page
    narrowed = eve.get("/search?q=weighing&department=Stores").text
    assert "POL-002" in narrowed
    assert "POL-001" not in narrowed
    assert "Take this filter away" in narrowed


def test_a_misspelt_word_gets_a_suggestion(signed_in: SignedIn, office: Office, control: DocumentControl) -> None:
    office.publish("POL-001", "Weighing policy")
    catch_up(control)
    page = signed_in("eve").get("/search?q=wieghing").text
    assert "Did you mean" in page
    assert 'href="/search?q=weighing"' in page


def test_when_nothing_is_found_the_page_says_what_to_try(signed_in: SignedIn) -> None:
    page = signed_in("eve").get("/search?q=zzxqy").text
    assert "Nothing was found." in page
    assert "such as train*" in page


def test_a_word_of_a_restricted_document_is_answered_as_a_word_nobody_wrote(
    signed_in: SignedIn, office: Office, control: DocumentControl
) -> None:
    office.publish("POL-009", "Zanzibar plans", text="Zanzibar.\n", departments=("Quality",))
    office.publish("POL-001")
    catch_up(control)
    eve = signed_in("eve")
    eve.get("/documents")  # the first page tells what happened to the account
    for asked in ("", "&type=policy", "&department=Quality", "&revisions=every", "&state=IN_FORCE"):
        hidden, absent = eve.get(f"/search?q=zanzibar{asked}"), eve.get(f"/search?q=zanzibor{asked}")
        assert plain(hidden.text).replace("zanzibar", "zanzibor") == plain(absent.text)
    assert eve.get("/search/titles?beginning=zan").json == []
    assert [hit["number"] for hit in signed_in("rob").get("/search/titles?beginning=zan").json or []] == ["POL-009"]


def test_only_controllers_and_auditors_search_every_revision(
    signed_in: SignedIn, office: Office, control: DocumentControl
) -> None:
    office.publish(text="# Purpose\n\nThe old elephant.\n")
    office.revise("POL-001", "# Purpose\n\nThe new giraffe.\n")
    catch_up(control)
    found = signed_in("audra").get("/search?q=elephant&revisions=every").text
    assert 'href="/documents/POL-001/revisions/1#s-purpose"' in found
    assert "Superseded" in found
    assert "/revisions/1" not in signed_in("audra").get("/search?q=elephant").text
    for login in ("eve", "alice"):
        page = signed_in(login).get("/search?q=elephant&revisions=every").text
        assert "/revisions/1" not in page
        assert "every revision" not in page.lower()


def test_titles_are_proposed_while_typing(signed_in: SignedIn, office: Office, control: DocumentControl) -> None:
    office.publish("POL-001", "Weighing policy")
    catch_up(control)
    proposed = signed_in("eve").get("/search/titles?beginning=weig").json
    assert proposed == [{"number": "POL-001", "title": "Weighing policy", "address": "/documents/POL-001"}]


def test_a_question_is_never_an_error(signed_in: SignedIn) -> None:
    eve = signed_in("eve")
    for query in ("((((", "*:*", '"', "a" * 5000, "%00\x00", "' OR 1=1 --", "<script>alert(1)</script>"):
        answer = eve.get("/search", query_string={"q": query, "page": "999999999999"})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
