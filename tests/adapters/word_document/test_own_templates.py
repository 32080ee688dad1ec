"""Templates of an organisation's own: whatever styles and parts they lack, a text stands in them whole."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import docx
import pikepdf
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from docctl.adapters import libreoffice
from docctl.adapters.conversion import markdown_to_word
from docctl.adapters.libreoffice import pages_of
from docctl.adapters.word_document import adopt_template, check_template, fill_word, printable_word
from docctl.adapters.word_document.xml import style_of, text_of, w
from docctl.word_format.markup import unzipped, zipped
from tests.adapters.test_pdf_writer import SHEET
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.files.pdf_pages import page_texts, tags

TEXT = """# 1 Purpose

First words[^1] and `code` and a [link](https://example.org/).

More words.

1. A first step.
2. A second one.
   - which is indented.

> A quotation.

```
code
```

| Role | Does |
|---|---|
| Owner | Keeps the list |

# 2 Records

Words.

[^1]: The note.
"""
MARKS = (
    *("number", "title", "revision", "effective_date", "owner", "classification", "status"),
    *("body", "approvals", "revision_history", "clauses"),
)
STYLE_MARKS = tuple(map(w, ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link")))
FEW = ("Normal", "DefaultParagraphFont", "TableNormal", "NoList")


def own_template(change: Callable[[Document], None]) -> bytes:
    """A template that somebody typed in Word, with marks in place of what docctl fills in."""
    document = docx.Document()
    for mark in MARKS:
        document.add_paragraph(f"{{{{{mark}}}}}")
    change(document)
    written = io.BytesIO()
    document.save(written)
    return adopt_template(written.getvalue())[0]


def as_word_writes_it(document: Document) -> None:
    """Word's default styles."""


def only_latent(document: Document) -> None:
    """Styles that are only announced, as in a file that uses none."""
    styles = document.styles.element
    for style in styles.findall(w("style")):
        if style.get(w("styleId")) not in FEW:
            styles.remove(style)


def without_any(document: Document) -> None:
    """Not even the styles that everything rests on."""
    styles = document.styles.element
    for child in list(styles):
        styles.remove(child)


def in_german(document: Document) -> None:
    """As German Word writes it: the ids are translated, the names are not."""
    ids = {"Normal": "Standard", "BodyText": "Textkrper", "Caption": "Beschriftung", "TableNormal": "NormaleTabelle"}
    ids |= {f"Heading{level}": f"berschrift{level}" for level in range(1, 10)}
    for style in document.styles.element.findall(w("style")):
        style.set(w("styleId"), ids.get(style.get(w("styleId")), style.get(w("styleId"))))
        for reference in style.iter(*STYLE_MARKS):
            reference.set(w("val"), ids.get(reference.get(w("val")), reference.get(w("val"))))


def with_a_name_taken(document: Document) -> None:
    """A style of another kind has the id that a line of the text would have."""
    document.styles.add_style("Compact", WD_STYLE_TYPE.TABLE)


def without_part(name: str) -> Callable[[bytes], bytes]:
    """Take a part out of a package, and what leads to it."""

    def take_out(template: bytes) -> bytes:
        parts = unzipped(template)
        parts.pop(f"word/{name}.xml", None)
        for listing, pattern in (
            ("word/_rels/document.xml.rels", rf"<Relationship [^>]*{name}\.xml[^>]*/>"),
            ("[Content_Types].xml", rf"<Override [^>]*{name}\.xml[^>]*/>"),
        ):
            parts[listing] = re.sub(pattern, "", parts[listing].decode()).encode()
        return zipped(parts)

    return take_out


TEMPLATES: dict[str, bytes] = {
    kind.__name__: own_template(kind)
    for kind in (as_word_writes_it, only_latent, without_any, in_german, with_a_name_taken)
}
TEMPLATES["without numbering"] = without_part("numbering")(TEMPLATES["only_latent"])
TEMPLATES["without styles"] = without_part("styles")(TEMPLATES["only_latent"])


def filled(name: str) -> bytes:
    template = TEMPLATES[name]
    assert check_template(template) == []
    return fill_word(template, markdown_to_word(TEXT, {}, template), SHEET)


STRUCK, HIDDEN = "<w:strike/>", "<w:vanish/>"
WHITE, GREY, TINY = '<w:color w:val="FFFFFF"/>', '<w:color w:val="E4E8EA"/>', '<w:sz w:val="2"/>'
ON_BLUE = '<w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>'
ON_GREY = '<w:shd w:val="clear" w:color="auto" w:fill="F1F4F5"/>'
OF_THE_THEME = '<w:shd w:val="clear" w:color="auto" w:themeFill="accent1"/>'


def _with_style(kind: str, name: str, inside: str) -> list[str]:
    def change(document: Document) -> None:
        for style in [each for each in document.styles.element if each.find(w("name")) is not None]:
            if style.find(w("name")).get(w("val")).casefold() == name.casefold():
                document.styles.element.remove(style)
        told = f'<w:name w:val="{name}"/>{inside}'
        made = f'<w:style {nsdecls("w")} w:type="{kind}" w:styleId="Changed">{told}</w:style>'
        document.styles.element.append(parse_xml(made))

    return check_template(own_template(change))


@pytest.mark.parametrize(
    ("kind", "name", "inside", "fault"),
    [
        ("paragraph", "Body Text", f"<w:rPr>{STRUCK}</w:rPr>", "strikes words out"),
        ("paragraph", "footnote text", f"<w:rPr>{TINY}</w:rPr>", "makes words tiny"),
        ("character", "Verbatim Char", f"<w:rPr>{HIDDEN}</w:rPr>", "hides words"),
        ("paragraph", "Block Text", f"<w:rPr>{WHITE}</w:rPr>", "writes words in the colour of what is behind them"),
        (
            *("paragraph", "Source Code", f"<w:pPr>{ON_GREY}</w:pPr><w:rPr>{GREY}</w:rPr>"),
            "writes words in the colour of what is behind them",
        ),
        ("paragraph", "heading 1", f"<w:pPr>{ON_BLUE}</w:pPr><w:rPr>{WHITE}</w:rPr>", ""),
        ("paragraph", "Withdrawn", f"<w:rPr>{STRUCK}</w:rPr>", ""),
        *(
            ("table", "Table", f'<w:tblStylePr w:type="firstRow"><w:rPr>{WHITE}</w:rPr>{ground}</w:tblStylePr>', fault)
            for ground, fault in (
                ("", "writes the first row of a table in the colour of what is behind it"),
                (f"<w:tcPr>{ON_BLUE}</w:tcPr>", ""),
                (f"<w:tcPr>{OF_THE_THEME}</w:tcPr>", ""),
            )
        ),
    ],
)
def test_a_style_in_which_nobody_would_read_the_text_is_a_fault_of_the_template(
    kind: str, name: str, inside: str, fault: str
) -> None:
    told = f"The style “{name}” {fault}, so that nobody reads what it is for; change it in Word."
    assert _with_style(kind, name, inside) == ([told] if fault else [])


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_style_and_list_of_the_text_is_there_whatever_the_template_lacks(name: str) -> None:
    document = docx.Document(io.BytesIO(filled(name)))
    styles = {style.get(w("styleId")): style for style in document.styles.element.findall(w("style"))}
    notes = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/footnotes"))
    roots = [document.element, etree.fromstring(notes.blob), *styles.values()]
    named = {mark.get(w("val")) for root in roots for mark in root.iter(*STYLE_MARKS)}
    assert named - styles.keys() == set()
    kinds = {"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table"}
    for root in roots[:2]:
        for mark, kind in kinds.items():
            assert {styles[each.get(w("val"))].get(w("type")) for each in root.iter(w(mark))} <= {kind}
    numbering = document.part.numbering_part.element
    numbers = {
        each.get(w("numId")): each.find(w("abstractNumId")).get(w("val")) for each in numbering.findall(w("num"))
    }
    forms = {each.get(w("abstractNumId")) for each in numbering.findall(w("abstractNum"))}
    used = {each.get(w("val")) for each in document.element.iter(w("numId"))} - {"0"}
    assert used
    assert {numbers.get(each) for each in used} <= forms


def test_headings_of_german_word_keep_their_style_and_get_no_second_number() -> None:
    document = docx.Document(io.BytesIO(filled("in_german")))
    headings = [each for each in document.element.iter(w("p")) if style_of(each) == "berschrift1"]
    assert [text_of(each) for each in headings] == ["1 Purpose", "2 Records"]
    assert all(each.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}").get(w("val")) == "0" for each in headings)


@needs_libreoffice
@pytest.mark.skipif(not libreoffice.is_usable(), reason="LibreOffice cannot be shut off here.")
@pytest.mark.parametrize("name", ["only_latent", "in_german", "without styles"])
def test_list_table_and_note_are_printed_whole(name: str) -> None:
    with pikepdf.open(io.BytesIO(pages_of(printable_word(filled(name)), datetime(2026, 3, 2)))) as pdf:
        found = tags(pdf)
        text = "".join(page_texts(pdf))
    assert found["/LI"] >= 3
    assert found["/Table"] == 4
    assert "1.Afirststep.2.Asecondone." in text
    assert "RoleDoesOwnerKeepsthelist" in text
    assert "Thenote." in text


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_table_for_a_record_has_a_style_that_makes_its_header_bold_and_shaded(name: str) -> None:
    document = docx.Document(io.BytesIO(filled(name)))
    *of_the_text, _, _, _ = document.element.body.iter(w("tbl"))
    records = [table for table in document.element.body.iter(w("tbl")) if table not in of_the_text]
    (used,) = {table.find(f"{w('tblPr')}/{w('tblStyle')}").get(w("val")) for table in records}
    (style,) = [each for each in document.styles.element.findall(w("style")) if each.get(w("styleId")) == used]
    header = style.find(w("tblStylePr"))
    assert header.get(w("type")) == "firstRow"
    assert header.find(f"{w('rPr')}/{w('b')}") is not None
    assert header.find(f"{w('tcPr')}/{w('shd')}") is not None


def test_a_table_that_ends_the_text_is_kept_apart_from_the_record_behind_it() -> None:
    template = TEMPLATES["as_word_writes_it"]
    text = "# 1 Records\n\n| Role | Does |\n|---|---|\n| Owner | Keeps the list |\n"
    document = docx.Document(io.BytesIO(fill_word(template, markdown_to_word(text, {}, template), SHEET)))
    blocks = [each.tag for each in document.element.body.iter(w("tbl"), w("p")) if not each.xpath("ancestor::w:tbl")]
    assert (w("tbl"), w("tbl")) not in list(pairwise(blocks))
