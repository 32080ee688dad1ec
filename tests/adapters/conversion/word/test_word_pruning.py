"""Styles and lists that nothing in a Word file uses are left out; what is inherited through them is not."""

import io
import zipfile

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.conversion.word.preparing import prepared


def saved(document: docx.document.Document) -> bytes:
    """The bytes of a Word file."""
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def part(word: bytes, name: str) -> str:
    """A part of a Word file."""
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        return package.read(f"word/{name}.xml").decode()


def test_marks_are_inherited_through_styles_that_no_text_names() -> None:
    document = docx.Document()
    loud = document.styles.add_style("Loud", WD_STYLE_TYPE.CHARACTER)
    loud.font.bold = True
    warning = document.styles.add_style("Warning", WD_STYLE_TYPE.CHARACTER)
    warning.base_style = loud
    document.add_paragraph("Stand ").add_run("clear", style="Warning")
    assert word_to_markdown(saved(document)).markdown == "Stand **clear**\n"


def test_a_list_is_inherited_through_styles_that_no_text_names() -> None:
    document = docx.Document()
    number = document.styles["List Number"].element.find(f".//{qn('w:numId')}").get(qn("w:val"))
    base = document.styles.add_style("Steps", WD_STYLE_TYPE.PARAGRAPH)
    properties, mark = OxmlElement("w:numPr"), OxmlElement("w:numId")
    mark.set(qn("w:val"), number)
    properties.append(mark)
    base.element.get_or_add_pPr().append(properties)
    document.styles.add_style("Safe step", WD_STYLE_TYPE.PARAGRAPH).base_style = base
    for text in ("Lift", "Lower"):
        document.add_paragraph(text, style="Safe step")
    assert word_to_markdown(saved(document)).markdown == "1.  Lift\n2.  Lower\n"


def test_nothing_goes_to_the_converter_that_no_text_uses() -> None:
    document = docx.Document()
    document.add_paragraph("Lift", style="List Number")
    word = prepared(saved(document)).docx
    assert 'w:styleId="ListNumber"' in part(word, "styles")
    assert "MediumGrid" not in part(word, "styles")
    assert part(word, "numbering").count("<w:num ") == 1


def test_a_form_of_list_that_is_named_twice_serves_both() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    form = numbering.find(qn("w:num")).find(qn("w:abstractNumId")).get(qn("w:val"))
    again = f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="{form}"/></w:num>'
    numbering.append(parse_xml(again))
    for number in (numbering.find(qn("w:num")).get(qn("w:numId")), "77"):
        said = document.add_paragraph("Check the rope")._p.get_or_add_pPr().get_or_add_numPr()
        said.get_or_add_numId().val = int(number)
    assert part(prepared(saved(document)).docx, "numbering").count("<w:abstractNum ") == 1
    assert word_to_markdown(saved(document)).markdown.count("Check the rope") == 2
