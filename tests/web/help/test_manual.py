"""Help in the browser: the chapter that belongs to a page, links between chapters, and the search of the manual."""

import re

from flask.testing import FlaskClient

from docctl.registers.help.manual import chapters
from docctl.web.help.manual import CHAPTER_OF
from tests.web.conftest import SignedIn

HELP = re.compile(r'class="help-link" href="([^"]+)"')


def test_each_page_leads_to_the_chapter_that_belongs_to_it(signed_in: SignedIn) -> None:
    carla = signed_in("carla")
    found = {page: HELP.findall(carla.get(page).text) for page in ("/", "/import", "/registers", "/documents")}
    assert found == {
        "/": ["/help/reading"],
        "/import": ["/help/controlling#s-bringing-in-what-there-is"],
        "/registers": ["/help/auditing"],
        "/documents": ["/help/reading"],
    }


def test_every_chapter_and_section_that_a_page_names_is_there(client: FlaskClient) -> None:
    blueprints = client.application.blueprints.keys() | {"known_browsers"}
    assert CHAPTER_OF.keys() <= blueprints
    for target in CHAPTER_OF.values():
        name, _, anchor = target.partition("#")
        assert not anchor or f'id="{anchor}"' in chapters()[name].view.html, target


def test_every_chapter_opens_and_others_are_refused(signed_in: SignedIn) -> None:
    eve = signed_in("eve")
    for name, chapter in chapters().items():
        page = eve.get(f"/help/{name}")
        assert (page.status_code, page.text.count("<h1>")) == (200, 1), name
        assert chapter.title.partition(":")[0] in page.text
    for name in ("nothing", "../README", "reading.md", "decisions", "reading/"):
        assert eve.get(f"/help/{name}").status_code == 404, name


def test_the_manual_is_searched_and_says_when_nothing_is_found(signed_in: SignedIn) -> None:
    eve = signed_in("eve")
    found = eve.get("/help?q=one-time+link").text
    assert 'href="/help/administering' in found
    assert "<mark>" in found
    assert "0 sections found" in eve.get("/help?q=zebra").text
    assert "&lt;script" in eve.get("/help?q=<script>x").text


def test_help_asks_to_sign_in(client: FlaskClient) -> None:
    assert "/sign-in" in client.get("/help/reading").headers["Location"]
