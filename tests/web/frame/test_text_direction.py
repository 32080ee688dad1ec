"""Pages of texts that run from right to left, and pages that hold both directions."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from docctl.document_control import DocumentControl
from docctl.followers.catching_up import catch_up
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]
ARABIC = "# الغرض\n\nتحفظ المفاتيح في خزانة رقم 12.\u200f\n\n- يسجل كل زائر.\n\n# الأبواب\n\nThe annex is in English.\n"


def test_a_text_from_right_to_left_runs_so_on_its_page_and_in_its_contents(
    signed_in: SignedIn, office: Office, control: DocumentControl
) -> None:
    office.publish("POL-001", "سياسة المفاتيح", text=ARABIC, language="ar")
    page = signed_in("eve").get("/documents/POL-001").text
    assert '<article class="reading-text reading" lang="ar" dir="rtl"' in page
    assert re.search(r'<ol lang="ar" dir="rtl">\s*<li class="contents-1">\s*<a href="#', page)
    assert '<ul dir="rtl">' in page
    assert '<p dir="ltr">The annex is in English.</p>' in page
    assert "رقم 12.\u200f</p>" in page
    catch_up(control)
    assert '<p class="hit-passage" lang="ar" dir="rtl">' in signed_in("eve").get("/search?q=المفاتيح").text


def test_the_editor_and_the_preview_of_a_draft_run_as_its_text_does(signed_in: SignedIn, office: Office) -> None:
    office.write("POL-001", "سياسة المفاتيح", text=ARABIC, language="ar")
    browser = signed_in("alice")
    assert 'data-lang="ar" lang="ar" dir="rtl"' in browser.get("/documents/POL-001/revisions/1/write").text
    assert '<div lang="ar" dir="rtl">' in browser.get("/documents/POL-001/revisions/1/preview").text


def test_a_comparison_lets_each_line_run_as_its_words_do(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001", "سياسة المفاتيح", text=ARABIC, language="ar")
    office.revise("POL-001", ARABIC.replace("12", "13"))
    page = signed_in("carla").get("/documents/POL-001/compare?older=1&newer=2").text
    assert 'class="piece change-changed" dir="auto"' in page


def test_a_text_from_left_to_right_says_so_once(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001")
    page = signed_in("eve").get("/documents/POL-001").text
    article = page.partition("<article")[2].partition("</article>")[0]
    assert article.startswith(' class="reading-text reading" lang="en" dir="ltr"')
    assert article.count("dir=") == 1
