"""Lists on their way to Word and back: what stands in an item stays in it, and the list counts on."""

import io
import re

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docctl.adapters.conversion import html_to_markdown, markdown_to_html, tidy_markdown, word_to_markdown
from docctl.adapters.reading_view import render
from tests.adapters.conversion.word.test_word_round_trip import to_word_and_back

TABLE = "| Load | Rope |\n|------|------|\n| 5 t  | 12   |"


def inside(block: str) -> str:
    """An item with a block in it, between two others."""
    indented = "\n".join(f"    {line}".rstrip() for line in block.split("\n"))
    return f"1.  Before lifting\n\n{indented}\n\n2.  Lift\n"


@pytest.mark.parametrize(
    "block",
    [TABLE, "> Never alone.\n>\n> Never in wind.", "    rope = 12", f"And then:\n\n{TABLE}\n\nNo more."],
)
def test_what_stands_in_an_item_stays_in_it(block: str) -> None:
    text = inside(block)
    assert to_word_and_back(text) == (text, ())


def test_a_box_to_tick_keeps_its_second_paragraph_and_its_table() -> None:
    text = (
        "- [ ] Look at the rope\n\n  It must be whole.\n\n"
        + "\n".join(f"  {line}" for line in TABLE.split("\n"))
        + "\n"
    )
    assert to_word_and_back(text) == (text, ())


@pytest.mark.parametrize("text", ["1. * * *\n2. next\n", "- ***\n- next\n", "1. first\n   - ***\n"])
def test_a_rule_that_begins_an_item_stays_in_it(text: str) -> None:
    once = tidy_markdown(text)[0]
    for markdown in (once, tidy_markdown(once)[0], html_to_markdown(markdown_to_html(text))):
        assert re.search(r"<li>\s*<hr>\s*</li>", render(markdown).html), markdown


def test_a_table_beside_a_list_stays_beside_it() -> None:
    text = f"1.  Lift\n\n{TABLE}\n\nAnd lower.\n"
    assert to_word_and_back(text) == (text, ())


def test_a_list_that_goes_on_inside_an_indented_table_counts_in_order() -> None:
    document = docx.Document()
    document.add_paragraph("one", style="List Number")
    table = document.add_table(1, 1)
    table._tbl.tblPr.append(parse_xml(f'<w:tblInd {nsdecls("w")} w:w="720" w:type="dxa"/>'))
    table.cell(0, 0).paragraphs[0].text = "two"
    table.cell(0, 0).paragraphs[0].style = "List Number"
    document.add_paragraph("three", style="List Number")
    written = io.BytesIO()
    document.save(written)
    text = word_to_markdown(written.getvalue()).markdown
    assert text.startswith("1.  one\n")
    assert '<ol start="2"' in text
    assert "\n3.  three" in text
