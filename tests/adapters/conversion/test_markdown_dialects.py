"""Markdown of other programs: each thing arrives as it was meant, or is named."""

import time

import pytest

from docctl.adapters.conversion import import_markdown, tidy_markdown
from docctl.adapters.conversion.markdown.dialects import in_one_dialect, left_out_of
from docctl.adapters.conversion.markdown.placeholders import with_placeholders
from docctl.adapters.reading_view import render
from docctl.texts.converted_document import ConvertedDocument

HEAD = "# Purpose\n\nWhy.\n\n# Rules\n\n"


def read(markdown: str) -> ConvertedDocument:
    return import_markdown((HEAD + markdown).encode())[0]


@pytest.mark.parametrize(
    ("written", "on_the_page"),
    [
        ("a. one\nb. two\n", '<ol type="a">'),
        ("(i) one\n(ii) two\n(iii) three\n", '<ol type="i" class="lower-roman-parens">'),
        ("B) two\nC) three\n", '<ol start="2" type="A" class="upper-alpha-paren">'),
        ("+-----+-----+\n| H1  | H2  |\n+=====+=====+\n| c1  | c2  |\n+-----+-----+\n", '<th scope="col">H1</th>'),
        ("Name    Use\n----    ----\nBolt    Gate\n\nEnd\n", '<th scope="col">Name</th>'),
        ('{| class="x"\n! H1\n|-\n| c1\n|}\n', '<th scope="col">H1</th>'),
        ("Term\n:   Meaning\n", "<strong>Term</strong>"),
        ('!!! note "Mind"\n    The gate.\n', "<blockquote>\n<p><strong>Mind</strong></p>\n<p>The gate.</p>"),
        (":::{warning}\nThe gate.\n:::\n", "<blockquote>\n<p><strong>Warning</strong></p>\n<p>The gate.</p>"),
        ("```{tip}\nThe gate.\n```\n", "<blockquote>\n<p><strong>Tip</strong></p>\n<p>The gate.</p>"),
        ("> [!NOTE]\n> The gate.\n", "<blockquote>\n<p><strong>Note</strong></p>\n<p>The gate.</p>"),
        ("- [ ] open\n- [x] done\n", "☒"),
        ("See [[POL-007|the gate rules]].\n", "See the gate rules (POL-007)."),
        ("See [[POL-007]].\n", "See POL-007."),
        ("Area $x^2$ here.\n", "<msup>"),
        ("It costs $5 to 6$ a day.\n", "It costs $5 to 6$ a day."),
        ("Setext\n======\n\nText\n", ">Setext</h"),
        ("[text][r] here\n\n[r]: https://example.org\n", '<a href="https://example.org"'),
    ],
)  # fmt: skip
def test_what_another_dialect_means_is_on_the_page(written: str, on_the_page: str) -> None:
    found = read(written)
    assert on_the_page in render(found.markdown).html
    assert found.losses == ()
    assert tidy_markdown(found.markdown, "Title")[0] == found.markdown


@pytest.mark.parametrize("written", ["<!-- to be\nchecked -->\n", "<script>to be checked</script>\n"])
def test_what_no_page_shows_is_named(written: str) -> None:
    (loss,) = read(f"Text.\n\n{written}\nMore.\n").losses
    assert "“to be checked”" in loss


def test_code_is_left_as_it_was_typed() -> None:
    code = "```\n!!! note\n+---+---+\n{|\n<!-- x -->\n::: note\n[[POL-1]]\n```\n"
    assert in_one_dialect(code) == code
    assert left_out_of(code) == []
    assert "[[POL-1]]" in read(code).markdown


def test_reading_dialects_takes_time_in_proportion_to_the_text() -> None:
    started = time.process_time()
    for piece in ("::: note\n", "!!! note\n", "{|\n", "> [!NOTE]\n", "a\n-- --\n", "<!--", "<script>", "```\n"):
        in_one_dialect(piece * 4_000)
        left_out_of(piece * 4_000)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "rule", ["* * *", "- - -", "***", "---", "___", "_ _ _", "*  *  *  *", " - -  -", "* **", "- ---"]
)
def test_each_way_to_type_a_rule_is_a_rule_and_code_behind_it_stays_code(rule: str) -> None:
    text = read(f"Before.\n\n{rule}\n\n    code one\n    code two\n\nAfter.\n").markdown
    html = render(text).html
    assert html.count("<hr") == 1
    assert "<li>" not in html
    assert "<code>code one\ncode two" in html
    assert tidy_markdown(text, "Title")[0] == text


@pytest.mark.parametrize(
    "written",
    [
        "> Before.\n> * * *\n> After.\n",
        "- one\n\n  - - -\n\n- two\n",
        "1. one\n\n   * * *\n",
        "- a\n  - b\n\n    * * *\n",
        "Up\n- - -\n",
    ],
)
def test_a_rule_within_other_blocks_is_a_rule(written: str) -> None:
    assert render(read(written).markdown).html.count("<hr") == 1


@pytest.mark.parametrize("written", ["```\n* * *\na) x\n#. y\n```\n", "Text.\n\n    * * *\n    text\n"])
def test_code_that_looks_like_a_rule_or_a_list_stays_code(written: str) -> None:
    assert "* * *" in read(written).markdown


@pytest.mark.parametrize(
    ("written", "on_the_page"),
    [
        ("a) one\nb) two\n    i) first\n    ii) second\nc) three\n", ('type="a"', 'type="i"', "<li>second</li>")),
        ("Do this:\n(a) one\n(b) two\n", ('class="lower-alpha-parens"', "<li>two</li>")),
        ("- one\n  A. first\n     more\n  B. second\n- two\n", ('type="A"', "<li>second</li>", "<li>two</li>")),
        ("> Do:\n> i. one\n> ii. two\n", ("<blockquote>", 'type="i"', "<li>two</li>")),
        ("#. one\n#. two\n", ("<li>one</li>", "<li>two</li>")),
        ("(@) one\n(@x) two\n\nText\n\n(@) three, see (@x)\n", ("<li>two</li>", 'start="3"', "three, see (2)")),
    ],
)
def test_lists_as_people_type_them_are_lists(written: str, on_the_page: tuple[str, ...]) -> None:
    text = read(written).markdown
    html = render(text).html
    assert [piece for piece in on_the_page if piece not in html] == []
    assert tidy_markdown(text, "Title")[0] == text


def test_a_line_that_only_begins_like_an_item_stays_running_text() -> None:
    text = read("Written by\nA. Smith and others, see\n#. of the form (@ no name).\n").markdown
    assert "<li>" not in render(text).html


def test_finding_lists_takes_time_in_proportion_to_the_text() -> None:
    started = time.monotonic()
    in_one_dialect("- x\n" + "    a) x\n" * 20_000 + "     - - -\n" * 20_000)
    assert time.monotonic() - started < 10


def test_words_that_do_not_arrive_are_counted_and_named() -> None:
    words = " ".join(f"word{place}" for place in range(90))
    assert read(f"{words}\n").recall == 1.0
    found = read(f"{words}\n\n[^1]: Nobody points to this note of the gate.\n")
    assert found.recall is not None
    assert found.recall < 0.99
    assert "of the words arrived, without “nobody”, “points”, “to”" in found.losses[-1]


@pytest.mark.parametrize(
    "written",
    [
        'A [gate](https://example.org "its site") and [keys][k], ![door](x.png).\n\n[k]: https://example.net "Never"\n',
        "&copy; 2020 &lt;b&gt; a&nbsp;b <kbd>Ctrl</kbd> `<x>` H<sub>2</sub>O **b**old\n",
        "<!-- unseen words -->\n\n<script>var unseen</script>\n\n```python title=x\ncode()\n```\n",
        "vii) seven\nviii) eight\n\n(@x) one, see (@x)\n\n- [x] done\n\n[TOC]\n\n::: {.note #id}\nMind.\n:::\n",
        "Note[^long] here.\n\n[^long]: The note.\n\n<table class='x'><tr><td colspan='2'>Cell</td></tr></table>\n",
    ],
)
def test_what_no_page_shows_is_no_word_that_is_missing(written: str) -> None:
    assert read(written).recall == 1.0


@pytest.mark.parametrize(
    ("written", "on_the_page"),
    [
        ("Write <name> and <e-mail> here.", "Write &lt;name&gt; and &lt;e-mail&gt; here."),
        ("He said <strictly> no, </strictly>.", "He said &lt;strictly&gt; no, &lt;/strictly&gt;."),
        ("Type `<name>` and ``a ` <b>``.", "Type <code>&lt;name&gt;</code> and <code>a ` &lt;b&gt;</code>."),
        ("See <https://example.org>, <b>bold</b>.", "<strong>bold</strong>"),
        ("- Item\n\n        <code> of four\n", "&lt;code&gt; of four"),
        ("Give <code> and <title> to <address>.", "Give &lt;code&gt; and &lt;title&gt; to &lt;address&gt;."),
        ("Ends </code> nothing; <Code>, <CODE>.", "Ends &lt;/code&gt; nothing; &lt;Code&gt;, &lt;CODE&gt;."),
        ("<summary> first, <script> and <style>", "&lt;summary&gt; first, &lt;script&gt; and &lt;style&gt;"),
        ("- one\n    - deep <name> and <td>\n", "deep &lt;name&gt; and &lt;td&gt;"),
        ("Words\n    go on <name>.", "Words go on &lt;name&gt;."),
        ("    code <name>\n", "code &lt;name&gt;"),
        ("<code> is one, <code>x</code> is the other.", "&lt;code&gt; is one, x is the other."),
        ("- `<b>` is code, <b> is none.", "<code>&lt;b&gt;</code> is code, &lt;b&gt; is none."),
        ("Once <!-- <b> --> more <b>.", "more &lt;b&gt;."),
        ("| A | B |\n|---|---|\n| <code> | <name> |", "<td>&lt;code&gt;</td>"),
        (
            "+-------+-------+\n| A     | B     |\n+=======+=======+\n| <one> | <b>   |\n+-------+-------+",
            "<td>&lt;b&gt;</td>",
        ),
        ("{|\n! A\n! B\n|-\n| <name>\n| <code>\n|}", "<td>&lt;name&gt;</td>"),
        ("<ul><li>One<li>Two <name></ul>", "<li>Two &lt;name&gt;</li>"),
        ('<a\n href="https://example.org">A <b>link</b></a>, <br> line', "<strong>link</strong>"),
    ],
)
def test_words_in_angle_brackets_stay_unless_they_are_html(written: str, on_the_page: str) -> None:
    converted, _ = import_markdown(f"# Forms\n\n{written}\n".encode())
    assert on_the_page in render(converted.markdown).html


def test_words_in_angle_brackets_stay_in_title_and_entries() -> None:
    converted, entries = import_markdown(b"---\ntitle: Form <code>\nowner: <owner>\n---\n\n# Form <code>\n\nText.\n")
    assert (converted.title, entries["owner"]) == ("Form <code>", "<owner>")
    assert import_markdown(b"# Form <code> of <name>\n\nText.\n")[0].title == "Form <code> of <name>"


@pytest.mark.parametrize("piece", ["` `` ``` ", "<a ", "<ul><li>", "<!--", "<p>\n", "`<b>\n\n"])
def test_looking_for_words_in_angle_brackets_takes_time_in_proportion_to_the_text(piece: str) -> None:
    began = time.process_time()
    with_placeholders([(line, False) for line in (piece * 60_000).split("\n")])
    assert time.process_time() - began < 10


def test_a_script_is_left_out_as_the_report_says_and_code_about_scripts_stays() -> None:
    source = (
        "# Rule\n\nBefore<script>alert(1)</script> after.\n\n<style>\np { color: red }\n</style>\n\n"
        "```html\n<script>shown()</script>\n```\n\nAn end with <SCRIPT\nsrc='x'>load()</SCRIPT  > more.\n"
    )
    found, _ = import_markdown(source.encode())
    assert "alert" not in found.markdown
    assert "color" not in found.markdown
    assert "load()" not in found.markdown
    assert "<script>shown()</script>" in found.markdown
    assert "Before after." in " ".join(found.markdown.split())
    assert found.recall == 1
    assert [loss for loss in found.losses if "script in the file was left out" in loss] != []


def test_marks_of_docctl_come_back_and_are_not_said_to_be_left_out() -> None:
    source = "# Rule\n\n1. alpha<!--(A)-->\n2. beta\n\nMole[^1].<!-- a remark -->\n\n[^1]: Stone.<!--note 7-->\n"
    found, _ = import_markdown(source.encode())
    assert "<!--note 7-->" in found.markdown
    assert list(found.losses) == ["A comment in the file was left out: “a remark”."]
