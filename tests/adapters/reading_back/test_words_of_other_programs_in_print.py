"""Word files as other people write them: page, file and LibreOffice's print say the same, and other words are found."""

import io

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docctl.adapters.conversion import type_note_signs, word_to_markdown
from docctl.adapters.libreoffice import pages_of
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_back.word_reader import read_word
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fill_word, printable_word
from docctl.domain.issued_files.issue_sheet import UNKNOWN_TIME
from docctl.domain.issued_files.read_back import Fault, ReadFrom
from docctl.domain.issued_files.readings import Reading
from docctl.domain.issued_files.running_lines import running_differences
from docctl.word_format.markup import unzipped, zipped
from tests.adapters.conversion.word.test_word_numbers import _form, _level, _list, _word
from tests.adapters.reading_back.test_reading_back import SHEET, page_of, word_file
from tests.factories.files.hostile_word import link, picture, wmf
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.files.pdf_pages import open_pdf, page_texts
from tests.factories.files.unfixed_word import field, unfixed_word
from tests.factories.files.unfixed_word import text as in_run

MATHS = "http://schemas.openxmlformats.org/officeDocument/2006/math"
FRAME = '<w:framePr w:dropCap="drop" w:lines="3" w:wrap="around" w:vAnchor="text" w:hAnchor="text"/>'
CAP = '<w:rPr><w:position w:val="-8"/><w:sz w:val="100"/></w:rPr>'
LOG = "he porter keeps a log of the gate, and shows it to the mayor whenever the council asks for it. "


def line(text: str, properties: str = "") -> str:
    """A paragraph of Word's markup."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def formula() -> str:
    """A sum over a fraction, with something raised and something lowered."""
    named = {name: f"<m:r><m:t>{name}</m:t></m:r>" for name in ("x", "a", "n", "2", "k", "+", "−")}
    raised = f"<m:sSup><m:e>{named['x']}</m:e><m:sup>{named['2']}</m:sup></m:sSup>"
    lowered = f"<m:sSub><m:e>{named['a']}</m:e><m:sub>{named['k']}</m:sub></m:sSub>"
    above, below = f"{raised}{named['+']}{lowered}", f"{named['n']}{named['−']}{named['k']}"
    fraction = f"<m:f><m:num>{above}</m:num><m:den>{below}</m:den></m:f>"
    return f'<w:p><w:r><w:t>At most </w:t></w:r><m:oMath xmlns:m="{MATHS}">{fraction}</m:oMath></w:p>'


def with_numbering(form: str) -> bytes:
    """A Word file with one item of a list."""
    document, made = docx.Document(), io.BytesIO()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(form.replace("<w:abstractNum ", f"<w:abstractNum {nsdecls('w')} ", 1)))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    item = document.add_paragraph("Lock it.")
    item._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 77
    document.save(made)
    return made.getvalue()


@needs_libreoffice
def test_drop_caps_formulas_and_page_ends_in_cells_are_read_and_other_words_are_found() -> None:
    cap = f"<w:p><w:pPr><w:keepNext/>{FRAME}</w:pPr><w:r>{CAP}<w:t>T</w:t></w:r></w:p>"
    ended = '<w:r><w:t>strong</w:t></w:r><w:r><w:br w:type="page"/><w:t>feeling</w:t></w:r>'
    grid = '<w:tblPr/><w:tblGrid><w:gridCol w:w="5000"/></w:tblGrid>'
    turned = f'<w:tc><w:tcPr><w:textDirection w:val="btLr"/></w:tcPr>{line("☐ yes ☒ no, ask i s 5 m²")}</w:tc>'
    rows = (
        f'<w:tr><w:trPr><w:trHeight w:val="3600"/></w:trPr>{turned}</w:tr><w:tr><w:tc><w:p>{ended}</w:p></w:tc></w:tr>'
    )
    cell = f"<w:tbl>{grid}{rows}</w:tbl>"
    held = "<w:r><w:t>weak</w:t></w:r><w:r><w:br/><w:t>sense</w:t></w:r>"
    control = (
        f'<w:p><w:sdt><w:sdtPr><w:text w:multiLine="1"/></w:sdtPr><w:sdtContent>{held}</w:sdtContent></w:sdt></w:p>'
    )
    made = word_file("Before.", body=cap + line(LOG * 3) + formula() + cell + control + line("Behind."))
    word, page = fill_word(made, None, SHEET), page_of(word_to_markdown(made).markdown)
    pdf = bytes(pages_of(type_note_signs(printable_word(word)), UNKNOWN_TIME, ()))
    assert "The porter keeps" in page
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    for said, planted in (
        *(("The porter", "She porter"), ("mayor whenever", "major whenever"), ("strong", "strung"), ("sense", "scent")),
        *(("☒ no", "no ☒"), ("ask i s", "ask s i")),
    ):
        assert said in page
        found = differences(page.replace(said, planted), SHEET, word=word, pdf=pdf)
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}
    assert page.count('alttext="') == 1
    in_formula = differences(page.replace('alttext="', 'alttext="y'), SHEET, word=word, pdf=pdf)
    assert {each.file for each in in_formula} == {ReadFrom.WORD, ReadFrom.PDF}


@needs_libreoffice
def test_every_sign_of_a_formula_is_read_in_the_word_file_and_in_print() -> None:
    said = ("x≤5", "a±0,5", "A→B", "p∧q", "¬p", "3⋅4", "x∉M", "50 %", "20 °C", "x≠y", "a≈b", "2×3", "n!", "A⊆B", "∀x∃y")
    said += ("∆t", "ℓ+3", "a∶b", "r⟂s", "p⟹q", "ℵ", "12 Å")
    lines = "".join(
        f'<w:p><w:r><w:t>Let </w:t></w:r><m:oMath xmlns:m="{MATHS}"><m:r><m:t>{each}</m:t></m:r><m:f><m:num><m:r><m:t>k'
        f"{place}</m:t></m:r></m:num><m:den><m:r><m:t>7</m:t></m:r></m:den></m:f></m:oMath></w:p>"
        for place, each in enumerate(said)
    )
    made = word_file("Before.", body=lines + line("Behind."))
    word, page = fill_word(made, None, SHEET), page_of(word_to_markdown(made).markdown)
    pdf = bytes(pages_of(type_note_signs(printable_word(word)), UNKNOWN_TIME, ()))
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    for tex, planted in ((r"\leq", r"\geq"), (r"\land", r"\lor"), (r"\neg", ""), (r"\notin", r"\in"), ("0,5", "0.5")):
        assert tex in page or tex == r"\land"
        there = tex if tex in page else r"\wedge"
        found = differences(page.replace(there, planted), SHEET, word=word, pdf=pdf)
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}, tex


@needs_libreoffice
def test_formulas_that_adjoin_are_read_each_and_another_sign_in_one_is_found() -> None:
    kinds = (("∰", "x+1"), ("∏", "ab"), ("∑", "y"))
    adjoining = "".join(
        f'<m:oMath xmlns:m="{MATHS}"><m:nary><m:naryPr><m:chr m:val="{sign}"/><m:supHide m:val="1"/></m:naryPr>'
        f"<m:sub><m:r><m:t>{place}</m:t></m:r></m:sub><m:sup/><m:e><m:r><m:t>{inside}</m:t></m:r></m:e></m:nary></m:oMath>"
        for place, (sign, inside) in enumerate(kinds, 1)
    )
    made = word_file("Before.", body=f"<w:p>{adjoining}</w:p>{line('Behind.')}")
    word, page = fill_word(made, None, SHEET), page_of(word_to_markdown(made).markdown)
    pdf = bytes(pages_of(type_note_signs(printable_word(word)), UNKNOWN_TIME, ()))
    assert page.count("alttext=") == 3
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    for tex in (at for at in page.split('alttext="')[1:]):
        found = differences(page.replace(f'alttext="{tex}', f'alttext="z{tex}'), SHEET, word=word, pdf=pdf)
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}


@needs_libreoffice
def test_the_number_of_a_heading_without_words_is_no_word_of_print_and_other_numbers_are() -> None:
    form = _form(7, _level(0, "%1"), _level(1, "%1.%2")) + _list(3, 7)
    lines = (("Heading1", "0/3", ""), ("Normal", "", "Lock it."), ("Heading1", "0/3", "Fees"), ("Normal", "", "7"))
    made = _word(form, ("Normal", "", "Before."), *lines, ("Heading2", "1/3", ""), ("Heading2", "1/3", "More"))
    word, page = fill_word(made, None, SHEET), page_of(word_to_markdown(made).markdown)
    pdf = bytes(pages_of(printable_word(word), UNKNOWN_TIME, ()))
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    for said, planted in (("2 Fees", "1 Fees"), ("2.2 More", "2.1 More"), (">7<", ">8<"), (">7<", "><")):
        assert said in page
        assert differences(page.replace(said, planted), SHEET, pdf=pdf, word=word), said


@needs_libreoffice
def test_a_box_that_reaches_over_the_end_of_a_page_is_read_once_and_other_words_in_it_are_found() -> None:
    shape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    inside = line("The porter locks it.") + line("Nobody has the key.", '<w:spacing w:before="6000"/>')
    box = (
        f'<w:p xmlns:wps="{shape}" {nsdecls("wp", "a")}><w:r><w:drawing><wp:anchor behindDoc="0" distT="0" distB="0" '
        'distL="0" distR="0" simplePos="0" locked="0" layoutInCell="1" allowOverlap="1" relativeHeight="2">'
        '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="margin"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        '<wp:extent cx="3286125" cy="3984625"/><wp:wrapSquare wrapText="bothSides"/><wp:docPr id="2" name="Box"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{shape}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="3286125" cy="3984625"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></wps:spPr><wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx><wps:bodyPr><a:spAutoFit/>"
        "</wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
    )
    made = word_file("Before.", body=line("First.", '<w:spacing w:before="9000"/>') + box + line("Behind."))
    word, page = fill_word(made, None, SHEET), page_of(word_to_markdown(made).markdown)
    pdf = bytes(pages_of(printable_word(word), UNKNOWN_TIME, ()))
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    for said, planted in (("porter locks", "porter opens"), ("Nobody", "Everybody"), ("Behind.", "")):
        found = differences(page.replace(said, planted), SHEET, word=word, pdf=pdf)
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}, said


@needs_libreoffice
def test_a_frame_with_a_table_in_it_may_be_told_at_the_line_beside_it_and_other_words_in_it_are_found() -> None:
    frame = (
        '<w:framePr w:w="3000" w:hSpace="142" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="6345" w:y="2225"/>'
    )
    framed = [f"<w:tbl><w:tblPr/><w:tr><w:tc>{line('Keep it shut.', frame)}</w:tc></w:tr></w:tbl>"]
    framed = [line("Of the gate.", frame), *framed, line("At night.", frame)]
    row = "".join(f"<w:tc>{line(said)}</w:tc>" for said in ("Fee:", "5 euros", "Who:", "Porter"))
    body = f"{''.join(framed)}<w:tbl><w:tblPr/><w:tr>{row}</w:tr></w:tbl>{line('Behind.')}"
    made = word_file("Before.", body=body)
    word, page = fill_word(made, None, SHEET), page_of(word_to_markdown(made).markdown)
    pdf = bytes(pages_of(printable_word(word), UNKNOWN_TIME, ()))
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    for said, planted in (("Keep", "Let"), ("Of the", "At the"), ("At night", "By night"), ("5 euros", "50 euros")):
        found = differences(page.replace(said, planted), SHEET, word=word, pdf=pdf)
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}, said


def test_a_line_in_the_style_of_contents_that_names_no_page_is_text() -> None:
    style = '<w:pStyle w:val="TOC1"/>'
    texts = ("Duties of the porter", "Phase 2", "Annex 5.1", "Part I")
    entries = ("Fees</w:t><w:tab/><w:t>12", "Rules ..... ix", "Keys . . . . 3")
    made = word_file("Before.", body="".join(line(each, style) + line("Lock it.") for each in (*texts, *entries)))
    page = render(word_to_markdown(made).markdown).html
    assert all(each in page for each in texts)
    assert not any(each in page for each in ("Fees", "Rules", "Keys"))
    assert differences(page, SHEET, word=made) == ()
    for each in texts:
        assert differences(page.replace(each, "Rights"), SHEET, word=made)


@pytest.mark.parametrize("kind", ["TOC", "toc"])
@pytest.mark.parametrize("in_one_piece", [True, False])
def test_contents_by_a_field_in_capitals_or_not_are_no_text(kind: str, in_one_piece: bool) -> None:
    said = "No table of contents entries found."
    made = f'<w:p><w:fldSimple w:instr=" {kind} \\h "><w:r><w:t>{said}</w:t></w:r></w:fldSimple></w:p>'
    made = made if in_one_piece else f"<w:p>{field(kind, said)}</w:p>"
    word = word_file("Before.", body=made + line("Lock it."))
    page = render(word_to_markdown(word).markdown).html
    assert said not in page
    assert differences(page, SHEET, word=word) == ()
    assert differences(page.replace("Lock", "Log"), SHEET, word=word)


def test_the_headings_above_several_generated_lists_may_be_missing_on_the_page_and_other_lines_may_not() -> None:
    entry = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>'
    entry += '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Duties 2</w:t></w:r>'
    entry = f'<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr>{entry}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    heading = '<w:pStyle w:val="Heading1"/>'
    lists = line("Lists", heading) + line("Contents") + entry + line("List of Tables") + entry
    word = word_file("Before.", body=lists + line("Duties", heading) + line("Lock it."))
    page = page_of("Before.\n\n# Duties\n\nLock it.")
    assert differences(page, SHEET, word=word) == ()
    for left_out in ("Before.", "Duties", "Lock it."):
        assert differences(page.replace(left_out, ""), SHEET, word=word)


@pytest.mark.parametrize(
    ("bullet", "font", "mark"),
    [
        *(("", "Symbol", ""), ("»", "Arial", "•"), ("►", "Arial", "•"), ("\uf06c", "Wingdings", "•")),
        *(("\uf0a8", "Wingdings", "☐"), ("\uf0a8", "Symbol", "•"), ("\uf071", "Wingdings", "☐")),
        ("\u00ad", "Courier New", "•"),
    ],
)
def test_a_bullet_of_any_sign_is_a_bullet_and_one_without_a_sign_is_none(bullet: str, font: str, mark: str) -> None:
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
    level = f'<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="{bullet}"/>{fonts}</w:lvl>'
    word = with_numbering(f'<w:abstractNum w:abstractNumId="77">{level}</w:abstractNum>')
    page = page_of("Lock it." if not mark else f"- {'[ ] ' if mark == '☐' else ''}Lock it.")
    assert differences(page, SHEET, word=word) == ()
    assert differences(page.replace("Lock", "Log"), SHEET, word=word)


def test_a_list_that_names_a_style_which_is_gone_has_the_levels_of_the_list_of_that_style() -> None:
    level = '<w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    names = f"{nsdecls('w')} "
    of_style = f'<w:abstractNum {names}w:abstractNumId="78"><w:styleLink w:val="Gone"/>{level}</w:abstractNum>'
    word = with_numbering('<w:abstractNum w:abstractNumId="77"><w:numStyleLink w:val="Gone"/></w:abstractNum>')
    parts = unzipped(word)
    numbering = parts["word/numbering.xml"].replace(b"<w:num ", of_style.encode() + b"<w:num ", 1)
    word = zipped(parts | {"word/numbering.xml": numbering})
    page = page_of(word_to_markdown(word).markdown)
    assert [(each.mark, each.text) for each in read_word(word, SHEET).passages] == [("4.", "Lock it.")]
    assert differences(page, SHEET, word=word) == ()


@needs_libreoffice
def test_headers_and_footers_in_print_are_those_of_the_word_file_and_a_changed_word_is_found_once() -> None:
    document, made = docx.Document(), io.BytesIO()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = "Riverton Council\tCare of the gate\tInternal"
    section.first_page_header.paragraphs[0].text = "Issued by the porter"
    footer = section.footer.paragraphs[0]
    footer.text = "Printed copies are uncontrolled, page "
    footer._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'))
    for _ in range(90):
        document.add_paragraph("The porter keeps the gate shut at night.")
    document.save(made)
    page, word = page_of(word_to_markdown(made.getvalue()).markdown), fill_word(made.getvalue(), None, SHEET)
    pdf = bytes(pages_of(printable_word(word), UNKNOWN_TIME, ()))
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    for said, planted in (("Internal", "Public"), ("Issued by", "Issued to"), ("uncontrolled", "controlled")):
        other = with_text(word, said, planted)
        found = [each for each in differences(page, SHEET, word=other, pdf=pdf) if each.file == ReadFrom.PDF]
        assert [each.fault for each in found] == [Fault.RUNNING]
        assert said in found[0].shown


@needs_libreoffice
def test_words_in_a_drawing_at_the_head_of_the_text_are_no_header_and_those_of_a_header_are() -> None:
    body = f"<w:p>{picture('rIdPic')}</w:p>{line('The porter keeps the gate shut.')}"
    parts = unzipped(unfixed_word(body, header=line("Care of the gate")))
    parts["word/media/image1.wmf"] = wmf("Gate and wall")
    for name, end, more in (
        ("word/_rels/document.xml.rels", b"</Relationships>", link("rIdPic", "image", "media/image1.wmf")),
        ("[Content_Types].xml", b"</Types>", '<Default Extension="wmf" ContentType="image/x-wmf"/>'),
    ):
        parts[name] = parts[name].replace(end, more.encode() + end)
    made = zipped(parts)
    word, page = fill_word(made, None, SHEET), page_of(word_to_markdown(made).markdown)
    pdf = bytes(pages_of(printable_word(word), UNKNOWN_TIME, ()))
    assert "Gateandwall" in page_texts(open_pdf(pdf))[0]
    assert [each for each in differences(page, SHEET, word=word, pdf=pdf) if each.fault == Fault.RUNNING] == []
    (found,) = differences(page, SHEET, word=with_text(word, "Care of", "Keys of"), pdf=pdf)
    assert (found.fault, "Care of the gate" in found.shown, "wall" in found.shown) == (Fault.RUNNING, True, False)


def test_a_footer_is_quoted_whole_with_what_its_fields_showed() -> None:
    counted = field(r"PAGE \* CardText", "one")
    footer = f"<w:p>{in_run('Page ')}{counted}{in_run(' of nine')}</w:p>"
    word = read_word(unfixed_word("<w:p/>", header=footer), SHEET)
    (found,) = running_differences(word, Reading((), beside=((("Page 1 of ten", True),),)))
    assert (found.page, found.shown) == ("Page one of nine", "Page 1 of ten")


def with_text(word: bytes, said: str, planted: str) -> bytes:
    """A Word file with something else in its headers and footers."""
    parts = unzipped(word)
    running = (name for name in parts if "/header" in name or "/footer" in name)
    return zipped(parts | {name: parts[name].replace(said.encode(), planted.encode()) for name in running})
