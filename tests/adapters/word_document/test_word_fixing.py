"""One text, fixed: fields, bound controls, changes and comments of a Word file show the same words for ever."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.reading_back import read_word
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fix_word, settle_word_changes
from docctl.adapters.word_package import check_word_package
from docctl.word_format.markup import WORD, visible_text
from tests.adapters.test_pdf_writer import SHEET
from tests.factories.files.generated_word import Made, word_files
from tests.factories.files.libreoffice import needs_libreoffice, texts_in_libreoffice
from tests.factories.files.unfixed_word import (
    AT,
    bound,
    boxed,
    commented,
    deleted,
    field,
    inserted,
    line,
    mark,
    noted,
    simple,
    text,
    told,
    unfixed_word,
)

MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
FIXED_KINDS = (
    *("IF x = x shall may", "REF _Ref1 \\h", "SEQ Figure", "FILENAME \\p", "DATE \\@ yyyy", "SAVEDATE", "REVNUM"),
    *("AUTHOR", "DOCPROPERTY Owner", "NUMWORDS", "= 1 + 1", "QUOTE x", "MERGEFIELD Name", "INCLUDETEXT a", "_Ref1"),
    *("NUMPAGES", "STYLEREF 1", "ADDIN ZOTERO_ITEM {}", "NOTEREF _Ref1", "PAGEREF _gone", "TITLE", "INDEX", "SECTION"),
)


def part(word: bytes, name: str = "document") -> str:
    """The markup of a part."""
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        return package.read(f"word/{name}.xml").decode()


def names(word: bytes) -> list[str]:
    """The names of the parts."""
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        return package.namelist()


def shown(word: bytes, name: str = "document") -> list[str]:
    """The lines that a reader sees in a part."""
    root = etree.fromstring(part(word, name).encode())
    return [visible_text(each).strip() for each in root.iter(f"{WORD}p")]


def fixed(body: str, **parts: str) -> bytes:
    """A Word file with a body as it is issued; it is still a sound Word file, and fixing it again changes nothing."""
    word = fix_word(unfixed_word(body, **parts))
    check_word_package(word)
    assert fix_word(word) == word
    return word


@pytest.mark.parametrize("instruction", FIXED_KINDS)
@pytest.mark.parametrize("form", [field, simple])
def test_a_field_stands_as_the_text_it_showed(instruction: str, form: object) -> None:
    word = fixed(line("before ", form(instruction, "what it showed"), " behind"))  # type: ignore[operator]
    assert shown(word) == ["before what it showed behind"]
    assert "fld" not in part(word)
    assert "instr" not in part(word)


@pytest.mark.parametrize(
    "instruction",
    ["TOC \\o", "TOC \\c Figure", "PAGEREF _there", "HYPERLINK https://x.org", "FORMTEXT", "FORMCHECKBOX"],
)
@pytest.mark.parametrize("form", [field, simple])
def test_contents_page_references_links_and_forms_stay_fields(instruction: str, form: object) -> None:
    there = '<w:bookmarkStart w:id="1" w:name="_There"/><w:bookmarkEnd w:id="1"/>'
    word = fixed(line(there, form(instruction, "x")))  # type: ignore[operator]
    assert instruction.split()[0] in part(word)
    assert "dirty" not in part(word)


@pytest.mark.parametrize("instruction", ["PAGE", "NUMPAGES", "SECTIONPAGES", "STYLEREF 1"])
def test_what_runs_along_with_every_page_stays_a_field_in_a_header(instruction: str) -> None:
    counted = field(f"<w:r><w:instrText>= </w:instrText></w:r>{field('PAGE', '4')}{told('- 1')}", "3")
    word = fixed(line("text"), header=line(field(instruction, "7"), counted, field("AUTHOR", "Ada")))
    assert part(word, "header1").count("instrText") == 8
    assert "AUTHOR" not in part(word, "header1")
    assert shown(word, "header1")[0].endswith("3Ada")


def test_fields_in_headers_notes_and_text_boxes_are_fixed_too() -> None:
    both = line(noted(2), noted(2, "endnote"), boxed(line(field("DATE", "in a box"))), "end")
    odd = line(field("FILENAME", "shown"))
    word = fixed(both, header=odd, footnote=odd, endnote=odd)
    assert [shown(word, name) for name in ("header1", "footnotes", "endnotes")] == [["shown"]] * 3
    for name in ("document", "header1", "footnotes", "endnotes"):
        assert "instrText" not in part(word, name)


def test_a_field_in_a_text_box_that_never_ends_hides_nothing_outside_of_it() -> None:
    endless = boxed(line(mark("begin"), told("REF x"), "boxed"))
    word = fixed(line(endless, "outside") + line("below"))
    assert shown(word) == ["boxed outside", "boxed", "below"]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((mark("begin"), told("REF x"), "words"), "words"),
        ((mark("separate"), "words", mark("end")), "words"),
        ((told("REF x"), "words"), "words"),
        ((mark("begin"), told("REF x"), mark("separate"), "a", mark("separate"), "b", mark("end")), "ab"),
        ((field(told("IF ") + field("MERGEFIELD a", "hidden") + told(" = 1"), "seen"),), "seen"),
        ((field("IF a", field("REF b", "inner") + text(" outer")),), "inner outer"),
        ((field("SET x y", "hidden"), field("ASK x y", "hidden"), field("XE y", None), "seen"), "seen"),
        ((field(told("SET ") + field("REF x", "a"), field("REF y", "b")), "seen"), "seen"),
        ((field("MACROBUTTON NoMacro Click here", None), "."), "Click here."),
        ((field('SYMBOL 251 \\f "Wingdings"', "✗"), field("LISTNUM", "a)"), field("EQ \\f(1,2)", "½")), "✗a)½"),
    ],
)
def test_fields_within_fields_and_marks_without_fellows_leave_what_a_reader_sees(
    pieces: tuple[str, ...], expected: str
) -> None:
    word = fixed(line(*pieces))
    assert shown(word) == [expected]
    assert "fldChar" not in part(word)


def test_a_field_within_the_instruction_of_a_link_is_told_to_it_as_text() -> None:
    word = fixed(line(field(told('HYPERLINK "') + field("DOCPROPERTY site", "https://x.org") + told('"'), "here")))
    told_now = re.findall(r"<w:instrText[^>]*>([^<]*)<|<w:instrText[^>]*>", part(word))
    assert part(word).count("fldChar ") == 3
    assert "https://x.org" in "".join(told_now)
    assert "DOCPROPERTY" not in part(word)
    assert shown(word) == ["here"]


def test_a_field_over_paragraphs_leaves_its_result_where_a_reader_sees_it() -> None:
    first = line("before ", mark("begin"), told('IF a = a "one'))
    second = line(told('two" ""'), mark("separate"), "one")
    third = line("two", mark("end"), " behind")
    assert shown(fixed(first + second + third)) == ["before one", "two behind"]


def test_a_bookmark_in_an_instruction_over_paragraphs_stays() -> None:
    between = '<w:p><w:bookmarkStart w:id="7" w:name="kept"/><w:bookmarkEnd w:id="7"/></w:p>'
    word = fixed(line("a", mark("begin"), told("IF")) + between + line(mark("separate"), "b", mark("end")))
    assert shown(word) == ["ab"]
    assert 'w:name="kept"' in part(word)


@pytest.mark.parametrize("content", [text("500"), line("500"), f"<w:tc>{line('500')}</w:tc>"])
def test_a_control_loses_its_binding_and_not_itself_and_the_hidden_data_go(content: str) -> None:
    body = {
        "<w:r": line("at most ", bound(content), " euros"),
        "<w:p": bound(content),
        "<w:tc": f"<w:tbl><w:tr>{bound(content)}</w:tr></w:tbl>{line('')}",
    }[content.partition(">")[0].split(" ")[0]]
    word = fixed(body, header=line(bound(text("in a header"))), data="50000")
    assert "500" in "".join(shown(word))
    assert part(word).count("<w:sdt>") == 1
    assert "dataBinding" not in part(word) + part(word, "header1")
    assert not [name for name in names(word) if name.startswith("customXml")]
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        assert b"50000" not in b"".join(map(package.read, package.namelist()))


def test_controls_of_a_form_stay_fillable() -> None:
    kinds = (
        '<w:dropDownList><w:listItem w:value="a"/></w:dropDownList>',
        '<w:date w:fullDate="2026-01-02T00:00:00Z"/>',
        '<w:comboBox><w:listItem w:value="a"/></w:comboBox>',
        "<w:picture/>",
    )
    word = fixed("".join(line(bound(text("x"), kind)) for kind in kinds), data="other")
    for kind in kinds:
        assert re.sub(r"\W.*", "", kind[1:].removeprefix("w:")) in part(word)


def test_settings_no_longer_ask_for_fields_to_be_worked_out_anew() -> None:
    word = fixed(line("x"), settings='<w:updateFields w:val="true"/><w:zoom w:percent="100"/>')
    assert "updateFields" not in part(word, "settings")
    assert "zoom" in part(word, "settings")


def test_a_file_in_which_nothing_is_to_be_fixed_comes_back_byte_by_byte() -> None:
    word = unfixed_word(line("plain"), header=line(field("PAGE", "1")), data="unused")
    assert fix_word(word) == word


def test_changes_and_comments_are_settled_in_every_part() -> None:
    changed = line("The door is ", deleted("never "), inserted("always "), "locked", commented("."))
    word = fixed(
        changed + line(noted(2), noted(2, "endnote")),
        header=changed, footnote=changed, endnote=changed, comment="Nobody did this before",
    )  # fmt: skip
    for name in ("document", "header1", "footnotes", "endnotes"):
        assert shown(word, name)[0] == "The door is always locked. and so on"
        assert not re.search(r"<w:(ins|del|comment)", part(word, name))
    assert not [name for name in names(word) if "comments" in name or "people" in name]
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        assert b"Bo Editor" not in b"".join(map(package.read, package.namelist()))


def _cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{line(words)}</w:tc>"


def _grid(*rows: str, columns: int = 3) -> str:
    grid = '<w:gridCol w:w="900"/>' * columns
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


GONE = f"<w:cellDel {AT}/>"
TWO = '<w:gridSpan w:val="2"/>'


@pytest.mark.parametrize(
    ("rows", "columns", "span"),
    [
        ((_cell("a") + _cell("b", GONE) + _cell("c"), _cell("d") + _cell("e", GONE) + _cell("f")), 2, ""),
        ((_cell("a") + _cell("b", GONE) + _cell("c"), _cell("wide", '<w:gridSpan w:val="3"/>')), 2, 'w:val="2"'),
        ((_cell("a") + _cell("b", GONE) + _cell("c"), _cell("d") + _cell("e") + _cell("f")), 3, ""),
        (
            (
                _cell("a") + _cell("b", '<w:gridSpan w:val="2"/>' + GONE),
                _cell("d") + _cell("wide", '<w:gridSpan w:val="2"/>'),
            ),
            2,
            "",
        ),
    ],
)
def test_a_deleted_column_is_gone_with_its_place_in_the_grid(rows: tuple[str, ...], columns: int, span: str) -> None:
    word = fixed(_grid(*rows) + line(""))
    assert "b" not in "".join(shown(word))
    assert part(word).count("<w:gridCol ") == columns
    assert span in part(word)
    assert "cellDel" not in part(word)


def test_a_table_is_gone_whose_cells_or_rows_are_all_deleted() -> None:
    row = f"<w:trPr><w:del {AT}/></w:trPr>" + _cell("x")
    for table in (_grid(row, row), _grid(_cell("x", GONE), _cell("y", GONE))):
        assert shown(fixed(line("a") + table + line("b"))) == ["a", "b"]


ENDLESS = f"<w:pPr><w:rPr><w:del {AT}/></w:rPr></w:pPr>"


def test_a_paragraph_whose_mark_is_deleted_goes_on_in_the_next_in_whatever_it_stands() -> None:
    first = f"<w:p>{ENDLESS}{text('one ')}</w:p>"
    held = f"<w:sdt><w:sdtContent>{line('two')}</w:sdtContent></w:sdt>"
    assert shown(fixed(first + held + line("three"))) == ["one two", "three"]
    marked = '<w:bookmarkStart w:id="3" w:name="b"/><w:bookmarkEnd w:id="3"/>'
    assert shown(fixed(first + marked + line("two"))) == ["one two"]
    note = fixed(line(noted(2)), footnote=f"<w:p>{ENDLESS}</w:p>")
    assert shown(note, "footnotes") == [""]


def test_an_empty_paragraph_takes_the_form_of_what_goes_on_in_it() -> None:
    heading = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/><w:rPr><w:del {AT}/></w:rPr></w:pPr>{text("Duties")}</w:p>'
    assert "Heading1" in part(fixed(heading + "<w:p/>"))
    assert "Heading1" not in part(fixed(heading + line("words")))


def test_a_control_that_was_taken_off_in_a_tracked_change_leaves_what_it_held() -> None:
    inside = f'<w:customXmlDelRangeEnd w:id="1"/>{text("kept")}<w:customXmlDelRangeStart {AT.replace("1", "2", 1)}/>'
    control = f"<w:customXmlDelRangeStart {AT}/><w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>"
    word = fixed(line(control, '<w:customXmlDelRangeEnd w:id="2"/>', " text"))
    assert shown(word) == ["kept text"]
    assert "customXml" not in part(word)
    assert "<w:sdt>" not in part(word)


def test_rejecting_brings_the_earlier_text_back_in_endnotes_too() -> None:
    changed = line("It is ", deleted("old"), inserted("new"))
    word = settle_word_changes(unfixed_word(changed + line(noted(2, "endnote")), endnote=changed), accept=False)
    assert shown(word)[0] == shown(word, "endnotes")[0] == "It is old"


def test_rejecting_takes_a_number_off_that_was_put_on_and_accepting_keeps_it() -> None:
    number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/><w:ins {AT}/></w:numPr>'
    word = unfixed_word(f"<w:p><w:pPr>{number}</w:pPr>{text('Lock it.')}</w:p>")
    kept, undone = (part(settle_word_changes(word, accept=accept)) for accept in (True, False))
    assert "<w:numId" in kept
    assert "<w:numPr" not in undone
    assert "<w:ins" not in kept + undone


@settings(
    max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(word_files())
def test_the_page_of_a_fixed_file_is_that_of_the_file_as_it_was_written(made: Made) -> None:
    word = fix_word(made.data)
    assert word_to_markdown(word).markdown == word_to_markdown(made.data).markdown
    assert not re.search(r"<w:(ins|del|moveFrom|moveTo|fldSimple|instrText)\b", part(word))


SIGNS = (
    '<w:r><w:t xml:space="preserve">done </w:t><w:sym w:font="Wingdings" w:char="F0FC"/>'
    '<w:t xml:space="preserve"> by</w:t></w:r>'
    '<w:r><w:rPr><w:b/><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr><w:t xml:space="preserve">a £ β</w:t></w:r>'
    '<w:r><w:rPr><w:rFonts w:ascii="Marlett" w:hAnsi="Marlett"/></w:rPr><w:t>b</w:t></w:r>'
)


def test_signs_of_symbol_fonts_stand_as_text_in_a_font_for_signs() -> None:
    word = fixed(f"<w:p>{SIGNS}</w:p>")
    assert shown(word) == ["done ✔ byα ≤ βb"]
    tick = next(run for run in etree.fromstring(part(word).encode()).iter(f"{WORD}r") if "✔" in "".join(run.itertext()))
    assert tick.find(f"{WORD}rPr/{WORD}rFonts").get(f"{WORD}ascii") == "Segoe UI Symbol"
    assert "Marlett" in part(word)


def test_what_is_read_of_signs_is_the_same_before_and_after_they_are_fixed() -> None:
    before = unfixed_word(f"<w:p>{SIGNS}</w:p>")
    assert word_to_markdown(fix_word(before)).markdown == word_to_markdown(before).markdown == "done ✔ by**α ≤ β**□\n"


@needs_libreoffice
def test_page_and_libreoffice_say_the_same_words_of_a_fixed_file(tmp_path: Path) -> None:
    choices = '<w:listItem w:displayText="Choice A" w:value="a"/><w:listItem w:displayText="Choice B" w:value="b"/>'
    controls = (
        bound(text("7 May 2020"), '<w:date w:fullDate="2021-03-04T00:00:00Z"><w:dateFormat w:val="yyyy"/></w:date>'),
        bound(text("Choice B"), f'<w:dropDownList w:lastValue="a">{choices}</w:dropDownList>'),
        bound(text("typed"), f"<w:comboBox>{choices}</w:comboBox>"),
        bound(text("500")),
    )
    changed = line("It is ", deleted("old"), inserted("new"))
    rows = _grid(_cell("a") + _cell("b", GONE) + _cell("c"), bound(f"<w:tc><w:tcPr/>{line('in a cell')}</w:tc>"))
    word = fixed(
        "".join(line(f"{place} ", field(kind, f"shown {place}"), " after") for place, kind in enumerate(FIXED_KINDS))
        + "".join(line(control, " after") for control in controls)
        + bound(line("a block"))
        + rows
        + changed
        + line("a ", mark("begin"), told('IF a = a "one'))
        + line(told('two" ""'), mark("separate"), "one")
        + line("two", mark("end"), " behind"),
        data="hidden",
        settings='<w:updateFields w:val="true"/>',
    )
    shown_there = " ".join(texts_in_libreoffice([(word, "")], tmp_path)[0]).split()
    assert shown_there == render(word_to_markdown(word).markdown).text.split()


NOTES = (
    f'{line("Kept note")}</w:footnote><w:footnote w:id="3">{line("Note of deleted words")}</w:footnote>'
    f'<w:footnote w:type="separator" w:id="-1">{line("Line over notes")}'
)


def test_a_note_whose_only_sign_is_deleted_goes_with_it_and_the_line_over_notes_stays() -> None:
    body = line(noted(2), f"<w:del {AT}>{noted(3)}</w:del>", " end")
    for made in (fixed(body, footnote=NOTES), settle_word_changes(unfixed_word(body, footnote=NOTES), accept=True)):
        assert shown(made, "footnotes") == ["Kept note", "Line over notes"]
    rejected = settle_word_changes(unfixed_word(body, footnote=NOTES), accept=False)
    assert shown(rejected, "footnotes") == ["Kept note", "Note of deleted words", "Line over notes"]


def test_a_note_of_an_insertion_that_is_rejected_and_of_a_field_that_shows_nothing_go_too() -> None:
    body = line(f"<w:ins {AT}>{noted(2, 'endnote')}</w:ins>", field("SET a", noted(2)), " end")
    rejected = settle_word_changes(unfixed_word(body, endnote=line("Inserted note")), accept=False)
    assert shown(rejected, "endnotes") == []
    assert shown(fixed(body, footnote=line("Note of nothing")), "footnotes") == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *(("urn:x", "Older words hold."), ("http://schemas.microsoft.com/office/mac/drawingml", "Older words hold.")),
        ("http://schemas.microsoft.com/office/word/2010/wordml", "Newer words."),
    ],
)
@pytest.mark.parametrize("place", ["in a run", "between runs", "between paragraphs"])
def test_of_alternatives_every_reader_takes_the_one_that_word_knows(name: str, words: str, place: str) -> None:
    options = [f"<w:t>{said}</w:t>" for said in ("Newer words.", "Older words hold.")]
    options = options if place == "in a run" else [f"<w:r>{option}</w:r>" for option in options]
    options = [f"<w:p>{option}</w:p>" for option in options] if place == "between paragraphs" else options
    choice = f'<mc:Choice xmlns:n="{name}" Requires="n">{options[0]}</mc:Choice><mc:Fallback>{options[1]}</mc:Fallback>'
    choice = f"<mc:AlternateContent {MC}>{choice}</mc:AlternateContent>"
    choice = f"<w:r>{choice}</w:r>" if place == "in a run" else choice
    before = unfixed_word(choice if place == "between paragraphs" else f"<w:p>{choice}</w:p>")
    for word in (before, fix_word(before)):
        assert word_to_markdown(word).markdown == f"{words}\n"
        assert [each.text for each in read_word(word, SHEET).passages] == [words]


@pytest.mark.parametrize(("older", "is_kept"), [("twelve  keys", True), ("nine keys", False)])
def test_what_older_programs_show_stays_where_it_says_the_same(older: str, is_kept: bool) -> None:
    boxes = [boxed(line(words)) for words in ("twelve keys", older)]
    choice = f'<mc:Choice Requires="wps">{boxes[0]}</mc:Choice><mc:Fallback>{boxes[1]}</mc:Fallback>'
    word = fixed(line("Seen", f"<mc:AlternateContent {MC}>{choice}</mc:AlternateContent>"))
    assert "twelve keys" in part(word)
    assert (older in part(word)) is is_kept
