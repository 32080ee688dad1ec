"""The rich-text editor and the page text in a real browser, under the pages' own security policy."""

import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Blueprint, Flask, jsonify, render_template_string, request
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from docctl.adapters.conversion import html_to_markdown, markdown_to_html
from docctl.adapters.reading_view import FORMULA_TAGS, PAGE_TAGS, render
from docctl.web import open_to_all
from tests.adapters.test_reading_view import ATTACKS
from tests.browser import until

TEXT = (
    '<h1>Purpose</h1><p>It says <strong>how</strong>.[^1] It stays.[^2=*] See <a href="https://example.org">there</a>.</p>'
    '<table><colgroup><col style="width: 30%"><col style="width: 70%"></colgroup>'
    "<thead><tr><th>Role</th><th>Duty</th></tr></thead>"
    '<tbody><tr><td rowspan="2">Owner</td><td style="text-align: right;">keeps it</td></tr>'
    "<tr><td><p>one</p><p>two</p></td></tr></tbody></table>"
    '<ul class="task-list"><li><label><input type="checkbox" checked="" />written</label></li>'
    '<li><label><input type="checkbox" />read</label></li></ul>'
    "<ol><li>first<ul><li>inner</li></ul></li></ol>"
    '<p><img src="assets/plan.png" alt="A plan" style="width:2in"></p>'
    "<blockquote><p>H<sub>2</sub>O, 10<sup>3</sup>, <s>gone</s></p></blockquote><pre><code>a  b</code></pre>"
    "<p>[^1]: As in <em>ISO 9000</em>.</p><p>[^2=*]: Starred.</p>"
)
SENT = (
    '<h1>Purpose</h1><p>It says <strong>how</strong>.[^1] It stays.[^2=*] See <a href="https://example.org">there</a>.</p>'
    '<table><colgroup><col width="30%"><col width="70%"></colgroup>'
    "<thead><tr><th>Role</th><th>Duty</th></tr></thead>"
    '<tbody><tr><td rowspan="2">Owner</td><td align="right">keeps it</td></tr>'
    "<tr><td><p>one</p><p>two</p></td></tr></tbody></table>"
    '<ul class="task-list"><li>☒ written</li><li>☐ read</li></ul>'
    "<ol><li>first<ul><li>inner</li></ul></li></ol>"
    '<p><img src="assets/plan.png" alt="A plan" width="2in"></p>'
    "<blockquote><p>H<sub>2</sub>O, 10<sup>3</sup>, <s>gone</s></p></blockquote><pre><code>a  b</code></pre>"
    "<p>[^1]: As in <em>ISO 9000</em>.</p><p>[^2=*]: Starred.</p>"
)
FORM = (
    '{% extends "frame/base.html" %}{% block title %}Writing{% endblock %}{% block main %}<h1>Writing</h1>'
    '{% call ui.form("/trial/save", css="form-wide") %}'
    '{{ ui.editor("html", "Text", html, upload_url="/trial/assets", '
    'assets_url="/trial/assets", draft_key="T", saved="1") }}'
    '{{ ui.submit("Save") }}{% endcall %}{% endblock %}{% block scripts %}{{ ui.editor_scripts() }}{% endblock %}'
)
READING = '{% extends "frame/base.html" %}{% block main %}<div class="reading">{{ html|safe }}</div>{% endblock %}'
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63606060f80f00010401005fe5c34b0000000049454e44ae426082"
)


@pytest.fixture
def sent(app: Flask) -> list[str]:
    """What the trial form sent, each time it was sent."""
    texts: list[str] = []
    bp = Blueprint("trial", __name__)

    @bp.get("/trial/write")
    @open_to_all
    def write() -> str:
        return render_template_string(FORM, html=request.args.get("html", TEXT))

    @bp.post("/trial/save")
    @open_to_all
    def save() -> str:
        texts.append(request.form["html"])
        return "saved"

    @bp.post("/trial/assets")
    @open_to_all
    def take_picture() -> object:
        assert request.headers["X-CSRFToken"]
        return jsonify(src="assets/image2.png")

    @bp.get("/trial/assets/<name>")
    @open_to_all
    def picture(name: str) -> tuple[bytes, dict[str, str]]:
        return PIXEL, {"Content-Type": "image/png"}

    @bp.get("/trial/attacks")
    @open_to_all
    def attacks() -> str:
        views = [render(f"before {attack} after\n\n{attack}").html for attack in ATTACKS]
        return render_template_string(READING, html="<hr>".join(views))

    app.register_blueprint(bp)
    return texts


@pytest.fixture
def page(app: Flask, sent: list[str], browser: Browser) -> Iterator[Page]:
    """A browser page; a break of the security policy or a script error fails the test."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    broken: list[str] = []
    page = browser.new_page(base_url=f"http://127.0.0.1:{server.port}")
    page.on("console", lambda said: broken.append(said.text) if "Security Policy" in said.text else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    page.close()
    server.shutdown()
    assert broken == []


def save(page: Page) -> None:
    """Send the form."""
    page.get_by_role("button", name="Save").click()
    page.get_by_text("saved", exact=True).wait_for()


def go_to_end(page: Page) -> None:
    """Go to the end of the line in which the caret stands, and wait until the editor knows it."""
    page.keyboard.press("End")
    until(page, "getSelection().anchorOffset === (getSelection().anchorNode?.textContent ?? '').length")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_a_text_that_nobody_touched_is_sent_as_it_came(page: Page, sent: list[str]) -> None:
    page.goto("/trial/write")
    save(page)
    assert sent == [SENT]


def test_what_was_sent_can_be_edited_again_without_loss(page: Page, sent: list[str]) -> None:
    page.goto(f"/trial/write?{urlencode({'html': SENT})}")
    save(page)
    assert sent == [SENT]


TEXTS = {
    "language": "``` yaml\nlimit: 12\n  wait: 10\n\nclose: 2\n```\n",
    "indented": "    no language\n      indented\n",
    "spaces": "Type `a   b` and `c  d`.\n",
    "note of blocks": (
        "A text.[^1]\n\n[^1]: First.\n\n    Second.\n\n    - item\n    - other\n\n"
        "    | a   | b   |\n    |-----|-----|\n    | 1   | 2   |\n"
    ),
    "two notes": "A text.[^1] And more.[^2]\n\n[^1]: One *line*.\n\n[^2]: First.\n\n    Second.\n",
    "no note": "A text.\n\n\\[^2\\]: No mark leads to this paragraph.\n\nAn end.\n",
    "note in a list": "- An item.[^1]\n- Other.\n\n[^1]: Noted.\n\n    > Quoted.\n",
    "code in a note": "A text.[^1]\n\n[^1]: So:\n\n    ``` yaml\n    a: 1\n    b: 2\n    ```\n",
}


@pytest.mark.parametrize("markdown", TEXTS.values(), ids=TEXTS)
def test_a_text_comes_back_from_the_editor_as_it_was(page: Page, sent: list[str], markdown: str) -> None:
    page.goto(f"/trial/write?{urlencode({'html': markdown_to_html(markdown)})}")
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    save(page)
    assert html_to_markdown(sent[0]).strip() == markdown.strip()


def test_a_table_is_made_filled_and_grown_with_the_keyboard(page: Page, sent: list[str]) -> None:
    page.goto("/trial/write?html=%3Cp%3E%3C/p%3E")
    page.locator(".ProseMirror").click()
    page.keyboard.press("Alt+F10")
    page.keyboard.press("End")
    until(page, "document.activeElement.getAttribute('aria-label') === 'Table'")
    page.keyboard.press("Enter")
    page.get_by_label("Rows", exact=True).fill("2")
    page.get_by_label("Columns", exact=True).fill("2")
    page.keyboard.press("Enter")
    page.locator(".ProseMirror th").first.wait_for()
    until(page, "document.activeElement.matches('.ProseMirror')")
    for word in ("Role", "Duty", "Owner", "keeps", "Next"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    save(page)
    rows = "<tr><td>Owner</td><td>keeps</td></tr><tr><td>Next</td><td></td></tr>"
    assert sent == [f"<table><thead><tr><th>Role</th><th>Duty</th></tr></thead><tbody>{rows}</tbody></table>"]


def test_cells_are_merged_and_split_with_the_toolbar(page: Page, sent: list[str]) -> None:
    cells = "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
    page.goto(f"/trial/write?html={cells}")
    page.locator(".ProseMirror td").first.click()
    until(page, "document.getSelection().anchorNode?.textContent === 'a'")
    go_to_end(page)
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("button", name="Merge cells").click()
    page.locator(".ProseMirror td[colspan='2']").wait_for()
    page.get_by_role("button", name="Split cell").click()
    page.locator(".ProseMirror td >> nth=1").wait_for()
    save(page)
    assert sent[0].count("<td>") == 2


def test_a_picture_is_uploaded_with_the_text_that_stands_for_it(page: Page, sent: list[str]) -> None:
    page.goto("/trial/write?html=%3Cp%3ESee%3C/p%3E")
    page.locator(".ProseMirror p").click()
    go_to_end(page)
    page.get_by_role("button", name="Picture").click()
    picture = {"name": "x.png", "mimeType": "image/png", "buffer": PIXEL}
    page.get_by_label("Picture file").set_input_files(files=[picture])  # type: ignore[list-item]
    page.get_by_label("What the picture shows").fill("The flow")
    page.get_by_role("button", name="OK").click()
    page.locator(".ProseMirror img[src='/trial/assets/image2.png']").wait_for()
    save(page)
    assert sent == ['<p>See<img src="assets/image2.png" alt="The flow"></p>']


def test_unsaved_text_is_offered_again_after_the_page_was_lost(page: Page, sent: list[str]) -> None:
    page.goto("/trial/write?html=%3Cp%3Eold%3C/p%3E")
    page.locator(".ProseMirror p").click()
    go_to_end(page)
    page.keyboard.type(" and new")
    page.get_by_text("this browser keeps a copy").wait_for()
    page.goto("/trial/write?html=%3Cp%3Eold%3C/p%3E")
    page.get_by_role("button", name="Use them").click()
    page.get_by_text("old and new").wait_for()
    save(page)
    assert sent == ["<p>old and new</p>"]


def test_a_list_keeps_the_kind_of_its_numbers_and_shows_it(page: Page, sent: list[str]) -> None:
    page.goto("/trial/write?html=%3Col%20type%3D%22lower-alpha-paren%22%3E%3Cli%3E%3Cp%3Eone%3C/p%3E%3C/li%3E%3C/ol%3E")
    shown = page.locator(".editor-surface ol").evaluate("list => getComputedStyle(list).listStyleType")
    assert shown == "lower-alpha-paren"
    page.get_by_text("one", exact=True).click()
    go_to_end(page)
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    save(page)
    assert sent == ['<ol type="lower-alpha-paren"><li>one</li><li>two</li></ol>']


def test_nothing_written_into_a_document_runs_in_a_browser(page: Page) -> None:
    page.add_init_script("window.alert = () => { throw new Error('an attack ran'); }")
    page.goto("/trial/attacks")
    live = page.evaluate(
        "[...document.querySelectorAll('.reading *')].filter(e => [...e.attributes]"
        ".some(a => a.name.startsWith('on') || a.name === 'style' || /^\\s*javascript:/i.test(a.value))).length"
    )
    assert live == 0
    built = page.evaluate("[...new Set([...document.querySelectorAll('.reading *')].map(e => e.localName))]")
    assert set(built) <= PAGE_TAGS | FORMULA_TAGS
    assert page.locator(".reading :is(script, iframe, svg, form, style, input)").count() == 0
    assert page.locator(".reading math [href], .reading math [class]").count() == 0
    assert page.locator(".reading > hr").count() >= len(ATTACKS) - 1
