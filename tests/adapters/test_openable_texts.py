"""What is saved can be opened again: reading a text costs what it is long, and what cannot be is refused at once."""

import time
from collections.abc import Callable

import pytest

from docctl.actions.documents import drafting, savable
from docctl.actions.documents.recognising import understood
from docctl.adapters.conversion import html_to_markdown, import_markdown, markdown_to_html, pandoc
from docctl.adapters.reading_view import render, require_openable
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import ConversionError
from docctl.domain.search import passage
from docctl.texts import compared_text, differences
from docctl.texts.paragraph_origin import origins_of
from docctl.texts.text_blocks import blocks_of
from docctl.word_format import facts
from tests.factories.files.hostile_word import paragraph, word_file
from tests.factories.library import Office

LENGTH = 30_000
SECONDS = 6  # a tenth of that alone on a machine; before, each of these took a minute or never ended
KINDS: dict[str, Callable[[int], str]] = {
    "one word": lambda length: "x" * length,
    "open brackets": lambda length: "[" * length,
    "close brackets": lambda length: "]" * length,
    "links": lambda length: "[a](" * (length // 4),
    "pictures in pictures": lambda length: "![" * (length // 2),
    "stars": lambda length: "*" * length,
    "stars before words": lambda length: "*a " * (length // 3),
    "stars and lines": lambda length: "**a_" * (length // 4),
    "a name of a file": lambda length: "a_" * (length // 2),
    "waves": lambda length: "~a~~" * (length // 4),
    "backticks": lambda length: "".join("a" + "`" * at for at in range(1, int((2 * length) ** 0.5))),
    "tags": lambda length: "<a " * (length // 3),
    "comments": lambda length: "<!--" * (length // 4),
    "brackets": lambda length: "(" * length,
    "entities": lambda length: "&" * length,
    "hashes": lambda length: "#" * length,
    "quotations": lambda length: ">" * length + " a",
    "lists in lists": lambda length: "- " * (length // 2) + "a",
    "an address": lambda length: "https://" + "a" * length,
    "many addresses": lambda length: "https://a.b/c " * (length // 14),
    "rows": lambda length: "|a|b|\n|-|-|\n" + "|c|d|\n" * (length // 6),
    "cells": lambda length: "|a" * (length // 6) + "|\n" + "|-" * (length // 6) + "|\n" + "|c" * (length // 6) + "|\n",
    "notes": lambda length: "".join(f"[^{at}] " for at in range(length // 30)) + "\n\n[^1]: a\n",
    "formulas": lambda length: "$`a" * (length // 3),
    "accents": lambda length: "e" + "\u0301" * length,
    "signs of one letter": lambda length: "\u0915" + "\u094d" * length,
    "accents on many letters": lambda length: ("e" + "\u0301" * 64) * (length // 65),
    "joiners": lambda length: "\u200d" * length,
    "emoji": lambda length: "\U0001f600\ufe0f\u200d" * (length // 3),
    "marks of direction": lambda length: "\u200f" * length,
    "hard spaces": lambda length: "\u00a0" * length,
    "numbers": lambda length: "1." * (length // 2),
}


def is_openable(markdown: str) -> bool:
    """Say whether a text may be saved."""
    try:
        require_openable(markdown)
    except ConversionError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_any_text_is_shown_compared_and_searched_in_fair_time_whether_it_may_be_saved_or_not(kind: str) -> None:
    text = f"# A\n\nWords.\n\n{KINDS[kind](LENGTH)}\n"
    began = time.process_time()
    view = render(text)
    old, new = blocks_of(view.html), blocks_of(render(text.replace("Words", "More words")).html)
    compared_text.pieces_of(differences.differences(old, new))
    origins_of([old, new])
    passage.places_of_words(view.text, [passage.Stemming(0, str, frozenset())])
    facts.share_arrived(("words",), text)
    assert time.process_time() - began < SECONDS, kind


@pytest.mark.parametrize("kind", KINDS)
def test_what_may_be_saved_is_opened_in_the_editor(kind: str) -> None:
    text = KINDS[kind](LENGTH // 10) + "\n"
    if is_openable(text):
        began = time.monotonic()
        html_to_markdown(markdown_to_html(text))
        assert time.monotonic() - began < 30


def test_long_words_are_looked_at_once_however_many_there_are() -> None:
    began = time.process_time()
    assert is_openable(" ".join(["0a" * 20_000] * 20))
    assert time.process_time() - began < 3, "with each sign looked at as the beginning of a word it takes 16 seconds"


def test_a_refusal_says_where_and_what_to_do() -> None:
    with pytest.raises(ConversionError, match=r"begins “a_a_a_a_.*…” has more marks .* split it, or write it as code"):
        require_openable("# A\n\n" + "a_" * 15_000)
    with pytest.raises(ConversionError, match="more than 300 quotations or lists"):
        require_openable(">" * 30_000)
    with pytest.raises(ConversionError, match=r"at “A cafe”, carries more than 64 accents .* take the marks out"):
        require_openable("A cafe" + "\u0301" * 65)
    with pytest.raises(ConversionError, match=r"holds 600,000 signs without a space, .* begin “x{40}…”.* divide them"):
        require_openable("# A\n\nBefore.\n\n" + "x" * 600_000)
    with pytest.raises(ConversionError, match="signs without a space"):
        require_openable("```\n" + "0a" * 30_000 + "\n```\n")
    with pytest.raises(ConversionError, match="longer than five million"):
        require_openable("a " * 2_600_000)


@pytest.mark.parametrize(
    "text",
    [
        "- a_b_c\n" * 5_000,
        "```\n" + "a_[b]*c\n" * 5_000 + "```\n",
        "|a_b|[c](d)|\n|-|-|\n" + "|a_b|[c](d)|\n" * 3_000,
        "<table>\n" + "<tr><td>a_b [c] *d*</td></tr>\n" * 3_000 + "</table>\n",
        "A paragraph with *some* marks, see [there](https://riverton.example).\n\n" * 2_000,
        "-" * 2_000 + "\n",
        ("e" + "\u0301" * 8 + "\u20dd ") * 2_000 + "\n",
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u0e1b\u0e35\u0e48 " * 1_000 + "\n",
        "* " * 200 + "\n",
    ],
)
def test_what_honest_people_write_may_be_saved(text: str) -> None:
    assert is_openable(text)


@pytest.mark.parametrize("mark", ["\u0301", "\u094d", "\u20dd", "\u302e", "\U0001d165"])
def test_marks_heaped_on_one_letter_are_refused_on_every_road_before_they_are_converted(
    office: Office, mark: str
) -> None:
    text = "A cafe" + mark * 20_000 + "\n"
    began = time.monotonic()
    with pytest.raises(ConversionError, match="more than 64 accents"):
        import_markdown(text.encode())
    with pytest.raises(ConversionError, match="more than 64 accents"):
        drafting.prepare_text(office.control, WrittenText(html_to_markdown(f"<p>{text}</p>")))
    assert time.monotonic() - began < SECONDS


def test_a_paragraph_that_may_not_be_saved_is_shown_as_it_was_typed() -> None:
    """It may stand in a text from before the rule; nothing of it is lost, and the text around it is shown as ever."""
    view = render("# Purpose\n\n" + "[a_b " * 10_000 + "\n\nThe *end*.\n")
    assert view.text.count("[a_b") == 10_000
    assert "<em>end</em>" in view.html


def test_long_cells_and_scripts_without_spaces_are_no_long_words() -> None:
    words = "many words " * 6_000
    require_openable(f"| A |\n|{'-' * 66_000}|\n| {words} |\n")
    require_openable("国" * 60_000)


def test_a_text_that_could_not_be_saved_is_refused_with_the_same_sentence_when_its_file_is_read(
    office: Office,
) -> None:
    markdown = f"# Purpose\n\n{'x' * 60_000}\n"
    with pytest.raises(ConversionError, match="signs without a space") as at_save:
        drafting.prepare_text(office.control, WrittenText(markdown))
    for name, data in (("a.md", markdown.encode()), ("a.docx", word_file(paragraph("x" * 60_000)))):
        began = time.process_time()
        refusal = understood(office.control, name, data)
        assert time.process_time() - began < SECONDS, name
        assert isinstance(refusal, ConversionError)
        assert str(refusal) == str(at_save.value)


def test_a_text_that_could_not_be_opened_again_is_not_saved(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConversionError):
        drafting.prepare_text(office.control, WrittenText("a_" * 15_000))
    monkeypatch.setattr(savable, "LARGE_TEXT", 100)
    monkeypatch.setattr(pandoc, "WALL_SECONDS", 0.001)
    drafting.prepare_text(office.control, WrittenText("- a b c d\n"))
    with pytest.raises(ConversionError, match="takes more time or memory"):
        drafting.prepare_text(office.control, WrittenText("- a b c d\n" * 1_000))
