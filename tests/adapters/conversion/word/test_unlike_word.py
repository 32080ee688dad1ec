"""What Word draws otherwise than page and PDF is named at import, with the words where it stands."""

import io

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fix_word
from docctl.adapters.word_package import read_word_facts
from docctl.texts.converted_document import ConvertedDocument
from tests.factories.files.hostile_word import NAMES
from tests.factories.files.unfixed_word import AT, boxed, deleted, inserted, line, mark, noted, text, told, unfixed_word
from tests.factories.files.word_parts import with_part

PLACED = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
MATHS = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
SVG = 'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main"'
AT_THE_RIGHT = (
    "<w:tbl><w:tblPr><w:bidiVisual/></w:tblPr><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>"
)

FAINT = '<a:blip><a:lum bright="6000"/></a:blip>'
AT_THE_LEFT = AT_THE_RIGHT.replace("<w:bidiVisual/>", "").replace("<w:tc>{}</w:tc>", "<w:tc>{}</w:tc>" * 2)


def _losses(body: str) -> tuple[str, ...]:
    return word_to_markdown(unfixed_word(body)).losses


def _looking(properties: str, words: str) -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{text(words)}</w:p>"


def _drawing(picture: str) -> str:
    placed = f'<wp:docPr id="1" name="P" descr="A gate"/>{picture}'
    return f"<w:drawing><wp:inline>{placed}</wp:inline></w:drawing>"


def _cut_to(shape: str) -> str:
    return f'<pic:spPr><a:prstGeom prst="{shape}"/></pic:spPr>'


def _struck(properties: str) -> str:
    inside = f"<m:borderBoxPr>{properties}</m:borderBoxPr><m:e><m:r><m:t>v=90</m:t></m:r></m:e>"
    return f"<m:oMath {MATHS}><m:borderBox>{inside}</m:borderBox></m:oMath>"


def _crossed(words: str, kind: str = "single") -> str:
    borders = f'<w:tcPr><w:tcBorders><w:tl2br w:val="{kind}" w:sz="8"/></w:tcBorders></w:tcPr>'
    cells = f"<w:tc>{line('Gate')}</w:tc><w:tc>{borders}{line(words)}</w:tc>"
    return f"<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr>{cells}</w:tr></w:tbl>"


@pytest.mark.parametrize(
    "body",
    [
        line("Seen ", f"<w:r>{_drawing(FAINT)}</w:r>"),
        line("Seen ", f"<w:r>{_drawing(_cut_to('rect'))}</w:r>"),
        line("Seen ", _struck('<m:strikeH m:val="0"/>')),
        _crossed("Keys", "nil"),
    ],
)
def test_what_shows_as_it_is_stored_is_not_named(body: str) -> None:
    assert not _losses(body)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (
            line("See ", f'<w:bdo w:val="rtl">{text("ABC 12")}</w:bdo>'),
            "Word shows letters in the opposite order, the page and the PDF as they are typed: “ABC 12”.",
        ),
        (
            _looking('<w:ind w:left="12500"/>', "Far out"),
            "Words stand beyond the edge of the paper, where nobody reads them in print: “Far out”.",
        ),
        (
            _looking('<w:ind w:left="-3000"/>', "Before it"),
            "Words stand beyond the edge of the paper, where nobody reads them in print: “Before it”.",
        ),
        (
            _looking('<w:framePr w:vAnchor="page" w:x="100" w:y="20000"/>', "Below it"),
            "Words stand beyond the edge of the paper, where nobody reads them in print: “Below it”.",
        ),
        (
            line("السلام عليكم ورحمة الله") + AT_THE_LEFT.format(line("قبل"), line("بعد")),
            "Word and its pages begin the rows of a table at the left, the page at the right: “قبل بعد”.",
        ),
        (
            _looking('<w:spacing w:line="20" w:lineRule="exact"/>', "Never open it."),
            "Lines are set so close in the Word file that nobody can read them there: “Never open it.”.",
        ),
        (
            AT_THE_RIGHT.format(line("first")),
            "Word and its pages begin the rows of a table at the right, the page at the left: “first”.",
        ),
        (
            line("Seen", f'<w:r><w:drawing><wp:docPr {PLACED} id="1" hidden="1" descr="A gate"/></w:drawing></w:r>'),
            "Word hides a picture that the page and the PDF show: “A gate”.",
        ),
        (
            line("Seen", f"<w:r><w:rPr><w:vanish/></w:rPr>{_drawing('')}</w:r>"),
            "Word hides a picture that the page and the PDF show: “A gate”.",
        ),
        *(
            (
                line("Seen", f"<w:r>{_drawing(f'<a:blip>{change}</a:blip>')}</w:r>"),
                "Word and print show a picture in other colours or shades than the page: “A gate”.",
            )
            for change in ('<a:biLevel thresh="50000"/>', "<a:grayscl/>", '<a:lum contrast="-70%"/>')
        ),
        (
            line("Seen", f"<w:r>{_drawing(_cut_to('ellipse'))}</w:r>"),
            "Word and print cut a picture to a shape, the page shows the whole of it: “A gate”.",
        ),
        (
            line("Seen ", _struck('<m:strikeBLTR m:val="1"/>')),
            "Word strikes out a formula, the page shows it in a box: “v=90”.",
        ),
        (_crossed("Keys"), "Word draws a line across a cell, the page does not: “Keys”."),
        (_crossed(""), "Word draws a line across a cell, the page does not: “Gate”."),
        (
            line(
                "Seen",
                boxed(line("Unseen"))
                .replace("<v:textbox>", '<v:rect style="visibility: hidden"><v:textbox>')
                .replace("</v:textbox>", "</v:textbox></v:rect>"),
            ),
            "Word hides a drawing or a text box that the page and the PDF show: “Unseen”.",
        ),
        (
            line("Seen") + '<w:p><w:pPr><w:sectPr><w:lnNumType w:countBy="1"/></w:sectPr></w:pPr></w:p>',
            "Word numbers the lines in the margin, and the page does not: who refers to a line needs the Word file.",
        ),
    ],
)
def test_what_word_draws_otherwise_is_named(body: str, named: str) -> None:
    assert named in _losses(body)


@pytest.mark.parametrize(
    "body",
    [
        line("See ", f'<w:bdo w:val="ltr">{text("ABC 12")}</w:bdo>'),
        _looking('<w:ind w:left="1440" w:hanging="720"/><w:spacing w:line="240" w:lineRule="exact"/>', "Usual"),
        AT_THE_RIGHT.format(line("שלום")),
        AT_THE_LEFT.format(line("before"), line("after")),
        _looking('<w:framePr w:vAnchor="page" w:x="100" w:y="2000"/>', "In the margin"),
        _looking('<w:spacing w:line="20" w:lineRule="exact"/>', ""),
    ],
)
def test_what_shows_alike_is_not_named(body: str) -> None:
    assert not _losses(body + line("More."))


def test_words_in_the_line_above_notes_are_named() -> None:
    word = unfixed_word(line("Keys", noted(2)), footnote=line("A note."))
    above = '<w:footnote w:id="0" w:type="separator">' + line("Notes of the law office") + "</w:footnote>"
    notes = f'<w:footnotes {NAMES}>{above}<w:footnote w:id="2">{line("A note.")}</w:footnote></w:footnotes>'
    assert word_to_markdown(with_part(word, "footnotes", notes)).losses == (
        "Above or below notes the Word file says on its pages “Notes of the law office”, the page does not.",
    )


def test_a_day_that_word_works_out_in_a_run_is_left_out_of_the_issued_file_and_named() -> None:
    word = unfixed_word(line("Printed on", "<w:r><w:dayLong/></w:r>", " the ", "<w:r><w:pgNum/></w:r>"))
    assert read_word_facts(word).left_open == (
        "Word works out a date or the number of the page anew each time; it was left out of “Printed on the”.",
    )
    assert read_word_facts(fix_word(word)).left_open == ()


@pytest.mark.parametrize("kind", ["DISPLAYBARCODE", "BARCODE"])
def test_a_code_that_word_draws_from_a_field_is_named(kind: str) -> None:
    field = mark("begin") + told(f' {kind} "42" QR ') + mark("separate") + mark("end")
    [found] = read_word_facts(unfixed_word(line("Scan ", field))).open_places
    assert str(found) == f'field without a result: “{kind} "42" QR”'


def test_an_error_of_a_formula_is_named() -> None:
    field = mark("begin") + told(" = 1/0 ") + mark("separate") + text("!Zero Divide") + mark("end")
    [found] = read_word_facts(unfixed_word(line("Sum ", field))).open_places
    assert str(found) == "error shown: “!Zero Divide”"


def _changed(looks: str, before: str, words: str) -> str:
    change = f"<w:rPrChange {AT}><w:rPr>{before}</w:rPr></w:rPrChange>"
    return f"<w:r><w:rPr>{looks}{change}</w:rPr><w:t>{words}</w:t></w:r>"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (line(_changed("<w:strike/>", "", "Fee 500")), ("Bo Editor changed the look of “Fee 500”",)),
        (line(_changed("", "<w:strike/>", "Fee 500")), ("Bo Editor changed the look of “Fee 500”",)),
        (line(_changed("<w:b/>", "", "Fee 500")), ()),
        (line(deleted("").replace("delText", "footnoteReference")), ("Bo Editor deleted the sign of a note",)),
        (
            line(inserted("").replace("<w:t ", "<w:drawing ").replace("/w:t>", "/w:drawing>")),
            ("Bo Editor inserted a picture",),
        ),
        (f"<w:p><w:pPr><w:rPr><w:ins {AT}/></w:rPr></w:pPr></w:p>", ("Bo Editor inserted a paragraph mark",)),
    ],
)
def test_a_change_says_what_it_changed_and_one_of_looks_counts_where_it_says_something(
    body: str, named: tuple[str, ...]
) -> None:
    assert read_word_facts(unfixed_word(body)).tracked_changes == named


def _style(kind: str, name: str, looks: str, more: str = "") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{more}<w:rPr>{looks}</w:rPr></w:style>'


def _read(body: str, styles: str) -> ConvertedDocument:
    return word_to_markdown(with_part(unfixed_word(body), "styles", f"<w:styles {NAMES}>{styles}</w:styles>"))


@pytest.mark.parametrize("looks", ["<w:strike/>", "<w:dstrike/>"])
def test_a_paragraph_in_a_style_that_strikes_out_is_struck_out_on_the_page(looks: str) -> None:
    rests_on = '<w:basedOn w:val="Old"/>'
    styles = _style("paragraph", "Old", looks) + _style("paragraph", "Gone", "", rests_on)
    body = _looking('<w:pStyle w:val="Gone"/>', "The fee is 500.") + line("It holds.")
    assert _read(body, styles).markdown == "~~The fee is 500.~~\n\nIt holds.\n"


def test_a_file_that_strikes_all_its_text_out_shows_it_so_and_is_named() -> None:
    defaults = "<w:docDefaults><w:rPrDefault><w:rPr><w:strike/></w:rPr></w:rPrDefault></w:docDefaults>"
    read = _read(line("The fee is 500."), defaults)
    assert read.markdown == "~~The fee is 500.~~\n"
    assert read.losses == (
        "The Word file strikes out all text, and with it what is printed around it; change the defaults in Word.",
    )


@pytest.mark.parametrize("looks", ["<w:strike/>", "<w:vanish/>"])
def test_two_styles_that_cancel_each_other_in_word_alone_are_named(looks: str) -> None:
    styles = _style("paragraph", "Around", looks) + _style("character", "Own", looks)
    own = '<w:rPr><w:rStyle w:val="Own"/>{}</w:rPr><w:t>open</w:t>'
    around = '<w:pPr><w:pStyle w:val="Around"/></w:pPr>'
    off = looks.replace("/>", ' w:val="0"/>')
    assert _read(f"<w:p>{around}<w:r>{own.format('')}</w:r></w:p>", styles).losses == (
        "Two styles strike out or hide the same words, which Word then shows plain, and the PDF does not: “open”.",
    )
    assert _read(f"<w:p>{around}<w:r>{own.format(off)}</w:r></w:p>", styles).losses == ()


def _table_in(style: str, look: str, *rows: tuple[str, str]) -> str:
    told = "".join(f"<w:tr>{''.join(f'<w:tc>{line(cell)}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    properties = f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblLook {look}/></w:tblPr>'
    return f"<w:tbl>{properties}<w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>{told}</w:tbl>"


@pytest.mark.parametrize(
    ("part", "look", "words"),
    [
        ("firstCol", 'w:firstColumn="1"', "Old 500"),
        ("firstCol", 'w:val="0080"', "Old 500"),
        ("lastRow", 'w:lastRow="1"', "500 50"),
        ("band1Horz", "", "Old New 500 50"),
    ],
)
def test_what_the_style_of_a_table_strikes_out_is_named(part: str, look: str, words: str) -> None:
    strikes = f'<w:tblStylePr w:type="{part}"><w:rPr><w:strike/></w:rPr></w:tblStylePr>'
    styles = _style("table", "Fees", "", strikes) + _style("table", "Own", "", '<w:basedOn w:val="Fees"/>')
    rows = (("Old", "New"), ("500", "50"))
    assert _read(_table_in("Own", look, *rows), styles).losses == (
        f"The style of a table strikes words out, the page does not: “{words}”.",
    )
    if look:
        assert _read(_table_in("Own", 'w:val="0000"', *rows), styles).losses == ()


def test_numbers_that_are_struck_out_are_named() -> None:
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
    struck = f'<w:abstractNum w:abstractNumId="1">{level}<w:rPr><w:strike/></w:rPr></w:lvl></w:abstractNum>'
    numbering = f'{struck}<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    word = unfixed_word(_looking('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>', "Open it"))
    assert word_to_markdown(with_part(word, "numbering", f"<w:numbering {NAMES}>{numbering}</w:numbering>")).losses == (
        "Numbers that Word and the PDF strike out are not struck out on the page: “1.” before “Open it”.",
    )


def test_letters_turned_in_a_header_are_named() -> None:
    word = unfixed_word(line("Code 1234."), header=line("Code ", f'<w:bdo w:val="rtl">{text("1234")}</w:bdo>'))
    assert word_to_markdown(word).losses == (
        "Word shows letters in the opposite order, the page and the PDF as they are typed: “1234”.",
    )


@pytest.mark.parametrize(
    ("last", "named"),
    [
        ("00B050", "“Act” red; “Wait” green; “Stop” red; “Go” green"),
        ("FF0000", ""),
        ("DEEAF6", ""),
    ],
)
def test_columns_that_the_style_of_a_table_has_in_two_signal_colours_are_named(last: str, named: str) -> None:
    parts = "".join(
        f'<w:tblStylePr w:type="{part}"><w:tcPr><w:shd w:val="clear" w:fill="{fill}"/></w:tcPr></w:tblStylePr>'
        for part, fill in (("firstCol", "FF0000"), ("lastCol", last))
    )
    style = f'<w:style w:type="table" w:styleId="Lights"><w:name w:val="Lights"/>{parts}</w:style>'
    looks = '<w:tblStyle w:val="Lights"/><w:tblLook w:firstColumn="1" w:lastColumn="1"/>'
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc>{line(words)}</w:tc>' for words in row)}</w:tr>"
        for row in (("Likely", "Rare"), ("Act", "Wait"), ("Stop", "Go"))
    )
    losses = _read(f"<w:tbl><w:tblPr>{looks}</w:tblPr>{rows}</w:tbl>", style).losses
    told = f"Colour tells cells of the table apart, which the text does not show: {named}."
    assert losses == ((told,) if named else ())


@pytest.mark.parametrize(("words", "looks"), [("The keys of the yard", ""), ("Close the gate.", "<w:b/>")])
def test_the_colour_of_a_small_head_is_not_named(words: str, looks: str) -> None:
    style = _style("paragraph", "Small", f'{looks}<w:color w:val="0070C0"/>')
    body = line("The porter keeps the keys of the yard.") + _looking('<w:pStyle w:val="Small"/>', words)
    assert _read(body, style).losses == ()


def test_the_colour_of_a_pattern_tells_a_cell_apart() -> None:
    def row(*shades: str) -> str:
        cells = "".join(
            f"<w:tc><w:tcPr><w:shd {shade}/></w:tcPr>{line(text(f'c{at}'))}</w:tc>" for at, shade in enumerate(shades)
        )
        return f"<w:tr>{cells}</w:tr>"

    none, red = 'w:val="clear" w:fill="auto"', 'w:val="pct50" w:color="FF0000" w:fill="FFFFFF"'
    rows = row(none, none) + row(none, red) + row(red, none)
    table = f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>{rows}</w:tbl>"
    assert any("“c1” red; “c0” red" in loss for loss in _losses(table + line("End")))


def test_words_that_a_style_of_letters_colours_are_named_and_those_of_links_and_grey_ones_are_not() -> None:
    colours = {"Stop": "FF0000", "Hyperlink": "0000FF", "Dim": "808080"}
    styles = "".join(_style("character", name, f'<w:color w:val="{code}"/>') for name, code in colours.items())
    runs = "".join(f'<w:r><w:rPr><w:rStyle w:val="{name}"/></w:rPr><w:t>{name}</w:t></w:r>' for name in colours)
    assert _read(line("See ", runs), styles).losses == (
        "Words are written in red, which the text does not show: “Stop”.",
    )


def test_a_thick_coloured_border_tells_a_cell_apart() -> None:
    border = '<w:tcPr><w:tcBorders><w:top w:val="single" w:sz="{}" w:color="FF0000"/></w:tcBorders></w:tcPr>'
    for size, count in ((48, 1), (4, 0)):
        cells = [f"<w:tc>{border.format(size) if at == 3 else ''}{line(f'c{at}')}</w:tc>" for at in range(6)]
        rows = "".join(f"<w:tr>{''.join(cells[at : at + 2])}</w:tr>" for at in (0, 2, 4))
        table = f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>{rows}</w:tbl>"
        assert (
            len([loss for loss in _losses(table) if loss.endswith("which the text does not show: “c3” red.")]) == count
        )


def test_words_of_a_picture_that_only_word_draws_are_named() -> None:
    document = docx.Document()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><text x="1">Stop at</text><text>30 km/h</text></svg>'
    part = Part(PackURI("/word/media/sign.svg"), "image/svg+xml", svg, document.part.package)
    name = document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    drawn = f'<asvg:svgBlip {SVG} {nsdecls("r")} r:embed="{name}"/>'
    document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:drawing>{drawn}</w:drawing></w:r></w:p>"))
    document.add_paragraph("Drive slowly.")
    written = io.BytesIO()
    document.save(written)
    assert word_to_markdown(written.getvalue()).losses == (
        "Word draws a picture from a form that says “Stop at 30 km/h”, page and PDF show its copy: compare the two.",
    )


def test_ticks_and_crosses_at_the_beginning_of_items_stay_what_they_are() -> None:
    document = docx.Document()
    for sign in "☑☒☐✓✔✗✘❏":
        document.add_paragraph(f"{sign} Smoking", style="List Bullet")
    written = io.BytesIO()
    document.save(written)
    page = render(word_to_markdown(written.getvalue()).markdown)
    assert page.text.splitlines() == [f"{sign} Smoking" for sign in "☑☒☐✓✔✗✘❏"]


def test_a_box_that_begins_an_item_in_a_cell_is_no_field_on_the_page() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    for sign in "☒☐":
        cell.add_paragraph(f"{sign} Smoking", style="List Bullet")
    written = io.BytesIO()
    document.save(written)
    page = render(word_to_markdown(written.getvalue()).markdown)
    assert page.text.split() == ["☒", "Smoking", "☐", "Smoking"]
    assert "input" not in page.html
