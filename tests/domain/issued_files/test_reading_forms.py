"""The one form of words that were read back: each row of the table makes two ways of writing the same."""

import pytest

from docctl.domain.issued_files.formula_forms import NOT_COMPARED, formula_in_form
from docctl.domain.issued_files.read_back import ReadFrom
from docctl.domain.issued_files.reading_forms import (
    FORMS,
    in_form,
    tell_figures,
    words_of,
    words_of_figures,
)
from docctl.domain.issued_files.readings import LINE_END, SIGN, Kind, Passage, Reading
from docctl.domain.issued_files.words_compared import compared

ROWS = {
    "ligatures": ("of\ufb01ce \ufb04at \ufe8d", "office fflat \u0627"),
    "line-end hyphens": (f"docu\u00ad{LINE_END}ment", f"docu-{LINE_END}ment"),
    "soft hyphens": ("docu\u00adment", "document"),
    "no-break hyphens": ("SOP\u201107", "SOP-07"),
    "invisible characters": ("\ufeffa\u200bb\u2060c\u200f", "abc"),
    "kinds of spaces": ("10\u00a0000\u2009km\u2028", "10 000 km "),
    "signs of fonts": ("a \uf0a8", "a □"),
    "Unicode normal form": ("e\u0301", "é"),
}


def passages(*texts: str) -> Reading:
    """Passages of plain text."""
    return Reading(tuple(Passage(text) for text in texts))


def same(page: Reading, shown: Reading, file: ReadFrom = ReadFrom.PDF) -> bool:
    """Say whether nothing differs."""
    return compared(page, shown, file) == []


def test_every_row_has_its_reason_and_its_test() -> None:
    assert {form.name for form in FORMS} == set(ROWS)
    assert all(form.reason for form in FORMS)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_row_brings_two_ways_of_writing_to_one(form: object) -> None:
    written, meant = ROWS[form.name]  # type: ignore[attr-defined]
    assert form.bring(written) == meant  # type: ignore[attr-defined]
    assert in_form(written) == in_form(meant)


@pytest.mark.parametrize("sign", ["“", "‘", "–", "…", "é", "²"])
def test_signs_that_are_content_stay_apart(sign: str) -> None:
    plain = {"“": '"', "‘": "'", "–": "-", "…": "...", "é": "e", "²": "2"}[sign]
    assert not same(passages(f"a {sign}word"), passages(f"a {plain}word"))


def test_a_word_broken_at_the_end_of_a_line_is_one_word() -> None:
    assert same(passages("the document is"), passages(f"the docu-{LINE_END}ment is"))
    assert same(passages("a well-known rule"), passages(f"a well-{LINE_END}known rule"))
    assert same(passages("a not able clerk"), passages(f"a not{LINE_END}able clerk"))
    assert not same(passages("a notable clerk"), passages("a not able clerk"))


def test_how_a_bullet_looks_says_nothing_and_a_number_does() -> None:
    assert same(Reading((Passage("Ask", mark="•"),)), Reading((Passage("Ask", mark="\uf0b7"),)))
    assert same(Reading((Passage("☐ Ask"),)), Reading((Passage("☐ Ask", mark="•"),)))
    assert same(Reading((Passage("☑ Ask"),)), Reading((Passage("☒ Ask"),)))
    assert not same(Reading((Passage("Ask", mark="1."),)), Reading((Passage("Ask", mark="2."),)))
    assert not same(Reading((Passage("Ask", mark="a)"),)), Reading((Passage("Ask", mark="a."),)))


def test_the_sign_of_a_note_is_a_word_of_its_own() -> None:
    assert [word.text for word in words_of([Passage(f"gate{SIGN}1{SIGN}.")])] == ["gate", "1", "."]
    assert same(passages(f"gate{SIGN}1{SIGN}."), passages(f"gate {SIGN}1{SIGN} ."))


def test_capitals_by_style_are_the_same_words_and_other_capitals_are_not() -> None:
    assert same(passages("Scope of this"), passages("SCOPE OF THIS"))
    assert not same(passages("only the mayor"), passages("Only the mayor"))


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        *(("a^{2}+b_1", "a2+b1"), (r"\frac{\alpha}{2}", "𝛼2"), (r"\sin x", "sin𝑥"), (r"\text{cost}=5", "cost=5")),
        *((r"x \leq 5\,\%", "𝑥≤5%"), (r"a \pm 0,5", "a±0,5"), (r"A \rightarrow B", "A→B"), (r"3 \cdot 4", "3·4")),
        *(
            (r"\left. x \right.\ \in M", "(x)∈M"),
            (r"20{^\circ}C", "20°C"),
            (r"\overset{\rightarrow}{AB}", "AB"),
            (r"\underset{3}{\overset{6}{x}}_{2}", "x632"),
        ),
        (r"\left\{ \begin{matrix} a & x < 0 \\ b & x \geq 0 \end{matrix} \right.\ ", "{ax<0bx≥0"),
    ],
)
def test_a_formula_is_compared_by_its_letters_digits_and_signs(tex: str, shown: str) -> None:
    assert formula_in_form(tex) == formula_in_form(shown)


@pytest.mark.parametrize(
    ("one", "other"), [(r"x \leq 5", r"x \geq 5"), (r"p \wedge q", r"p \vee q"), (r"\neg p", "p"), ("0,5", "0.5")]
)
def test_another_sign_in_a_formula_is_another_formula(one: str, other: str) -> None:
    assert formula_in_form(one) != formula_in_form(other)


def test_no_sign_that_is_compared_is_among_those_that_are_not() -> None:
    assert not {sign for signs in NOT_COMPARED for sign in formula_in_form(signs)}


@pytest.mark.parametrize(
    ("said", "shown", "other"),
    [
        pytest.param("निर्णय वह", "नरि्णय वह", "निर्मय वह", id="Devanagari vowel before its consonant"),
        pytest.param("ไม่ได้ ที่", f"ไ{LINE_END}ม่{LINE_END}ไ{LINE_END}ด้ ที่", "ไม่ดไ้ ที่", id="Thai in pieces"),
        pytest.param("หนึ่ง. one", f"หน่งึ{LINE_END}. one", f"หน่งี{LINE_END}. one", id="Thai marks"),
        pytest.param("१२ मई तक", "१२ मई तक", "२१ मई तक", id="Devanagari figures"),
        pytest.param("१२ मई तक", "१२ मई तक", "१२ मई कत", id="Devanagari letters"),
    ],
)
def test_letters_of_scripts_with_marks_may_come_in_another_order_and_must_be_the_same(
    said: str, shown: str, other: str
) -> None:
    assert same(passages(said), passages(shown), ReadFrom.PDF)
    assert not same(passages(said), passages(other), ReadFrom.PDF)


def test_marks_stay_where_they_are_in_a_pdf_that_tells_them_in_order() -> None:
    def told(text: str) -> Reading:
        return Reading((Passage(text, is_in_order=True),))

    assert same(passages("ใจดี सभी ปี่"), told(f"ใจดี स{LINE_END}भी ปี{LINE_END}่"))
    assert not same(passages("ใจดี"), told("ใจีด"))
    assert same(passages("ใจดี"), passages("ใจีด"))


def test_letters_of_words_without_marks_stay_in_their_order() -> None:
    assert not same(passages("Keep the form"), passages("Keep the from"), ReadFrom.PDF)
    assert not same(passages("Geöffnet é"), passages("Göeffnet é"), ReadFrom.PDF)


def test_numbers_that_headings_get_in_print_are_left_out_only_where_none_has_its_own() -> None:
    own = Reading((Passage("1 Scope", Kind.HEADING), Passage("All."), Passage("2 Task", Kind.HEADING)))
    bare = Reading((Passage("Scope", Kind.HEADING), Passage("All."), Passage("Task", Kind.HEADING)))
    other = Reading((Passage("1 Scope", Kind.HEADING), Passage("All."), Passage("3 Task", Kind.HEADING)))
    assert same(bare, own)
    assert not same(own, bare)
    assert not same(own, other)


def test_notes_and_text_boxes_may_stand_elsewhere_and_paragraphs_may_not() -> None:
    first, second = Passage("Lock the gate."), Passage("Log the visitor.")
    assert not same(Reading((first, second)), Reading((second, first)))
    notes = tuple(Passage(each.text, Kind.NOTE) for each in (first, second))
    assert same(Reading(notes), Reading(notes[::-1]))
    box = Passage("Log the visitor.", Kind.BOX, may_be_elsewhere=True)
    assert same(Reading((first, second)), Reading((box, first)), ReadFrom.WORD)


def test_what_charts_and_diagrams_say_is_told_on_the_page_and_drawn_in_the_file() -> None:
    said = words_of_figures(["Series 1", "4.3", "Category 1"])
    page = (Passage("Chart: Series 1"), Passage("Category 1"), Passage("4.3"), Passage("Pay 4.3 euros."))
    told = tell_figures(page, said)
    assert [each.is_optional for each in told] == [True, True, True, False]
    assert same(Reading(told), passages("Pay 4.3 euros."))
    assert not same(Reading(told), passages("Pay 4.4 euros."))


def test_a_heading_that_says_the_title_stays_where_the_page_has_it_too() -> None:
    heading = Passage("Document control", Kind.HEADING, "4.3.", is_optional=True)
    text = Passage("All is kept.")
    assert same(Reading((Passage("4.3. Document control", Kind.HEADING), text)), Reading((heading, text)))
    assert same(Reading((text,)), Reading((heading, text)))


def test_a_dash_in_the_number_of_an_item_is_no_bullet_and_other_numbers_are_found() -> None:
    page, shown = passages("Article 1 – Lock it"), Reading((Passage("Lock it", mark="Article 1 –"),))
    assert same(page, shown)
    assert not same(passages("Article 2 – Lock it"), shown)
    assert not same(passages("Article 1 • Lock it"), shown)
    for mark in ("§ 1", "- 1 -", "Step 1 –"):
        assert same(passages(f"{mark} Lock it"), Reading((Passage("Lock it", mark=mark),)))
        assert not same(passages(f"{mark[:-1]}2 Lock it"), Reading((Passage("Lock it", mark=mark),)))
    assert same(Reading((Passage("Lock it", mark="9. •"),)), Reading((Passage("Lock it", mark="9. –"),)))


def test_pieces_within_a_word_of_india_are_that_word_and_other_letters_are_found() -> None:
    page = passages("चाबियाँ तिजोरी में")
    assert same(page, passages("चा\nबि\nयाँ\n \nति\nजोरी\nमें"))
    for shown in ("चा\nबि\nमाँ ति\nजोरी\nमें", "ति\nजोरी चा\nबि\nयाँ\nमें", "चा\nबी\nयाँ ति\nजोरी\nमें", "चा\nबि\nयाँ में"):
        assert not same(page, passages(shown))


def test_brackets_of_the_sign_of_a_note_that_runs_from_the_right_are_mirrored() -> None:
    def noted(sign: str) -> Reading:
        return Reading((Passage("ملاحظة", Kind.NOTE, mark=sign),))

    assert same(noted("(أ)"), noted("(أ("))
    assert not same(noted("(أ)"), noted("(ب("))


def test_a_gap_between_coloured_signs_says_nothing_and_another_sign_does() -> None:
    spread, close = (words_of([Passage(f"State {signs}")]) for signs in ("💚 🔵 ⛔", "💚🔵⛔"))
    assert [word.key for word in spread] == [word.key for word in close]
    assert [word.key for word in close] != [word.key for word in words_of([Passage("State 💚🔴⛔")])]
