"""Looks of a Word file that carry meaning: each arrives in the text, or is named with its place."""

import io

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Inches, RGBColor
from PIL import Image

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.reading_back import read_word
from docctl.adapters.word_document import fix_word
from docctl.texts.converted_document import ConvertedDocument
from docctl.word_format.colour_names import colour_name
from tests.adapters.conversion.word.test_word_of_other_programs import _run, _word
from tests.adapters.reading_back.test_reading_back import SHEET, words
from tests.factories.files.word_parts import with_part

DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def _with(properties: str, text: str) -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _converted(*paragraphs: str) -> ConvertedDocument:
    return word_to_markdown(_word(*paragraphs))


def _add_style(document: Document, name: str, look: str, base: str = "") -> None:
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    start = f'<w:style {nsdecls("w")} w:type="character" w:styleId="{name}"><w:name w:val="{name}"/>'
    document.styles.element.append(parse_xml(f"{start}{based}<w:rPr>{look}</w:rPr></w:style>"))


def _saved(document: Document) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


# Raised and lowered letters, strokes


@pytest.mark.parametrize(("position", "tag"), [("10", "sup"), ("-8", "sub"), ("6", "sup")])
def test_letters_moved_off_their_line_are_raised_or_lowered(position: str, tag: str) -> None:
    moved = _with(f'<w:position w:val="{position}"/><w:sz w:val="14"/>', "3")
    assert f"10<{tag}>3</{tag}> per litre" in _converted(_run("At most 10") + moved + _run(" per litre.")).markdown


@pytest.mark.parametrize(
    "line",
    [
        _with('<w:position w:val="2"/>', "closely set") + _run(" words"),
        _with('<w:position w:val="-6"/>', "a whole line set lower"),
        _with('<w:position w:val="-6"/>', "a line set lower in ") + _with('<w:position w:val="-6"/>', "two runs"),
        _with('<w:position w:val="12"/>', "a long sentence that somebody moved up for its looks alone")
        + _run(" and on"),
    ],
)
def test_letters_moved_for_looks_alone_stay_as_they_are(line: str) -> None:
    assert "<su" not in _converted(line).markdown


@pytest.mark.parametrize(("size", "text"), [("17", "H<sub>2</sub>O.\n"), ("23", "H2O.\n"), ("", "H2O.\n")])
def test_letters_that_libreoffice_lowers_a_little_and_makes_small_are_lowered(size: str, text: str) -> None:
    looks = '<w:position w:val="-2"/>' + (f'<w:sz w:val="{size}"/>' if size else "")
    assert _converted(_run("H") + _with(looks, "2") + _run("O.")).markdown == text


def test_text_on_the_dark_ground_of_its_style_is_seen() -> None:
    document = docx.Document()
    style = document.styles.add_style("Bar", WD_STYLE_TYPE.PARAGRAPH)
    style.font.color.rgb = RGBColor.from_string("FFFFFF")
    document.styles.add_style("Bar 2", WD_STYLE_TYPE.PARAGRAPH).base_style = style
    document.add_paragraph("Keys of the yard", "Bar 2")
    hidden = "Text that Word hides is shown: “Keys of the yard”."
    assert hidden in word_to_markdown(_saved(document)).losses
    ground = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="1F3864"/>'
    style.element.get_or_add_pPr().append(parse_xml(ground))
    assert hidden not in word_to_markdown(_saved(document)).losses


def test_a_character_style_raises_and_strikes_as_direct_marks_do() -> None:
    document = docx.Document()
    _add_style(document, "Power", '<w:position w:val="9"/>')
    _add_style(document, "P2", "", base="Power")
    _add_style(document, "Gone", "<w:dstrike/>")
    paragraph = document.add_paragraph("Area in m")
    for style, text in (("P2", "2"), ("Gone", "in yards")):
        run = paragraph.add_run(text)
        run._r.get_or_add_rPr().append(parse_xml(f'<w:rStyle {nsdecls("w")} w:val="{style}"/>'))
    text = word_to_markdown(_saved(document)).markdown
    assert "m<sup>2</sup>" in text
    assert "~~in yards~~" in text


def test_words_struck_twice_are_struck() -> None:
    text = _converted(_with("<w:dstrike/>", "never") + _with('<w:dstrike w:val="0"/>', " always")).markdown
    assert "~~never~~ always" in text


# Drop caps


def _drop_cap(letter: str, kind: str = "drop") -> str:
    frame = f'<w:framePr w:dropCap="{kind}" w:lines="3" w:wrap="around" w:vAnchor="text" w:hAnchor="text"/>'
    return f"<w:pPr>{frame}</w:pPr>" + _with('<w:position w:val="-9"/><w:sz w:val="117"/>', letter)


@pytest.mark.parametrize("kind", ["drop", "margin"])
def test_a_drop_cap_begins_its_word(kind: str) -> None:
    converted = _converted(_drop_cap("O", kind), _run("nly the mayor may sign contracts."))
    assert "Only the mayor may sign contracts." in converted.markdown
    assert converted.recall == 1.0


def test_a_drop_cap_before_a_table_stays_a_line_of_its_own() -> None:
    document = docx.Document()
    document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{_drop_cap('A')}</w:p>"))
    document.add_table(1, 1).cell(0, 0).text = "inside"
    converted = word_to_markdown(_saved(document))
    assert converted.recall == 1.0
    assert "inside" in converted.markdown


# Colours


def test_words_that_only_colour_marks_are_named_with_their_place() -> None:
    document = docx.Document()
    document.add_heading("Draft rules", 1)
    paragraph = document.add_paragraph("The gate is locked ")
    paragraph._p.append(
        parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:color w:val="00B050"/></w:rPr><w:t>by the porter</w:t></w:r>')
    )
    paragraph._p.append(
        parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:highlight w:val="darkYellow"/></w:rPr><w:t> at nine</w:t></w:r>')
    )
    losses = " ".join(word_to_markdown(_saved(document)).losses)
    assert "Words are written in green, which the text does not show: “by the porter” under “Draft rules”." in losses
    assert "Words are highlighted in yellow, which the text does not show: “at nine” under “Draft rules”." in losses


@pytest.mark.parametrize("colour", ["auto", "000000", "1A1A1A", "FFFFFF"])
def test_black_and_white_mark_nothing(colour: str) -> None:
    losses = _converted(_run("One ") + _with(f'<w:color w:val="{colour}"/>', "two")).losses
    assert not any("written in" in loss for loss in losses)


def test_a_text_that_is_blue_throughout_has_no_marked_words() -> None:
    assert not _converted(*[_with('<w:color w:val="1F4E79"/>', "All of it in blue.")] * 3).losses


def _matrix(*rows: tuple[str, ...], header: str = "") -> bytes:
    """A table whose cells are words, or ``#colour`` for a cell with a colour alone, or ``word#colour`` for both."""
    document = docx.Document()
    document.add_heading("Risks", 1)
    table = document.add_table(len(rows), len(rows[0]))
    for row, entries in enumerate(rows):
        for column, entry in enumerate(entries):
            words, _, colour = entry.partition("#")
            cell = table.cell(row, column)
            cell.text = words
            if colour:
                shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>'
                cell._tc.get_or_add_tcPr().append(parse_xml(shade))
    return _saved(document)


GREEN, AMBER, RED, GREY = "00B050", "FFC000", "FF0000", "D9D9D9"


def test_the_colours_of_a_risk_matrix_are_named_cell_by_cell() -> None:
    word = _matrix(("", "Rare", "Likely"), ("Minor", f"#{GREEN}", f"#{AMBER}"), ("Severe", f"#{AMBER}", f"#{RED}"))
    named = next(loss for loss in word_to_markdown(word).losses if loss.startswith("Colour tells cells"))
    assert named == (
        "Colour tells cells of the table under “Risks” apart, which the text does not show: "
        "Minor / Rare green; Minor / Likely orange; Severe / Rare orange; Severe / Likely red."
    ).replace("orange", colour_name(AMBER))


def test_scores_that_colour_rates_are_named_by_their_words() -> None:
    word = _matrix(("", "Rare", "Likely"), ("Minor", f"1#{GREEN}", f"2#{AMBER}"), ("Severe", f"2#{AMBER}", f"4#{RED}"))
    assert any("“1” green" in loss and "“4” red" in loss for loss in word_to_markdown(word).losses)


def test_a_single_light_without_words_is_named() -> None:
    word = _matrix(("Measure", "State"), ("Gates checked", f"#{RED}"))
    assert any("Gates checked / State red" in loss for loss in word_to_markdown(word).losses)


def test_words_in_cells_that_colour_tells_apart_are_named_from_the_first_row_on() -> None:
    word = _matrix((f"North#{GREEN}", f"South#{RED}"), (f"East#{RED}", f"West#{GREEN}"))
    assert any("“North” green; “South” red; “East” red; “West” green" in loss for loss in word_to_markdown(word).losses)


def test_a_first_row_whose_colours_are_those_of_its_columns_is_a_heading() -> None:
    word = _matrix((f"Door#{GREEN}", f"Key#{RED}"), (f"North#{GREEN}", f"17#{RED}"))
    assert not word_to_markdown(word).losses


def test_a_column_in_one_colour_of_signals_is_named_beside_cells_that_colour_tells_apart() -> None:
    word = _matrix(
        ("", "Rare", "Likely"), ("Minor", f"#{GREEN}", f"#{RED}"), (f"Severe#{GREY}", f"#{AMBER}", f"#{RED}")
    )
    (named,) = (loss for loss in word_to_markdown(word).losses if loss.startswith("Colour tells cells"))
    assert "Minor / Likely red" in named
    assert "Severe / Likely red" in named


@pytest.mark.parametrize(("marked", "names"), [([1], ["North"]), ([2], ["East"]), ([1, 3], []), ([], [])])
def test_a_row_that_alone_has_a_colour_of_signals_is_named_and_bands_are_not(
    marked: list[int], names: list[str]
) -> None:
    rows = [["Place", "Keys"], ["North", "17"], ["East", "12"], ["West", "9"], ["South", "4"]]
    filled = [tuple(f"{words}#{RED}" if place in marked else words for words in row) for place, row in enumerate(rows)]
    losses = word_to_markdown(_matrix(*filled)).losses
    told = "Colour tells cells of the table under “Risks” apart, which the text does not show: “{}” red."
    assert list(losses) == [told.format(name) for name in names]


@pytest.mark.parametrize(
    ("shade", "colour"),
    [
        ('<w:shd w:val="clear" w:color="auto" w:fill="auto" w:themeFill="accent2"/>', "in the theme's accent2"),
        ('<w:shd w:val="pct50" w:color="FF0000" w:fill="auto"/>', "red"),
    ],
)
def test_cells_filled_by_theme_or_pattern_are_named(shade: str, colour: str) -> None:
    document = docx.Document(io.BytesIO(_matrix(("Kind", "State"), ("Gas", f"#{GREEN}"), ("Oil", "17"))))
    cell = document.tables[0].cell(2, 1)._tc.get_or_add_tcPr()
    cell.append(parse_xml(shade.replace("<w:shd", f"<w:shd {nsdecls('w')}")))
    assert any(f"“17” {colour}." in loss for loss in word_to_markdown(_saved(document)).losses)


def test_a_colour_for_a_row_in_place_of_that_of_the_table_is_named() -> None:
    document = docx.Document(io.BytesIO(_matrix(("Place", "Keys"), ("North", "17"), ("East", "12"))))
    shade = f'<w:tblPrEx {nsdecls("w")}><w:shd w:val="clear" w:fill="{RED}"/></w:tblPrEx>'
    document.tables[0].rows[1]._tr.insert(0, parse_xml(shade))
    assert any("“North” red." in loss for loss in word_to_markdown(_saved(document)).losses)


@pytest.mark.parametrize(("style", "is_named"), [("Optional", True), ("Caption", False), ("Heading 1", False)])
def test_words_that_the_style_of_their_paragraph_colours_are_named_save_in_styles_that_word_colours(
    style: str, is_named: bool
) -> None:
    document = docx.Document()
    document.add_paragraph("Words in green are optional.")
    if style == "Optional":
        document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
    document.styles[style].font.color.rgb = RGBColor.from_string(GREEN)
    document.add_paragraph("Close the gate.", style)
    named = "Words are written in green, which the text does not show: “Close the gate.”."
    assert (named in word_to_markdown(_saved(document)).losses) is is_named


def test_a_text_in_a_style_of_one_colour_has_no_marked_words() -> None:
    document = docx.Document()
    document.styles.add_style("House", WD_STYLE_TYPE.PARAGRAPH).font.color.rgb = RGBColor.from_string("1F4E79")
    for rule in ("Lock the gate.", "Open the gate."):
        document.add_paragraph(rule, "House")
    assert not word_to_markdown(_saved(document)).losses


def test_signs_that_colour_alone_tells_apart_are_named() -> None:
    assert _converted(_run("Gas \U0001f7e2, oil \U0001f534")).losses == (
        "Print shows signs that differ in colour alone without their colour: “Gas \U0001f7e2, oil \U0001f534”.",
    )
    assert not _converted(_run("Done ✔, thanks \U0001f642")).losses


def test_shaded_paragraphs_are_named_with_their_words() -> None:
    document = docx.Document()
    document.add_paragraph("The gate is locked.")
    shaded = document.add_paragraph("Not yet agreed.")._p.get_or_add_pPr()
    shaded.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FFFF00"/>'))
    losses = word_to_markdown(_saved(document)).losses
    assert losses == ("Words are shaded in yellow, which the text does not show: “Not yet agreed.”.",)


def test_what_a_style_of_paragraphs_shades_is_named_but_for_greys_and_styles_of_word() -> None:
    document = docx.Document()
    for name, fill in (("Warning", "FFFF00"), ("Box", "D9D9D9"), ("Quote", "FFFF00")):
        style = document.styles[name] if name == "Quote" else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'
        style.element.get_or_add_pPr().append(parse_xml(shade))
        document.add_paragraph(f"Not yet agreed in {name}.", name)
    losses = word_to_markdown(_saved(document)).losses
    assert losses == ("Words are shaded in yellow, which the text does not show: “Not yet agreed in Warning.”.",)


def test_lights_in_the_first_row_are_named_too() -> None:
    word = _matrix(("Gas", f"#{GREEN}"), ("Oil", f"#{RED}"))
    assert any("Gas green" in loss and "Oil red" in loss for loss in word_to_markdown(word).losses)


@pytest.mark.parametrize(
    "rows",
    [
        ((f"Step#{GREY}", f"Who#{GREY}"), ("Lock", "Porter"), ("Open", "Porter")),
        (("Step", "Who"), (f"Lock#{GREY}", f"Porter#{GREY}"), ("Open", "Porter")),
        ((f"Owner#{GREY}", "Porter"), (f"Date#{GREY}", "May")),
    ],
)
def test_shaded_heads_and_bands_are_looks_and_not_named(rows: tuple[tuple[str, ...], ...]) -> None:
    assert not word_to_markdown(_matrix(*rows)).losses


@pytest.mark.parametrize(
    ("code", "name"),
    [
        *((GREEN, "green"), (RED, "red"), ("FFFF00", "yellow"), ("0070C0", "blue"), ("7030A0", "purple")),
        *((GREY, "grey"), ("FFFFFF", ""), ("auto", ""), ("000000", ""), ("darkRed", "red"), ("cyan", "turquoise")),
    ],
)
def test_colours_have_the_names_that_people_use(code: str, name: str) -> None:
    assert colour_name(code) == name


# Pictures


def _quarters() -> bytes:
    """A picture of 40 by 20 pixels: red at its upper left, green at the right of it, blue and white below."""
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste((255, 0, 0), (0, 0, 20, 10))
    picture.paste((0, 255, 0), (20, 0, 40, 10))
    picture.paste((0, 0, 255), (0, 10, 20, 20))
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _pictured(transform: str = "", cut: str = "") -> ConvertedDocument:
    document = docx.Document()
    document.add_picture(io.BytesIO(_quarters()), width=Inches(2), height=Inches(1))
    drawing = document.element.body
    place = next(drawing.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}xfrm"))
    for name, value in (pair.split("=") for pair in transform.split()):
        place.set(name, value)
    if cut:
        blip = next(drawing.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))
        blip.addnext(parse_xml(f"<a:srcRect {DRAWING} {cut}/>"))
    return word_to_markdown(_saved(document))


def _shown(converted: ConvertedDocument) -> Image.Image:
    return Image.open(io.BytesIO(converted.assets["assets/image1.png"])).convert("RGB")


RED_DOT, GREEN_DOT, BLUE_DOT = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def test_a_turned_picture_is_shown_turned() -> None:
    converted = _pictured("rot=5400000")
    shown = _shown(converted)
    assert shown.size == (20, 40)
    assert shown.getpixel((15, 5)) == RED_DOT
    assert shown.getpixel((15, 35)) == GREEN_DOT
    assert "width:1in;height:2in" in converted.markdown


def test_a_mirrored_picture_is_shown_mirrored() -> None:
    assert _shown(_pictured("flipH=1")).getpixel((35, 5)) == RED_DOT
    assert _shown(_pictured("flipV=1")).getpixel((5, 15)) == RED_DOT


def test_what_was_cut_off_a_picture_is_not_shown() -> None:
    shown = _shown(_pictured(cut='l="50000" b="50000"'))
    assert shown.size == (20, 10)
    assert set(shown.get_flattened_data()) == {GREEN_DOT}


def test_a_picture_turned_askew_is_shown_whole_in_its_corners() -> None:
    shown = _shown(_pictured("rot=2700000"))
    assert shown.size[0] > 40
    assert RED_DOT in set(shown.get_flattened_data())


@pytest.mark.parametrize("cut", ['l="90000" r="90000"', 'l="x"', 'l="-5000"', 't="nan"'])
def test_a_cut_that_leaves_nothing_is_not_meant(cut: str) -> None:
    assert _shown(_pictured(cut=cut)).size == (40, 20)


def test_a_picture_that_cannot_be_turned_is_named() -> None:
    document = docx.Document()
    document.add_picture(io.BytesIO(_quarters()))
    place = next(document.element.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}xfrm"))
    place.set("rot", "5400000")
    part = next(part for part in document.part.package.iter_parts() if part.partname.endswith(".png"))
    whole = part.blob
    part._blob = whole[: whole.index(b"IDAT") + 8] + bytes(len(whole) - whole.index(b"IDAT") - 8)
    assert any("picture" in loss for loss in word_to_markdown(_saved(document)).losses)


# Signs of symbol fonts


def _in_font(font: str, text: str) -> str:
    return _with(f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>', text)


@pytest.mark.parametrize(
    ("font", "typed", "shown"),
    [
        ("Wingdings", "ü", "✔"),
        ("Wingdings", "\uf0fc", "✔"),
        ("Wingdings 2", "P", "✓"),
        ("Symbol", "£", "≤"),
        ("Symbol", "a", "α"),
        ("Symbol", "β", "β"),
        ("Webdings", "a", "✔"),
        ("wingdings", "o", "□"),
        ("Wingdings", "日", "日"),
    ],
)
def test_letters_in_a_symbol_font_arrive_as_the_signs_they_show(font: str, typed: str, shown: str) -> None:
    converted = _converted(_run("done ") + _in_font(font, typed) + _run(" today"))
    assert f"done {shown} today" in converted.markdown
    assert converted.recall == 1.0


def test_a_sign_of_an_ordinary_font_arrives_as_its_letter() -> None:
    assert (
        "a ✓ b" in _converted(_run("a ") + '<w:r><w:sym w:font="Segoe UI" w:char="2713"/></w:r>' + _run(" b")).markdown
    )


def test_signs_of_a_font_that_nobody_knows_are_named() -> None:
    converted = _converted(
        _run("a ") + '<w:r><w:sym w:font="MT Extra" w:char="F04C"/></w:r>' + _in_font("Marlett", "b")
    )
    assert "a □□" in converted.markdown
    assert sum("cannot be told as text" in loss for loss in converted.losses) == 2


def test_a_letter_of_the_private_range_is_named_whatever_its_font_is_and_a_common_bullet_is_a_dot() -> None:
    sign = '<w:r><w:sym w:font="Font Awesome" w:char="F075"/></w:r>'
    converted = _converted(_run("a ") + sign + _in_font("Calibri", "\uf0a7 and \uf0b7 or \ue123"))
    assert "a □□ and • or □" in converted.markdown
    assert [loss for loss in converted.losses if "cannot be told" in loss] == [
        "1 sign of the font Font Awesome cannot be told as text; the text shows □ in place of each.",
        "2 signs of the font Calibri cannot be told as text; the text shows □ in place of each.",
    ]


SIGNS_BY_STYLE = (
    '<w:style w:type="paragraph" w:styleId="Ticks"><w:name w:val="Ticks"/><w:rPr>'
    '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="More"><w:name w:val="More"/><w:basedOn w:val="Ticks"/></w:style>'
)


def test_letters_of_a_paragraph_in_a_symbol_font_arrive_as_signs_in_page_and_issued_file() -> None:
    styled = with_part(_saved(docx.Document()), "styles", f"<w:styles {nsdecls('w')}>{SIGNS_BY_STYLE}</w:styles>")
    document = docx.Document(io.BytesIO(styled))
    line = f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="More"/></w:pPr><w:r><w:t>ü!</w:t></w:r></w:p>'
    document.element.body.insert(0, parse_xml(line))
    word = _saved(document)
    markdown = word_to_markdown(word).markdown
    assert markdown == "✔✎\n"
    assert words(read_word(fix_word(word), SHEET)) == "✔✎"


# Hidden rows and columns by tabs


def test_a_hidden_row_is_named_as_hidden() -> None:
    document = docx.Document()
    table = document.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "seen", "secret"
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f"<w:hidden {nsdecls('w')}/>"))
    assert any("Word hides" in loss and "secret" in loss for loss in word_to_markdown(_saved(document)).losses)


def test_text_that_a_style_hides_is_named_as_hidden() -> None:
    document = docx.Document()
    _add_style(document, "Note", "<w:vanish/>")
    paragraph = document.add_paragraph("seen ")
    paragraph._p.append(
        parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:rStyle w:val="Note"/></w:rPr><w:t>secret</w:t></w:r>')
    )
    paragraph._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")}><w:rPr><w:rStyle w:val="Note"/><w:vanish w:val="0"/></w:rPr><w:t>open</w:t></w:r>'
        )
    )
    hidden = [loss for loss in word_to_markdown(_saved(document)).losses if "Word hides" in loss]
    assert hidden == ["Text that Word hides is shown: “secret”."]


def test_text_that_a_style_draws_in_the_colour_behind_it_or_tiny_is_named_as_hidden() -> None:
    document = docx.Document()
    _add_style(document, "Base", '<w:color w:val="00B050"/>')
    _add_style(document, "Behind", '<w:shd w:val="clear" w:color="auto" w:fill="00b050"/>', base="Base")
    _add_style(document, "Dot", '<w:sz w:val="2"/>')
    runs = (("Behind", "", "secret"), ("Base", "", "green"), ("Dot", "", "tiny"), ("Dot", '<w:sz w:val="20"/>', "big"))
    for style, own, text in runs:
        looks = f'<w:rPr><w:rStyle w:val="{style}"/>{own}</w:rPr>'
        run = parse_xml(f"<w:r {nsdecls('w')}>{looks}<w:t>{text}</w:t></w:r>")
        document.add_paragraph("seen ")._p.append(run)
    hidden = [loss for loss in word_to_markdown(_saved(document)).losses if "Word hides" in loss]
    assert hidden == [f"Text that Word hides is shown: “{text}”." for text in ("secret", "tiny")]


def _tabbed(*words: str) -> str:
    return "<w:r><w:tab/></w:r>".join(map(_run, words))


def test_columns_set_with_tabs_are_named_with_their_place() -> None:
    converted = _converted(_tabbed("Ada", "12", "May"), _tabbed("Bob", "13", "June"))
    assert converted.losses == (
        "Columns set with tabs run together in the text, first “Ada 12 May”; make a table of them.",
    )


@pytest.mark.parametrize("lines", [[("Owner:", "Porter"), ("Date:", "May")], [("Date", "Place", "Name")]])
def test_an_entry_behind_its_label_is_no_column(lines: list[tuple[str, ...]]) -> None:
    assert not _converted(*(_tabbed(*line) for line in lines)).losses


def test_words_that_word_draws_in_capitals_are_named_once_whatever_says_so() -> None:
    document = docx.Document()
    _add_style(document, "Loud", "<w:caps/>")
    _add_style(document, "Louder", "<w:b/>", base="Loud")
    line = document.add_paragraph("The port pays ")._p
    for looks, text in (
        ("<w:caps/>", "u"),
        ("<w:smallCaps/>", "s"),
        ("", " and "),
        ('<w:rStyle w:val="Louder"/>', "it"),
        ('<w:rStyle w:val="Louder"/><w:caps w:val="0"/>', " staff "),
        ("<w:caps/>", "ISO 9001"),
    ):
        line.append(
            parse_xml(f'<w:r {nsdecls("w")}><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>')
        )
    assert [loss for loss in word_to_markdown(_saved(document)).losses if "capitals" in loss] == [
        "Word and the PDF draw in capitals what the page shows as it was typed: “us”; “it”."
    ]
