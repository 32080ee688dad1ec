"""Formulas: read from Word, kept as TeX, and real ones again on the page, in Word and in print."""

import io
import re
import zipfile

import pytest

from docctl.adapters.conversion import (
    html_to_markdown,
    import_markdown,
    markdown_to_html,
    markdown_to_typst,
    markdown_to_word,
    recall,
    word_to_markdown,
)
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import settle_word_changes
from docctl.texts.text_blocks import blocks_of
from tests.adapters.conversion.word.test_word_round_trip import TEMPLATE, to_word_and_back
from tests.adapters.test_pdf_writer import issued
from tests.factories.files import hostile_word as word
from tests.factories.files.pdf_pages import alternative_texts
from tests.factories.files.unfixed_word import AT

MATHS = "http://schemas.openxmlformats.org/officeDocument/2006/math"
GONE, NO_LINE = f"<m:ctrlPr><w:del {AT}/></m:ctrlPr>", '<m:type m:val="noBar"/>'
FRACTION = "$`\\frac{load}{area}`$"


def run(text: str) -> str:
    """Letters of a formula, as Word keeps them."""
    return f"<m:r><m:t>{text}</m:t></m:r>"


def with_formula(inside: str) -> bytes:
    """A Word file with a formula in a line."""
    before, after = (f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in ("Stress ", " holds."))
    return word.word_file(f'<w:p>{before}<m:oMath xmlns:m="{MATHS}">{inside}</m:oMath>{after}</w:p>')


def looking(text: str, looks: str) -> str:
    """Letters of a formula with looks of their own."""
    return f"<m:r><w:rPr>{looks}</w:rPr><m:t>{text}</m:t></m:r>"


def fraction(above: str, below: str, properties: str) -> str:
    """A fraction with properties of its own."""
    return f"<m:f><m:fPr>{properties}</m:fPr><m:num>{above}</m:num><m:den>{below}</m:den></m:f>"


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        (f"<m:r><w:del {AT}/><m:t>9</m:t></m:r>{run('4')}", "4"),
        (f"<m:r><w:ins {AT}/><m:t>9</m:t></m:r>{run('4')}", "94"),
        (fraction(run("1"), run("2"), GONE) + run("4"), "4"),
        (fraction(f"<w:del {AT}>{run('1')}</w:del>", run("2"), GONE) + run("4"), "4"),
    ],
)
def test_what_is_deleted_of_a_formula_is_gone_from_the_text_and_the_word_file(inside: str, kept: str) -> None:
    data = with_formula(inside)
    assert word_to_markdown(data).markdown == f"Stress {kept} holds.\n"
    with zipfile.ZipFile(io.BytesIO(settle_word_changes(data, accept=True))) as package:
        settled = package.read("word/document.xml").decode()
    assert "".join(re.findall(r"<m:t>(.*?)</m:t>", settled)) == kept
    assert "<m:f>" not in settled


def test_what_was_inserted_into_a_formula_goes_where_changes_are_rejected() -> None:
    data = with_formula(f"<m:r><w:ins {AT}/><m:t>9</m:t></m:r><m:r><w:del {AT}/><m:t>4</m:t></m:r>")
    with zipfile.ZipFile(io.BytesIO(settle_word_changes(data, accept=False))) as package:
        assert re.findall(r"<m:t>(.*?)</m:t>", package.read("word/document.xml").decode()) == ["4"]


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        (
            looking("80", "<w:strike/>") + run("5"),
            "Word strikes out part of a formula, the page does not: “80” of “805”.",
        ),
        (
            looking("80", "<w:vanish/>") + run("5"),
            "Word hides part of a formula that the page and the PDF show: “80” of “805”.",
        ),
        (
            looking("80", '<w:color w:val="FF0000"/>') + run("5"),
            "Part of a formula is written in red, which the page does not show: “80” of “805”.",
        ),
        (
            fraction(run("n"), run("k"), NO_LINE) + run("5"),
            "The page puts brackets around what stands one above the other in a formula: “n, k”.",
        ),
    ],
)
def test_what_a_formula_shows_in_word_alone_is_named(inside: str, named: str) -> None:
    assert word_to_markdown(with_formula(inside)).losses == (named,)


@pytest.mark.parametrize(
    "inside",
    [
        looking("80", '<w:strike w:val="0"/><w:color w:val="auto"/>'),
        f"<m:d><m:e>{fraction(run('n'), run('k'), NO_LINE)}</m:e></m:d>",
    ],
)
def test_what_a_formula_shows_alike_is_not_named(inside: str) -> None:
    assert not word_to_markdown(with_formula(inside)).losses


@pytest.mark.parametrize(("spread", "said"), [("1", "E=5 (7)"), ("0", "E=5#(7)")])
def test_the_number_of_an_equation_stands_apart_where_word_draws_it_so(spread: str, said: str) -> None:
    numbered = f'<m:eqArr><m:eqArrPr><m:maxDist m:val="{spread}"/></m:eqArrPr><m:e>{run("E=5#(7)")}</m:e></m:eqArr>'
    shown = re.sub(r"<mspace[^>]*>", " ", render(word_to_markdown(with_formula(numbered)).markdown).html)
    assert said in " ".join(re.sub(r"<[^>]+>", "", shown).split())


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        (f"<m:f><m:num>{run('load')}</m:num><m:den>{run('area')}</m:den></m:f>", FRACTION),
        (f"<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>", "$`x^{2}`$"),
        (f'<m:acc><m:accPr><m:chr m:val="̂"/></m:accPr><m:e>{run("σ")}</m:e></m:acc>', "$`\\widehat{σ}`$"),
        (run("σ = 5"), "σ = 5"),
        (f"{run('“cap”')}<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>", "$`“cap”x^{2}`$"),
        (
            '<m:d><m:dPr><m:begChr m:val="{"/><m:endChr m:val=""/></m:dPr><m:e><m:eqArr>'
            f"<m:e>{run('x&gt;3')}</m:e><m:e>{run('x&lt;9')}</m:e></m:eqArr></m:e></m:d>",
            "$`\\left\\{ \\begin{array}{r} x > 3 \\\\ x < 9 \\end{array} \\right.`$",
        ),
    ],
)
def test_a_formula_of_word_is_kept_with_all_its_words(inside: str, kept: str) -> None:
    data = with_formula(inside)
    read = word_to_markdown(data)
    assert read.markdown == f"Stress {kept} holds.\n"
    assert read.losses == ()
    assert recall(data, read.markdown) == 1


@pytest.mark.parametrize(
    "change", ["<m:r>{}<m:t>9</m:t></m:r>", "<w:del w:id='1' w:author='A'><m:r><m:t>9</m:t></m:r></w:del>"]
)
def test_what_a_tracked_change_took_out_of_a_formula_is_gone(change: str) -> None:
    taken = change.format("<w:del w:id='1' w:author='A'/>")
    put = "<m:r><w:ins w:id='2' w:author='A'/><m:t>4</m:t></m:r>"
    word = with_formula(taken + put + run("&gt;y"))
    assert word_to_markdown(word).markdown == "Stress 4 \\> y holds.\n"
    settled, back = (settle_word_changes(word, accept=accept) for accept in (True, False))
    assert word_to_markdown(settled).markdown == "Stress 4 \\> y holds.\n"
    assert word_to_markdown(back).markdown == "Stress 9 \\> y holds.\n"


def test_a_formula_is_shown_as_one_and_compared_as_it_is_kept() -> None:
    view = render(f"Stress {FRACTION} holds.\n\n$`\\sum_{{i}} x_i`$\n")
    assert '<math display="inline" alttext="\\frac{load}{area}"><mrow><mfrac>' in view.html
    assert '<p><math display="block"' in view.html
    assert "$" not in view.html
    assert [block.text for block in blocks_of(view.html)] == ["Stress \\frac{load}{area} holds.", "\\sum_{i} x_i"]


@pytest.mark.parametrize("tex", ["x^2^3", "\\unheard{x}", "x" * 2001, "{" * 900 + "}" * 900])
def test_what_is_no_formula_is_shown_as_it_was_typed(tex: str) -> None:
    assert render(f"So $`{tex}`$.").html == f"<p>So <code>{tex}</code>.</p>\n"


def test_a_page_full_of_formulas_shows_so_many_of_them_and_the_rest_as_typed() -> None:
    view = render("\n\n".join(f"$`x_{{{number}}}`$" for number in range(2000)))
    assert 500 < view.html.count("<math") < 1500
    assert "<code>x_{1999}</code>" in view.html
    assert view.text.count("x_{") == 2000


@pytest.mark.parametrize(
    "tex", ["\\href{javascript:alert(1)}{x}", "\\style{color:red}{x}", "\\text{<script>alert(1)</script>}"]
)
def test_a_formula_cannot_do_anything(tex: str) -> None:
    shown = re.sub(r'alttext="[^"]*"', "", render(f"So $`{tex}`$.").html)
    assert "<mrow>" in shown
    assert not re.search(r"<script|href|style|javascript", shown)


def test_money_is_no_formula() -> None:
    view = render("From $5 to $6, or `x` for $ 7.")
    assert view.text == "From $5 to $6, or x for $ 7."
    assert "<math" not in view.html


def test_a_formula_survives_to_word_and_back_and_the_editor() -> None:
    text = f"Stress {FRACTION} holds.\n\n$`\\sum_{{i = 1}}^{{n}}x_{{i}}`$\n\n- $`\\sqrt{{ab}}`$\n"
    assert to_word_and_back(text) == (text, ())
    assert html_to_markdown(markdown_to_html(text)) == text
    with zipfile.ZipFile(io.BytesIO(markdown_to_word(text, {}, TEMPLATE))) as package:
        written = package.read("word/document.xml").decode()
    assert (written.count("<m:oMath>"), written.count("<m:oMathPara>"), written.count("<m:f>")) == (3, 1, 1)


def test_a_formula_in_a_merged_table_is_one_too() -> None:
    table = f"<table><tbody><tr><td colspan='2'>{FRACTION}</td></tr><tr><td>a</td><td>b</td></tr></tbody></table>"
    stored = html_to_markdown(table.replace("$`", "$<code>").replace("`$", "</code>$"))
    assert "<mfrac>" in render(stored).html
    assert "$frac(l o a d, a r e a)$.body)" in markdown_to_typst(stored, {})


def test_a_block_of_mathematics_in_markdown_becomes_a_formula() -> None:
    assert import_markdown(b"# T\n\nx\n\n```math\n\\frac{a}{b}\n```\n")[0].markdown == "x\n\n$`\\frac{a}{b}`$\n"


def test_a_printed_formula_says_what_it_is() -> None:
    assert "\\frac{a}{b}" in alternative_texts(issued("Stress $`\\frac{a}{b}`$ holds.\n\n$`\\sum_i x_i`$\n"))


def test_signs_that_typst_calls_otherwise_are_printed() -> None:
    signs = (
        r"A \cap B",
        r"a \otimes b \ominus c \odot d",
        r"\hbar \omega",
        r"\bigcap_{i=1}^n A_i",
        r"⟦x_1⟧",
        r"\{_a^b",
        r"\begin{vmatrix}a & b \\ c & d\end{vmatrix}",
        r"x_1 \text{ in sect.and}",
    )
    text = "\n\n".join(f"$`{sign}`$" for sign in signs)
    assert alternative_texts(issued(text)) == list(signs)
    assert '" in sect.and"' in markdown_to_typst(text, {})
    assert "∩" in markdown_to_typst(text, {})
