"""Marks that stand where Markdown's stars would not be read: they are kept as tags."""

import pytest

from docctl.adapters.conversion import html_to_markdown, word_to_markdown
from docctl.adapters.reading_view import render
from tests.adapters.conversion.word.test_word_round_trip import as_the_editor_holds_it, to_word_and_back
from tests.factories.files.unfixed_word import line, unfixed_word


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("<strong>Note.</strong>Read on", "<strong>Note.</strong>Read on"),
        ("起重机<strong>（注）</strong>起重机", "起重机<strong>（注）</strong>起重机"),
        ("<strong>bold</strong><em>slanted</em>", "<strong>bold</strong><em>slanted</em>"),
        ("<s>about ~5</s>", "<s>about ~5</s>"),
        ("A &amp;amp; B", "A &amp;amp; B"),
        ("(<strong>bold</strong>) and <em>slanted</em>.", "(**bold**) and *slanted*."),
    ],
)
def test_a_mark_is_stored_so_that_it_is_read_as_one(sent: str, stored: str) -> None:
    text = html_to_markdown(f"<p>{sent}</p>")
    assert text == f"{stored}\n"
    back, _ = to_word_and_back(text)
    assert as_the_editor_holds_it(back) == as_the_editor_holds_it(text)


def test_headings_keep_slanted_words_and_drop_bold_ones() -> None:
    text = html_to_markdown("<h1>Control of <em>E. coli</em> in <strong>water</strong></h1><p>Text.</p>")
    assert text == "# Control of *E. coli* in water\n\nText.\n"
    assert to_word_and_back(text)[0] == text


def test_code_that_word_keeps_in_pieces_is_one_piece() -> None:
    assert to_word_and_back("Type `起重机 Ⅳ = 1` here.\n")[0] == "Type `起重机 Ⅳ = 1` here.\n"


@pytest.mark.parametrize("typed", ["-----", "--", "=====", "="])
def test_a_line_of_hyphens_or_equals_signs_that_was_typed_is_no_rule_and_makes_no_heading(typed: str) -> None:
    under_words = line("Fees", "<w:r><w:br/></w:r>", typed)
    from_word = word_to_markdown(unfixed_word(line("Before") + line(typed) + under_words)).markdown
    from_editor = html_to_markdown(f"<p>Before</p><p>{typed}</p><p>Fees<br>{typed}</p>")
    for markdown in (from_word, from_editor):
        page = render(markdown)
        assert page.text.split() == ["Before", typed, "Fees", typed]
        assert "<hr" not in page.html
        assert "<h" not in page.html
