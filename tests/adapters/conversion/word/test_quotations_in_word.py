"""Quotations on their way to Word and back: what stands in one stays in it, as far as Word can show that."""

import io

import docx
import pytest

from docctl.adapters.conversion import html_to_markdown, word_to_markdown
from tests.adapters.conversion.word.test_word_round_trip import to_word_and_back


def quoted(text: str) -> str:
    """A quotation between two paragraphs."""
    lines = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    return f"Before.\n\n{lines}\n\nAfter.\n"


@pytest.mark.parametrize(
    "text",
    [
        "- Hook\n- Rope",
        "So:\n\n1.  Hook\n2.  Rope\n    - whole\n\nLift.",
        "- Hook\n\n  And look.\n\n- Rope",
        "- [ ] Hook\n- [x] Rope",
        "- `hook`\n- Rope",
        "So:\n\n    hook = 1\n\n      rope = 2\n\nLift.",
        "- Hook\n\n      hook = 1\n\n- Rope",
    ],
)
def test_what_stands_in_a_quotation_stays_in_it(text: str) -> None:
    back, losses = to_word_and_back(quoted(text))
    assert (back, losses) == (quoted(text), ())


def test_a_quoted_list_stays_in_the_item_it_stands_in() -> None:
    text = "- Lift\n\n  > So:\n  >\n  > - Hook\n  > - Rope\n\n- Lower\n"
    assert to_word_and_back(text) == (text, ())


def test_a_list_with_quotations_behind_its_lines_is_not_quoted() -> None:
    text = "- Lift\n\n  > Never alone.\n\n- Lower\n\n  > Never fast.\n"
    assert to_word_and_back(text) == (text, ())


@pytest.mark.parametrize("style", ["List Number", "Quote"])
@pytest.mark.parametrize("texts", [("",), ("", ""), ("Hook", "", "Rope")])
def test_numbered_lines_without_words_stop_nothing(style: str, texts: tuple[str, ...]) -> None:
    document, made = docx.Document(), io.BytesIO()
    for text in ("Before", *texts, "After"):
        line = document.add_paragraph(text, style=style if text not in ("Before", "After") else None)
        if line.style.name == style:
            line._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 1
    document.save(made)
    read = word_to_markdown(made.getvalue())
    assert [word for word in read.markdown.split() if word.isalpha()] == ["Before", *filter(None, texts), "After"]
    assert read.losses == ()


def test_a_heading_in_a_quotation_is_no_section_of_the_document() -> None:
    sent = "<blockquote><h2>Scope</h2><p>All cranes.</p></blockquote>"
    assert html_to_markdown(sent) == "> **Scope**\n>\n> All cranes.\n"
    assert to_word_and_back(quoted("## Scope"))[0] == quoted("**Scope**")


def test_a_table_stands_between_two_quotations() -> None:
    table = "<table><thead><tr><th>Load</th></tr></thead><tbody><tr><td>5 t</td></tr></tbody></table>"
    stored = html_to_markdown(f"<blockquote><p>Before</p>{table}<p>After</p></blockquote>")
    assert stored == "> Before\n\n| Load |\n|------|\n| 5 t  |\n\n> After\n"
    assert to_word_and_back(stored) == (stored, ())


def test_a_quotation_in_another_is_part_of_it() -> None:
    sent = "<blockquote><p>Never</p><blockquote><p>alone.</p></blockquote></blockquote>"
    assert html_to_markdown(sent) == "> Never\n>\n> alone.\n"
