"""Reading: what Markdown becomes, and what never gets into a page."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.adapters.conversion import html_to_markdown
from docctl.adapters.reading_view import FORMULA_ATTRIBUTES, FORMULA_TAGS, PAGE_TAGS, render
from docctl.domain.documents.reading_text import ReferenceLink, mark_references, with_pictures_at

PAGE_ATTRIBUTES = frozenset(
    (
        *("abbr", "alt", "aria-label", "class", "colspan", "dir", "headers", "height", "href", "id", "loading", "rel"),
        *("role", "rowspan", "scope", "span", "src", "start", "tabindex", "title", "type", "value", "width"),
    )
)

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    '<img src="assets/a.png" onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<x- onclick=alert(1)>click</x->",
    '<p onclick="alert(1)">unclosed',
    '<a href="javascript:alert(1)">a</a>',
    '<a href="  java\tscript:alert(1)">a</a>',
    '<a href="&#106;avascript:alert(1)">a</a>',
    '<a href="//evil.example/">a</a>',
    '<a href="/\\evil.example/">a</a>',
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "[a](<javascript:alert(1)>)",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    '![a](assets/a.png "\\" onerror=alert(1) x=\\"")',
    "![a](http://evil.example/beacon.png)",
    "![a](assets/../../secret.png)",
    "![a](data:image/svg+xml;base64,PHN2Zy8+)",
    "<iframe src=https://evil.example></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=https://evil.example><input name=password><button>go</button></form>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "<base href=https://evil.example>",
    "<style>body{display:none}</style>",
    '<p style="position:fixed;inset:0;background:url(https://evil.example)">x</p>',
    '<td style="width:expression(alert(1))">x</td>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math><style><img src=x onerror=alert(1)></style></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<table><td><script>alert(1)</script></td></table>",
    '<div><a href="https://x.example" id="main" name="body">clobber</a></div>',
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<?php echo 1 ?><![CDATA[<img src=x onerror=alert(1)>]]>",
    "[^<img src=x onerror=alert(1)>]\n\n[^<img src=x onerror=alert(1)>]: note",
    '[^1]\n\n[^1]: <img src=x onerror="alert(1)">',
    "`<img src=x onerror=alert(1)>`",
    "$`<img src=x onerror=alert(1)>`$",
    "$`\\href{javascript:alert(1)}{x} \\style{background:url(//evil.example)}{x} \\class{modal}{x}`$",
    "$`\\text{</mtext></math><img src=x onerror=alert(1)>}`$",
    '$<code>x" onclick="alert(1)</code>$',
    "```html\n<img src=x onerror=alert(1)>\n```",
    "# <img src=x onerror=alert(1)>",
    '<a href="https://x.example" target="_top" ping="https://evil.example">x</a>',
    "<a href='https://x.example\" onclick=\"alert(1)'>x</a>",
    "<<script>script>alert(1)<</script>/script>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title><plaintext>",
]


class PageReader(HTMLParser):
    """Read a page text as a browser would, and note every tag and attribute in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: value or "" for name, value in attrs}))


def assert_harmless(html: str) -> None:
    """Assert that nothing in a page text can run, load from elsewhere, or take the place of a part of the page."""
    ids = []
    for tag, attributes in PageReader(html).seen:
        assert tag in PAGE_TAGS | FORMULA_TAGS
        own = PAGE_ATTRIBUTES if tag in PAGE_TAGS else FORMULA_ATTRIBUTES | {"alttext", "display"}
        assert set(attributes) <= own
        assert attributes.get("dir", "auto") in ("auto", "ltr", "rtl")
        if "href" in attributes:
            assert re.match(r"https?://|mailto:|#|/(?![/\\])|[^:/]+([/?#]|$)", attributes["href"])
        if "src" in attributes:
            assert re.fullmatch(r"assets/[A-Za-z0-9_-][A-Za-z0-9._-]*", attributes["src"])
        if "id" in attributes:
            assert re.match(r"s-|s$|fn|footnotes$", attributes["id"])
            ids.append(attributes["id"])
    assert len(ids) == len(set(ids))


def words(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("around", ["{}", "| a | b |\n|---|---|\n| {} | x |", "- {}", "> {}", "text {} text", "# {}"])
def test_nothing_written_into_a_document_can_run_in_its_page(attack: str, around: str) -> None:
    assert_harmless(render(around.format(attack)).html)


@given(st.lists(st.one_of(st.sampled_from(ATTACKS), st.text(max_size=20)), max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_mixture_of_attacks_and_text_can_run(parts: list[str]) -> None:
    assert_harmless(render("".join(parts)).html)


@given(st.text(alphabet="<>!-/\"'= abimgscript\n|#*[]()`$&;:onx", max_size=80))
@settings(max_examples=80, deadline=None)
def test_no_piece_of_markup_can_run(markup: str) -> None:
    assert_harmless(render(markup).html)


WORD = st.from_regex(r"[a-z]{3,9}", fullmatch=True)
LINE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
BLOCK = st.one_of(
    LINE,
    st.tuples(st.integers(1, 4), LINE).map(lambda pair: f"{'#' * pair[0]} {pair[1]}"),
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"- {line}" for line in lines)),
    st.tuples(WORD, WORD).map(lambda pair: f"| {pair[0]} | {pair[1]} |\n|---|---|\n| {pair[1]} | {pair[0]} |"),
    st.tuples(WORD, WORD).map(lambda pair: f"<table><tr><td>{pair[0]}</td><td><p>{pair[1]}</p></td></tr></table>"),
    LINE.map(lambda line: f"> {line}"),
    LINE.map(lambda line: f"```\n{line}\n```"),
)


@given(st.lists(BLOCK, max_size=8))
@settings(max_examples=100, deadline=None)
def test_every_word_is_in_the_plain_text_and_in_one_section_in_order(blocks: list[str]) -> None:
    markdown = "\n\n".join(blocks)
    view = render(markdown)
    written = words(re.sub(r"</?\w+>", " ", markdown))
    assert words(view.text) == written
    assert words(" ".join(f"{section.title} {section.text}" for section in view.sections)) == written


def test_headings_move_down_one_level_because_the_title_is_the_first() -> None:
    html = render("# One\n\n## Two\n\n### Three\n\n#### Four").html
    assert re.findall(r"<(h\d) id", html) == ["h2", "h3", "h4", "h5"]


def test_anchors_are_stable_and_unique() -> None:
    view = render("# Scope\n\n# Scope\n\n# 4.2 Überprüfung\n\n# …")
    assert [section.anchor for section in view.sections] == ["s-scope", "s-scope-2", "s-4-2-überprüfung", "s"]
    assert [section.anchor for section in render("new text\n\n# Scope").sections] == ["", "s-scope"]


@pytest.mark.parametrize(
    ("heading", "number", "title"),
    [
        ("4.2 Roles", "4.2", "Roles"),
        ("1. Purpose", "1", "Purpose"),
        ("A.5.1 Policies", "A.5.1", "Policies"),
        ("Annex B Forms", "Annex B", "Forms"),
        ("Purpose", "", "Purpose"),
        ("2026 objectives", "", "2026 objectives"),
        ("A plan", "", "A plan"),
    ],
)
def test_a_section_knows_its_number(heading: str, number: str, title: str) -> None:
    section = render(f"# {heading}").sections[0]
    assert (section.number, section.title) == (number, title)


def test_text_before_the_first_heading_is_a_section_without_title() -> None:
    first, second = render("Before.\n\n# Purpose\n\nAfter.").sections
    assert (first.anchor, first.title, first.text) == ("", "", "Before.")
    assert (second.title, second.level, second.text) == ("Purpose", 1, "After.")


def test_a_table_row_is_one_line_of_plain_text() -> None:
    assert render("| Role | Duty |\n|---|---|\n| Owner | keeps\tit |").text == "Role\tDuty\nOwner\tkeeps it"


def test_tables_can_be_scrolled_by_keyboard_and_say_what_their_headers_head() -> None:
    html = render("| A | B |\n|:-:|--:|\n| 1 | 2 |").html
    assert '<div class="table-region" role="group" tabindex="0" aria-label="Table 1"><table>' in html
    assert '<th class="text-center" scope="col">A</th>' in html
    assert '<td class="text-end">2</td>' in html
    assert "style=" not in html


def test_merged_cells_and_widths_of_a_table_written_as_html_are_kept() -> None:
    html = render(
        '<table><colgroup><col style="width: 30%" /><col /></colgroup><thead><tr><th colspan="2">A</th></tr></thead>'
        '<tbody><tr><th>B</th><td rowspan="2" style="text-align: right;"><p>c</p><p>d</p></td></tr></tbody></table>'
    ).html
    assert '<col width="30%">' in html
    assert '<th colspan="2" scope="col">A</th>' in html
    assert '<th scope="row">B</th><td rowspan="2" class="text-end"><p>c</p><p>d</p></td>' in html


def test_pictures_keep_size_and_alternative_text_and_load_late() -> None:
    html = render('<img src="assets/a.png" style="width:2in;height:50%" alt="A plan">').html
    assert '<img src="assets/a.png" alt="A plan" width="192" height="50%" loading="lazy">' in html
    assert with_pictures_at(html, "/documents/POL-1/assets/").startswith('<img src="/documents/POL-1/assets/a.png"')


def test_a_picture_from_elsewhere_is_replaced_by_its_alternative_text() -> None:
    view = render("![the flow](https://example.org/x.png)")
    assert "<img" not in view.html
    assert '<span class="missing-picture">the flow</span>' in view.html
    assert view.text == "the flow"


def test_footnotes_lead_there_and_back_and_are_read_apart_from_the_last_section() -> None:
    view = render("# Scope\n\nAll sites.[^1]\n\n[^1]: Except *one*.")
    assert 'href="#fn1" id="fnref1"' in view.html
    assert 'href="#fnref1"' in view.html
    assert [(section.anchor, section.text) for section in view.sections] == [
        ("s-scope", "All sites."),
        ("footnotes", "Except one."),
    ]


def test_notes_of_a_merged_table_stand_under_it_with_letters() -> None:
    table = "<table><tbody><tr><td colspan='2'>Load[^{}]</td></tr><tr><td>a</td><td>b</td></tr></tbody></table>"
    notes = "".join(f"<p>[^{place}]: {text}</p>" for place, text in enumerate(("one", "two", "three"), 1))
    sent = f"<p>Text[^1].</p>{table.format(2)}<p>And</p>{table.format(3)}<p>End.</p>{notes}"
    view = render(html_to_markdown(sent))
    assert '<sup class="footnote-ref"><a href="#fn1001" id="fnref1001">[a]</a></sup>' in view.html
    assert '<li id="fn1001"><p>two</p></li>' in view.html
    assert '<li id="fn2001"><p>three</p></li>' in view.html
    assert view.html.count('type="a"') == 2
    assert view.text.split() == ["Text.", "Load", "a", "b", "two", "And", "Load", "a", "b", "three", "End.", "one"]


def test_task_lists_show_whether_a_task_is_done_without_a_form_field() -> None:
    view = render("- [x] filed\n- [ ] sent")
    assert "<input" not in view.html
    assert view.text == "☒ filed\n☐ sent"


def test_links_within_the_text_find_their_heading_and_dead_ones_are_plain_text() -> None:
    html = render("[a](#4-roles--duties) [b](#s-4-roles-duties) [c](#nowhere)\n\n# 4 Roles & duties").html
    assert html.count('href="#s-4-roles-duties"') == 2
    assert "<a>c</a>" in html


def test_a_tag_that_is_not_allowed_is_shown_as_the_text_it_is_and_nothing_after_it_is_lost() -> None:
    view = render("before <script> and <textarea> after\n\n# Next\n\n<style>\n\nlast")
    assert "<script>" in view.text
    assert view.text.endswith("last")
    assert [section.title for section in view.sections] == ["", "Next"]


@pytest.mark.parametrize("deep", ["> " * 500 + "word", "\n".join("  " * depth + "- word" for depth in range(90))])
def test_a_text_nested_too_deep_is_shown_as_it_was_typed_and_not_cut_off(deep: str) -> None:
    assert render(deep).text.count("word") == deep.count("word")


def test_comments_are_left_out_and_one_that_never_ends_is_text() -> None:
    assert render("a <!-- b --> c").text == "a c"
    assert render("a <!-- b").text == "a <!-- b"


def test_placeholders_stay_literal_text() -> None:
    assert render("{{7*7}} {% for i in x %}").text == "{{7*7}} {% for i in x %}"


NUMBER = re.compile(r"\b[A-Z]{3}(?:-\d{2,3})+\b")


def link_for(number: str) -> ReferenceLink | None:
    """Know two documents, one of them obsolete."""
    known = {
        "SOP-02-01": ReferenceLink("/documents/SOP-02-01", title='The "rule"'),
        "POL-009": ReferenceLink("", "missing-reference", "Obsolete"),
    }
    return known.get(number)


def test_document_numbers_in_the_text_become_links_but_not_in_links_and_code() -> None:
    html = render("See SOP-02-01, `SOP-02-01`, [SOP-02-01](https://x.example/SOP-02-01) and XYZ-001.").html
    marked = mark_references(html, NUMBER, link_for)
    assert marked.count("data-reference") == 1
    assert (
        '<a data-reference="SOP-02-01" href="/documents/SOP-02-01" title="The &quot;rule&quot;">SOP-02-01</a>,'
        in marked
    )
    assert re.sub(r"<a data-reference[^>]*>(.*?)</a>", r"\1", marked, count=1) == html


def test_a_number_that_leads_nowhere_is_marked() -> None:
    marked = mark_references("<p>As in POL-009.</p>", NUMBER, link_for)
    assert '<span data-reference="POL-009" class="missing-reference" title="Obsolete">POL-009</span>' in marked


def test_an_address_is_shown_as_it_was_written() -> None:
    address = "http://xn--bcher-kva.example/a%20plan%2Fb%C3%A9.pdf"
    assert f">{address}</a>" in render(f"See <{address}>.").html
    assert f">{address}</a>" in render(f"See {address} for it.").html
