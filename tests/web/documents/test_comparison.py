"""Comparing in the browser: word by word, inline and side by side, for revisions one may read."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories.files.pdf_pages import open_pdf, page_texts
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def two_revisions(office: Office) -> None:
    """A document with two revisions that differ in one word."""
    office.publish(text="# Purpose\n\nWe weigh every apple.\n\n# Scope\n\nAll scales.\n")
    office.revise("POL-001", "# Purpose\n\nWe weigh every pear.\n\n# Scope\n\nAll scales.\n")


def test_the_changed_words_are_marked_in_one_text(signed_in: SignedIn, two_revisions: None) -> None:
    page = signed_in("eve").get("/documents/POL-001/compare?older=1&newer=2").text
    assert '<del class="diff-removed">apple</del>' in page
    assert '<ins class="diff-added">pear</ins>' in page
    assert "1 word added" in page


def test_both_texts_are_shown_side_by_side(signed_in: SignedIn, two_revisions: None) -> None:
    page = signed_in("eve").get("/documents/POL-001/compare?older=1&newer=2&view=side&all=yes").text
    assert page.index("apple") < page.index("pear")
    assert page.count("All scales.") == 2
    assert "Unchanged text is left out" not in page


def test_without_a_choice_the_last_two_revisions_are_compared(signed_in: SignedIn, two_revisions: None) -> None:
    answer = signed_in("eve").get("/documents/POL-001/compare")
    assert (answer.status_code, answer.location) == (302, "/documents/POL-001/compare?older=1&newer=2")


def test_the_other_way_round_is_put_right(signed_in: SignedIn, two_revisions: None) -> None:
    answer = signed_in("eve").get("/documents/POL-001/compare?older=2&newer=1")
    assert answer.location == "/documents/POL-001/compare?older=1&newer=2"


def test_nobody_compares_with_what_they_may_not_read(signed_in: SignedIn, office: Office, two_revisions: None) -> None:
    office.open_revision("POL-001")
    assert signed_in("eve").get("/documents/POL-001/compare?older=2&newer=3").status_code == 404
    assert signed_in("alice").get("/documents/POL-001/compare?older=2&newer=3").status_code == 200
    assert signed_in("eve").get("/documents/POL-001/compare?older=2&newer=77").status_code == 404


def test_equal_revisions_are_said_to_be_equal(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    office.revise("POL-001", "# Purpose\n\nWe weigh every apple.\n")
    office.revise("POL-001", "# Purpose\n\nWe weigh every apple.\n")
    page = signed_in("eve").get("/documents/POL-001/compare?older=2&newer=3").text
    assert "There is no difference between these revisions." in page


def test_one_revision_is_not_compared_with_itself(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    page = signed_in("eve").get("/documents/POL-001/compare?older=1&newer=1").text
    assert "This is one and the same revision." in page
    assert "The document has no other yet." in page
    assert "There is no difference" not in page


@pytest.mark.parametrize("asked", ["-1", "0", "abc", "1e3", "9999999999"])
@pytest.mark.parametrize(
    "page",
    [
        "compare?older=1&newer={}",
        "compare?older={}",
        "compare/word?newer={}",
        "origins?revision={}",
        "origins?since={}",
    ],
)
def test_a_number_that_no_revision_can_have_is_refused_by_itself(
    signed_in: SignedIn, two_revisions: None, page: str, asked: str
) -> None:
    answer = signed_in("eve").get(f"/documents/POL-001/{page.format(asked)}")
    assert answer.status_code == 404
    assert f"There is no revision “{asked}”; choose one from the list." in answer.text


def test_a_revision_that_is_not_there_is_named_with_those_that_are(signed_in: SignedIn, two_revisions: None) -> None:
    answer = signed_in("eve").get("/documents/POL-001/compare?older=1&newer=999")
    assert "There is no revision 999 that you may compare; there are 1, 2." in answer.text


def test_both_texts_can_be_taken_away_as_a_word_file_with_tracked_changes(
    signed_in: SignedIn, two_revisions: None
) -> None:
    answer = signed_in("eve").get("/documents/POL-001/compare/word?older=1&newer=2")
    assert answer.status_code == 200
    assert 'filename="POL-001-1-to-2.docx"' in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        text = package.read("word/document.xml").decode()
    assert re.search(r'<w:del w:id="\d+" w:author="Alice Author" [^>]*><w:r><w:delText[^>]*>apple<', text)
    assert re.search(r"<w:ins [^>]*><w:r><w:t[^>]*>pear<", text)


def test_a_comparison_can_be_taken_away_as_a_pdf(signed_in: SignedIn, two_revisions: None) -> None:
    answer = signed_in("eve").get("/documents/POL-001/compare/pdf?older=1&newer=2")
    assert answer.data.startswith(b"%PDF-")
    text = "".join(page_texts(open_pdf(answer.data)))
    assert "apple" in text
    assert "pear" in text
    assert "COMPARISON" in text


@pytest.mark.parametrize("kind", ["word", "pdf"])
def test_a_comparison_with_what_one_may_not_read_cannot_be_taken_away(
    signed_in: SignedIn, two_revisions: None, kind: str
) -> None:
    assert signed_in("eve").get(f"/documents/POL-001/compare/{kind}?older=1&newer=3").status_code == 404
