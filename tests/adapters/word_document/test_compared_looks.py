"""Two Word files compared in what they show beside their words, and not in what each saving changes."""

import io
import re
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Pt, RGBColor

from docctl.adapters.word_document import differences_in_hidden_data, differences_in_look
from docctl.adapters.word_document.xml import w
from docctl.word_format.markup import unzipped, zipped
from tests.factories.files.hostile_word import NAMES, png, word_file
from tests.factories.files.unfixed_word import bound as unfixed_word_bound
from tests.factories.files.unfixed_word import boxed, line, text, unfixed_word
from tests.factories.files.word_parts import with_other_names, with_part


def made(change: Callable[[Document], None] = lambda document: None) -> bytes:
    """A Word file with a little of everything, changed."""
    document = docx.Document()
    document.add_heading("Purpose", 1)
    line = document.add_paragraph("Pumps are checked ")
    line.add_run("every day")
    line.add_run(" by the crew.")
    document.add_paragraph("A step to do.", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for at, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell {at}"
    document.add_paragraph("A plan: ").add_run().add_picture(io.BytesIO(png()), Cm(2))
    document.sections[0].header.paragraphs[0].text = "Head of the page"
    document.sections[0].footer.paragraphs[0].text = "Foot of the page"
    change(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def run(document: Document) -> object:
    return document.paragraphs[1].runs[1]


def shade(document: Document) -> None:
    cell = document.tables[0].cell(1, 1)._tc
    cell.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="FF0000"/>'))


def crop(document: Document) -> None:
    blip = next(node for node in document.element.iter() if node.tag.endswith("}blipFill"))
    blip.insert(1, parse_xml('<a:srcRect xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" l="20000"/>'))


def another_picture(document: Document) -> None:
    part = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/image"))
    part._blob = png(5, 5)


def field(document: Document) -> None:
    document.paragraphs[1]._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" DATE "/>'))


def control(text: str) -> Callable[[Document], None]:
    def put(document: Document) -> None:
        document.element.body.insert(
            2,
            parse_xml(
                f'<w:sdt {nsdecls("w")}><w:sdtPr><w:alias w:val="Amount"/></w:sdtPr><w:sdtContent>'
                f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            ),
        )

    return put


def turn(document: Document) -> None:
    run = document.paragraphs[1].runs[1]._r
    turned = parse_xml(f'<w:bdo {nsdecls("w")} w:val="rtl"/>')
    run.addprevious(turned)
    turned.append(run)


CHANGES: dict[str, tuple[str, str, Callable[[Document], object]]] = {
    "colour": ("colour", "Pumps are", lambda d: setattr(run(d).font.color, "rgb", RGBColor(255, 0, 0))),
    "bold": ("bold letters", "Pumps are", lambda d: setattr(run(d), "bold", True)),
    "font": ("font", "Pumps are", lambda d: setattr(run(d).font, "name", "Arial")),
    "size": ("size of letters", "Pumps are", lambda d: setattr(run(d).font, "size", Pt(20))),
    "order": ("order of letters", "Pumps are", turn),
    "hidden": ("hidden text", "Pumps are", lambda d: setattr(run(d).font, "hidden", True)),
    "alignment": ("alignment", "Pumps are", lambda d: setattr(d.paragraphs[1], "alignment", WD_ALIGN_PARAGRAPH.RIGHT)),
    "style": ("style", "Pumps are", lambda d: setattr(d.paragraphs[1], "style", "Quote")),
    "style used": ("style", "Purpose", lambda d: setattr(d.styles["Heading 1"].font, "italic", True)),
    "list": ("list", "A step", lambda d: setattr(d.paragraphs[2], "style", "List Bullet")),
    "shading": ("shading of a cell", "cell 3", shade),
    "crop": ("picture", "A plan", crop),
    "picture": ("picture", "A plan", another_picture),
    "field": ("field", "Pumps are", field),
    "margins": ("margins", "text", lambda d: setattr(d.sections[0], "left_margin", Cm(5))),
    "header": ("words", "header", lambda d: setattr(d.sections[0].header.paragraphs[0], "text", "Another head")),
    "footer": ("words", "footer", lambda d: setattr(d.sections[0].footer.paragraphs[0], "text", "")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_shows_is_told_with_its_place(name: str) -> None:
    what, place, change = CHANGES[name]
    found = differences_in_look(made(), made(change))
    told = {"list": {"style", "list"}}.get(name, {what})
    assert found
    assert {each.what for each in found} <= told
    assert all(place in each.place for each in found)
    assert differences_in_look(made(change), made())


def linked(address: str = "", mark: str = "") -> bytes:
    """A Word file with a link that leads to an address or a mark."""
    document = docx.Document()
    name = document.part.relate_to(address, RT.HYPERLINK, is_external=True) if address else ""
    leads = f'r:id="{name}"' if address else f'w:anchor="{mark}"'
    run = "<w:r><w:t>form</w:t></w:r>"
    document.add_paragraph("The ")._p.append(parse_xml(f"<w:hyperlink {nsdecls('w', 'r')} {leads}>{run}</w:hyperlink>"))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_link_that_leads_elsewhere_is_told_with_both_targets() -> None:
    (found,) = differences_in_look(linked("https://example.org/a"), linked("https://example.org/b"))
    assert str(found) == "target of a link, “The form”: https://example.org/a → https://example.org/b"
    (found,) = differences_in_look(linked(mark="annex"), linked(mark="scope"))
    assert (found.old, found.new) == ("#annex", "#scope")
    assert differences_in_look(linked(mark="_Toc1"), linked(mark="_Toc2")) == []


def test_another_choice_of_a_form_is_told() -> None:
    def chosen(place: int) -> bytes:
        choices = f'<w:ffData><w:ddList><w:result w:val="{place}"/><w:listEntry w:val="low"/></w:ddList></w:ffData>'
        return unfixed_word(line("Risk ", f'<w:r><w:fldChar w:fldCharType="begin">{choices}</w:fldChar></w:r>'))

    (found,) = differences_in_look(chosen(0), chosen(1))
    assert (found.what, found.place) == ("choices of a form", "“Risk”")


def test_a_colour_is_told_with_the_words_that_have_it() -> None:
    (found,) = differences_in_look(made(), made(CHANGES["colour"][2]))
    assert (found.old, found.new) == ("", "red on “every day”")


TOLD: dict[str, str] = {
    "bold": "bold letters, “Pumps are checked every day by the crew.”: – → “every day”",
    "size": "size of letters, “Pumps are checked every day by the crew.”: – → 20 pt on “every day”",
    "alignment": "alignment, “Pumps are checked every day by the crew.”: – → right",
    "style": "style, “Pumps are checked every day by the crew.”: Normal → Quote",
    "style used": "style, “Purpose”: heading 1 → heading 1, changed",
    "shading": "shading of a cell, “cell 3”: – → red",
    "crop": "picture, “A plan:”: whole → cut off 20 % at the left",
    "picture": "picture, “A plan:”: one picture → one picture, changed",
    "margins": (
        "margins, text: bottom 2.54 cm, footer 1.27 cm, gutter 0 cm, header 1.27 cm, left 3.175 cm, right 3.175 cm,"
        " top 2.54 cm → bottom 2.54 cm, footer 1.27 cm, gutter 0 cm, header 1.27 cm, left 5 cm, right 3.175 cm,"
        " top 2.54 cm"
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_both_values_are_told_in_words(name: str) -> None:
    assert TOLD[name] in [str(each) for each in differences_in_look(made(), made(CHANGES[name][2]))]


def test_the_form_and_the_start_of_a_list_are_told_in_words() -> None:
    def begun(start: int, kind: str = "decimal") -> bytes:
        level = (
            f'<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="%1."/></w:lvl>'
        )
        numbering = f'<w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>'
        number = '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        item = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        word = unfixed_word(f"<w:p>{item}{text('Open.')}</w:p>")
        return with_part(word, "numbering", f"<w:numbering {NAMES}>{numbering}{number}</w:numbering>")

    (found,) = differences_in_look(begun(1), begun(5))
    assert str(found) == "list, “Open.”: numbers from 1 → numbers from 5"
    (found,) = differences_in_look(begun(1), begun(1, "lowerLetter"))
    assert str(found) == "list, “Open.”: numbers from 1 → small letters from 1"


def test_a_picture_without_words_beside_it_is_told_by_the_words_above() -> None:
    def put(change: Callable[[Document], object]) -> bytes:
        def pictured(document: Document) -> None:
            document.paragraphs[3].runs[0].text = ""
            change(document)

        return made(pictured)

    (found,) = differences_in_look(put(lambda document: None), put(crop))
    assert found.place == "below “cell 3”"


def test_the_words_of_a_box_are_told_as_words_alone() -> None:
    (found,) = differences_in_look(*(unfixed_word(line("See", boxed(line(f"Limit {n}")))) for n in (30, 90)))
    assert str(found) == "words, text: Limit 30 → Limit 90"


def test_words_in_a_control_are_told_with_both_values() -> None:
    (found,) = differences_in_look(made(control("500 euros")), made(control("50000 euros")))
    assert (found.what, found.old, found.new) == ("words", "500 euros", "50000 euros")


def test_what_every_saving_changes_is_no_difference() -> None:
    def saved_anew(document: Document) -> None:
        body = document.element.body
        for number, node in enumerate(body.iter(w("p"), w("r"))):
            node.set(w("rsidR"), f"00{number:06}")
        line = document.paragraphs[1]
        line.runs[0].text = "Pumps are "
        line.runs[0]._r.addnext(parse_xml(f"<w:r {nsdecls('w')}><w:t>checked </w:t></w:r>"))
        line._p.insert(0, parse_xml(f'<w:proofErr {nsdecls("w")} w:type="spellStart"/>'))
        line._p.insert(0, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="7" w:name="_GoBack"/>'))
        next(node for node in body.iter() if node.tag.endswith("}docPr")).set("id", "77")
        document.core_properties.revision = 99

    parts = unzipped(made(saved_anew))
    parts = dict(reversed(parts.items()))
    parts["word/settings.xml"] = re.sub(
        rb"(<w:settings[^>]*>)", rb'\1<w:zoom w:percent="77"/>', parts["word/settings.xml"]
    )
    assert differences_in_look(made(), zipped(parts)) == []


def test_what_docctl_fills_in_at_issue_is_no_difference() -> None:
    def number(value: str) -> Callable[[Document], None]:
        return lambda document: document.element.body.insert(
            0,
            parse_xml(
                f'<w:sdt {nsdecls("w")}><w:sdtPr><w:tag w:val="docctl:revision"/></w:sdtPr><w:sdtContent>'
                f"<w:p><w:r><w:t>{value}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            ),
        )

    assert differences_in_look(made(number("1")), made(number("2"))) == []


def bound(data: str, shown: str = "500") -> bytes:
    """A Word file with a control that shows a text and is bound to hidden data."""
    item = "{11111111-2222-3333-4444-555555555555}"
    control = (
        f'<w:p><w:sdt><w:sdtPr><w:dataBinding w:xpath="/k[1]/n[1]" w:storeItemID="{item}"/><w:text/></w:sdtPr>'
        f"<w:sdtContent><w:r><w:t>{shown}</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    )
    described = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXmlProps"
    parts = unzipped(word_file(control))
    parts["customXml/item1.xml"] = f"<k><n>{data}</n></k>".encode()
    parts["customXml/itemProps1.xml"] = f'<d:datastoreItem xmlns:d="{described}" d:itemID="{item}"/>'.encode()
    parts["customXml/_rels/item1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="itemProps1.xml"/></Relationships>'
    ).encode()
    return zipped(parts)


def test_hidden_data_that_word_shows_instead_of_the_text_are_told() -> None:
    (found,) = differences_in_hidden_data(bound("500"), bound("50000"))
    assert (found.place, found.old, found.new) == ("control “500”", "500", "50000")
    (back,) = differences_in_hidden_data(bound("50000"), bound("500"))
    assert (back.old, back.new) == ("50000", "500")
    assert differences_in_hidden_data(bound("50000"), bound("50000")) == []
    assert differences_in_hidden_data(bound("500"), bound("700", "700")) == []


def test_hidden_data_that_word_shows_in_a_header_of_any_name_are_told() -> None:
    def in_header(data: str, name: str) -> bytes:
        word = unfixed_word(line("Lock it."), header=line(unfixed_word_bound(text("500"))), data=data)
        return with_other_names(word, {"header1": name})

    for name in ("header1", "top"):
        (found,) = differences_in_hidden_data(in_header("500", name), in_header("50000", name))
        assert (found.place, found.old, found.new) == ("control “500”", "500", "50000")


def test_hidden_data_that_change_under_stale_words_are_one_change() -> None:
    (found,) = differences_in_hidden_data(bound("65", "STALE 40"), bound("70", "STALE 40"))
    assert str(found) == "hidden data that Word shows instead, control “STALE 40”: 65 → 70"
    (found,) = differences_in_hidden_data(bound("65", "STALE 40"), bound("70", "STALE 50"))
    assert (found.old, found.new) == ("65", "70")
    assert differences_in_hidden_data(bound("65", "STALE 40"), bound("65", "STALE 50")) == []


def test_hidden_data_of_a_box_are_compared_too() -> None:
    kind = (
        '<w14:checkbox xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w14:checked w14:val="0"/>'
        '<w14:checkedState w14:val="2612"/><w14:uncheckedState w14:val="2610"/></w14:checkbox>'
    )
    box = line(unfixed_word_bound(text("☐"), kind))
    (found,) = differences_in_hidden_data(unfixed_word(box, data="true"), unfixed_word(box, data="false"))
    assert (found.old, found.new) == ("ticked", "not ticked")


def styled(define: Callable[[Document], object] = lambda document: None) -> bytes:
    """A Word file with words in a style of letters and a table in a style, each resting on another."""

    def change(document: Document) -> None:
        for kind, name in ((WD_STYLE_TYPE.CHARACTER, "Sign"), (WD_STYLE_TYPE.TABLE, "Grid")):
            base, own = (document.styles.add_style(each, kind) for each in (f"{name} base", name))
            own.base_style = base
        document.styles["Sign"].font.bold = True
        run(document).style = document.styles["Sign"]
        document.tables[0].style = document.styles["Grid"]
        define(document)

    return made(change)


def fill(name: str, around: str = "") -> Callable[[Document], None]:
    shade = f'<w:tcPr {nsdecls("w")}><w:shd w:val="clear" w:fill="FF0000"/></w:tcPr>'
    inner = f'<w:tblStylePr {nsdecls("w")} w:type="firstRow">{shade}</w:tblStylePr>' if around else shade
    return lambda document: document.styles[name].element.append(parse_xml(inner))


def colour(name: str) -> Callable[[Document], object]:
    return lambda document: setattr(document.styles[name].font.color, "rgb", RGBColor(0, 255, 0))


@pytest.mark.parametrize(
    ("define", "what", "place"),
    [
        (colour("Sign"), "style of letters", "Pumps are"),
        (colour("Sign base"), "style of letters", "Pumps are"),
        (fill("Grid"), "style of a table", "cell 0"),
        (fill("Grid base"), "style of a table", "cell 0"),
        (fill("Grid", "firstRow"), "style of a table", "cell 0"),
    ],
)
def test_what_a_style_of_letters_or_of_a_table_says_is_compared_with_its_bases(
    define: Callable[[Document], object], what: str, place: str
) -> None:
    (found,) = differences_in_look(styled(), styled(define))
    assert (found.what, place in found.place) == (what, True)
    assert found.old != found.new


def test_a_style_that_nothing_uses_is_no_difference() -> None:
    assert differences_in_look(made(), made(colour("Intense Emphasis"))) == []
    assert differences_in_look(styled(), styled(fill("Light Grid"))) == []


def test_the_style_of_tables_that_name_none_is_compared() -> None:
    def without(define: Callable[[Document], object]) -> Callable[[Document], None]:
        def change(document: Document) -> None:
            for named in list(document.element.body.iter(w("tblStyle"))):
                named.getparent().remove(named)
            define(document)

        return change

    plain = made(without(lambda document: None))
    (found,) = differences_in_look(plain, made(without(fill("Normal Table"))))
    assert found.what == "style of a table"
