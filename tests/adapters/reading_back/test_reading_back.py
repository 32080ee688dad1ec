"""Reading back: the page, the Word file and the PDF say the same, and what is not the same is found."""

import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import docx
import pikepdf
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from docctl.adapters import reading_back
from docctl.adapters.conversion import (
    html_to_markdown,
    markdown_to_html,
    markdown_to_typst,
    markdown_to_word,
    word_to_markdown,
)
from docctl.adapters.libreoffice import pages_of
from docctl.adapters.pdf_writer import write_pdf
from docctl.adapters.reading_back import differences, read_page, read_pdf, read_word
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fill_word
from docctl.domain.issued_files.issue_sheet import UNKNOWN_TIME, HistoryLine, IssueSheet
from docctl.domain.issued_files.read_back import Fault, ReadFrom
from docctl.domain.issued_files.reading_forms import in_form
from docctl.domain.issued_files.readings import Reading
from tests.factories.files.generated_word import Made, word_files
from tests.factories.files.libreoffice import needs_libreoffice

MATHS = "http://schemas.openxmlformats.org/officeDocument/2006/math"
TEMPLATE = Path(__file__).resolve().parents[3] / "templates" / "procedure.docx"
SHEET = IssueSheet(
    organisation="Riverton",
    number="SOP-07",
    title="Care of the gate",
    document_type="Procedure",
    revision="2",
    status="In force",
    effective_date="1 March 2026",
    owner="Gate keeper",
    department="Yard",
    classification="Internal",
    language="en",
    history=(HistoryLine("2", "1 March 2026", "Fees named", "Ann Example"),),
)
TEXT = """# Purpose of the rule

The porter shall not open the gate for more than 500 euros[^1] on 12 May 2026.

# Duties

3. Ask for the pass.
4. Read [the list of guests](https://gate.example/list), see `gate.log`.

   - with a bullet
- [x] lock it

a) First case
b) Second case

| Door | Key | Lent |
|------|-----|------|
| North | 17 | ☒ |
| South | 18 | |

The area is $`a^2+b_7`$ at most; an office, 10 000 km, “quoted” and "typed".

> Nobody leaves early.

مرحبا (انظر POL-07) بالعالم 12.

English with שלום עולם and 阀门 inside.

[^1]: Or what the town council says.
"""
PLANTED = (
    *(("not ", ""), ("500", "50000"), ("12 May", "21 May"), ("shall", "should"), ("euros[^1]", "dollars[^1]")),
    *(("Purpose of", "Scope of"), ("Duties", "Rights"), ("3. Ask", "2. Ask"), ("list of guests", "list of ghosts")),
    *(("17", "71"), ("Lent", "Left"), ("North", "West"), ("| ☒ |", "| |"), ("| South | 18 | |", "| South | | 18 |")),
    *(("a^2", "a^3"), ("council", "counsel"), ("[^1]: Or", "[^1]: And"), ("early", "late"), ("POL-07", "POL-70")),
    *(
        ("עולם", "עולמי"),
        ("阀门", "门阀"),
        ("gate.log", "gale.log"),
        ("b) Second", "b) Third"),
        ("“quoted”", '"quoted"'),
    ),
)


@cache
def pdf_of(text: str) -> bytes:
    """The PDF that docctl sets of a text."""
    return write_pdf(markdown_to_typst(text, {}), {}, SHEET)


@cache
def word_of(text: str) -> bytes:
    """The Word file that docctl issues of a text, with cover and record."""
    template = TEMPLATE.read_bytes()
    return fill_word(template, markdown_to_word(text, {}, template), SHEET)


def page_of(text: str) -> str:
    """The page text of a text."""
    return render(text).html


def word_file(*texts: str, body: str = "") -> bytes:
    """A Word file of paragraphs, and of markup behind them."""
    made, document = io.BytesIO(), docx.Document()
    for text in texts:
        document.add_paragraph(text)
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for block in etree.fromstring(f"<w:body {names}>{body}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, block)
    document.save(made)
    return made.getvalue()


def words(reading: Reading) -> str:
    """All that was read, in one line."""
    return " ".join(" ".join(f"{each.mark} {each.text}".split()) for each in reading.passages)


def test_word_file_and_pdf_of_a_text_say_what_its_page_says() -> None:
    assert differences(page_of(TEXT), SHEET, word=word_of(TEXT), pdf=pdf_of(TEXT)) == ()


@pytest.mark.parametrize(("said", "planted"), PLANTED, ids=lambda text: text)
def test_one_other_word_is_found_in_word_file_and_pdf(said: str, planted: str) -> None:
    assert said in TEXT
    found = differences(page_of(TEXT.replace(said, planted)), SHEET, word=word_of(TEXT), pdf=pdf_of(TEXT))
    assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}
    assert len(found) <= 4


@pytest.mark.parametrize("reader", ["read_page", "read_word", "read_pdf"])
@pytest.mark.parametrize("change", ["dropped", "altered"])
def test_a_fault_in_any_reader_raises_the_alarm(reader: str, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = getattr(reading_back, reader)

    def faulty(*given: object) -> Reading:
        read = sound(*given)
        texts = [
            replace(each, text=each.text.replace("euros", "" if change == "dropped" else "Euro"))
            for each in read.passages
        ]
        return replace(read, passages=tuple(texts))

    monkeypatch.setattr(reading_back, reader, faulty)
    found = differences(page_of(TEXT), SHEET, word=word_of(TEXT), pdf=pdf_of(TEXT))
    assert {each.place for each in found} == {"Purpose of the rule"}
    expected = {"read_page": {ReadFrom.WORD, ReadFrom.PDF}, "read_word": {ReadFrom.WORD}, "read_pdf": {ReadFrom.PDF}}
    assert {each.file for each in found} == expected[reader]


def test_the_mark_of_an_item_that_begins_with_a_list_is_read_too() -> None:
    text = "9. - inner\n   - more\n10. second\n"
    assert words(read_page(page_of(text))) == "9. • inner • more 10. second"
    assert differences(page_of(text), SHEET, word=word_of(text), pdf=pdf_of(text)) == ()
    found = differences(page_of(text.replace("9.", "8.")), SHEET, word=word_of(text), pdf=pdf_of(text))
    assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}


def test_an_amount_behind_a_control_is_read_as_it_is_shown() -> None:
    control = (
        '<w:p><w:r><w:t xml:space="preserve">At most </w:t></w:r><w:sdt><w:sdtPr><w:tag w:val="amount"/></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>50000</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t> euros.</w:t></w:r></w:p>"
    )
    found = differences(page_of("At most 500 euros."), SHEET, word=word_file(body=control))
    assert [(each.page, each.shown) for each in found] == [("At most 500 euros.", "At most 50000 euros.")]


def test_the_word_file_is_read_as_word_shows_it() -> None:
    body = (
        '<w:p><w:r><w:t>The door is </w:t></w:r><w:del w:id="1"><w:r><w:delText>never</w:delText></w:r></w:del>'
        '<w:ins w:id="2"><w:r><w:t>always</w:t></w:r></w:ins>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> IF 1 = 1 "no" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t xml:space="preserve"> shut</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:noBreakHyphen/><w:t>7</w:t><w:tab/><w:t>x</w:t></w:r></w:p>'
    )
    assert words(read_word(word_file(body=body), SHEET)) == "The door is always shut-7 x"


def test_a_part_that_is_counted_as_word_in_a_browser_does_is_read_by_its_link() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_file("Open 24 hours"))) as package, zipfile.ZipFile(target, "w") as whole:
        for name in package.namelist():
            part, name = package.read(name), name.replace("document.xml", "document2.xml")
            whole.writestr(name, part.replace(b"document.xml", b"document2.xml"))
    assert words(read_word(target.getvalue(), SHEET)) == "Open 24 hours"


SCRIPTS = (
    "السلام عليكم لا إله إلا الله، الإدارة مُدَرِّس 12",
    "هذا نص طويل جدا يجب أن يمتد على أكثر من سطر واحد حتى نرى كيف تقرأ الكلمات في الملف المطبوع من ليبر أوفيس",
    "שָׁלוֹם עולם",
    "דף זה ארוך מאוד וצריך להיות לפחות שתי שורות כדי שנוכל לראות איך המילים נקראות בקובץ המודפס של הארגון",
    "ไม่ได้ น้ำ ที่นี่",
    "قال محمد ﷺ وقال الله ﷻ وكتبه ﷴ بسعر 5 ﷼",
    "👍 agreed, 🔒 locked, 🚭 no smoking",
)
TWO_LETTERS_SWAPPED = (
    *(("السلام", "السالم"), ("الإدارة", "الإدراة"), ("طويل", "طوليل"), ("الكلمات", "اكللمات"), ("أوفيس", "أوفسي")),
    *(("עולם", "עלום"), ("המילים", "המליים"), ("ארוך", "אורך"), ("ไม่ได้", "ไม่ดไ้")),
    ("ﷴ", "ﷳ"),
    ("🔒", "🔓"),
)


def wrong_in_scripts(word: bytes | None, pdf: bytes) -> list[str]:
    """The swaps of two letters that are not found in a PDF, and what differs without any."""
    text = "\n\n".join(SCRIPTS)
    wrong = [str(each) for each in differences(page_of(text), SHEET, word=word, pdf=pdf)]
    for said, planted in TWO_LETTERS_SWAPPED:
        assert said in text
        text = text.replace(said, planted)
    found = differences(page_of(text), SHEET, word=word, pdf=pdf)
    named = " ".join(each.page for each in found if each.file == ReadFrom.PDF)
    return wrong + [
        planted for _, planted in TWO_LETTERS_SWAPPED if unicodedata.normalize("NFKC", planted) not in named
    ]


def test_letters_from_the_right_and_with_marks_are_read_in_their_order() -> None:
    assert wrong_in_scripts(None, pdf_of("\n\n".join(SCRIPTS))) == []


@needs_libreoffice
def test_letters_from_the_right_are_read_in_their_order_in_pages_by_libreoffice() -> None:
    word = fill_word(word_file(*SCRIPTS), None, SHEET)
    assert wrong_in_scripts(word, pages_of(word, UNKNOWN_TIME, ())) == []


def test_the_line_above_contents_in_a_control_may_stand_on_the_page_or_not() -> None:
    entry = '<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr><w:r><w:t>Duties 3</w:t></w:r></w:p>'
    body = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent><w:p><w:r><w:t>Sumário</w:t></w:r></w:p>{entry}</w:sdtContent></w:sdt>"
    )
    word = word_file("Ann Example", body=body)
    assert differences(page_of("Ann Example\n\nSumário"), SHEET, word=word) == ()
    assert differences(page_of("Ann Example"), SHEET, word=word) == ()
    assert differences(page_of("Ann Example\n\nSummary"), SHEET, word=word)


def test_a_hidden_end_of_a_line_is_no_text_that_nobody_sees() -> None:
    word = word_file(body="<w:p><w:r><w:t>Lock</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:br/></w:r></w:p>")
    assert differences("<p>Lock</p>", SHEET, word=word) == ()


def test_text_hidden_in_word_is_text_that_nobody_sees() -> None:
    body = "<w:p><w:r><w:t>Open</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>never</w:t></w:r></w:p>"
    found = differences(page_of("Open"), SHEET, word=word_file(body=body))
    assert [(each.fault, each.shown) for each in found] == [(Fault.UNSEEN, "never")]


def test_a_number_that_breaks_over_lines_is_no_part_of_the_text() -> None:
    sheet = replace(SHEET, number="SOP-1795912866192092590-12")
    pdf = write_pdf(markdown_to_typst("Lock the gate.", {}), {}, sheet)
    assert not differences(page_of("Lock the gate."), sheet, pdf=pdf)


def test_cover_and_record_are_no_part_of_the_text_and_the_text_is() -> None:
    shown = words(read_pdf(pdf_of(TEXT), SHEET))
    assert "Fees named" not in shown
    assert "Gate keeper" not in shown
    assert "Nobody leaves early." in shown


GATE = "Keep the gate shut.\n\nWalk."


def changed_pdf(pattern: bytes, by: bytes) -> bytes:
    """The PDF of a text with something else in what its pages draw."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_of(GATE))) as opened:
        for page in opened.pages:
            content = page.Contents.read_bytes()
            assert re.search(pattern, content), content[:2000]
            page.Contents.write(re.sub(pattern, by, content))
        opened.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        pytest.param(rb"\bTf\b", rb"Tf 3 Tr", id="drawn invisibly"),
        pytest.param(rb"\bBT\b", rb"1 g BT", id="white on white"),
        pytest.param(rb"\bBT\b", rb"1 0 0 1 3000 0 cm BT", id="beside the page"),
        pytest.param(rb"\bBT\b", rb"0.01 0 0 0.01 0 0 cm BT", id="too small"),
    ],
)
def test_text_of_a_pdf_that_nobody_sees_is_found(pattern: bytes, by: bytes) -> None:
    found = differences(page_of(GATE), SHEET, pdf=changed_pdf(pattern, by))
    assert {each.fault for each in found} == {Fault.UNSEEN}
    assert "Keep the gate shut." in {each.shown for each in found}


UNSEEN = {
    "shading": '<w:color w:val="1F3864"/><w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>',
    "black shading": '<w:color w:val="000000"/><w:shd w:val="solid" w:color="000000" w:fill="auto"/>',
    "highlight": '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>',
    "one point": '<w:sz w:val="2"/><w:szCs w:val="2"/>',
    "pressed together": '<w:w w:val="1"/>',
}
CELL = '<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="FFC000"/></w:tcPr>'


def with_looks(looks: str, cell: str) -> bytes:
    """A Word file with one word of a look in a line, and one in the colour of its cell."""
    said = '<w:r><w:t xml:space="preserve">Ropes may </w:t></w:r>'
    rest = '<w:r><w:t xml:space="preserve"> be old.</w:t></w:r>'
    line = f"<w:p>{said}<w:r><w:rPr>{looks}</w:rPr><w:t>never</w:t></w:r>{rest}</w:p>"
    in_cell = f'<w:p><w:r><w:rPr><w:color w:val="{cell}"/></w:rPr><w:t>forbidden</w:t></w:r></w:p>'
    table = f"<w:tbl><w:tblGrid><w:gridCol w:w='3000'/></w:tblGrid><w:tr><w:tc>{CELL}{in_cell}</w:tc></w:tr></w:tbl>"
    return word_file("Before.", body=f"{line}{table}<w:p/>")


@needs_libreoffice
@pytest.mark.parametrize("looks", UNSEEN.values(), ids=UNSEEN)
def test_words_that_nobody_sees_in_print_are_named_at_import_and_found_in_the_pdf(looks: str) -> None:
    word = with_looks(looks, "FFC000")
    read = word_to_markdown(word)
    hidden = [loss for loss in read.losses if "Word hides" in loss]
    assert hidden == [f"Text that Word hides is shown: “{each}”." for each in ("never", "forbidden")]
    found = differences(page_of(read.markdown), SHEET, word=word, pdf=pages_of(word, UNKNOWN_TIME, ()))
    assert {each.fault for each in found} == {Fault.UNSEEN}
    assert ["".join(each.shown.split()) for each in found] == ["never", "forbidden"]


@needs_libreoffice
@pytest.mark.parametrize(
    "looks",
    [
        '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>',
        '<w:color w:val="1F3864"/><w:shd w:val="clear" w:color="auto" w:fill="D9E2F3"/>',
        '<w:color w:val="FF0000"/><w:highlight w:val="yellow"/>',
        '<w:sz w:val="8"/><w:w w:val="50"/>',
    ],
)
def test_words_that_can_be_seen_are_not_found_as_unseen(looks: str) -> None:
    word = with_looks(looks, "FFFFFF")
    read = word_to_markdown(word)
    assert not any("Word hides" in loss for loss in read.losses)
    assert differences(page_of(read.markdown), SHEET, word=word, pdf=pages_of(word, UNKNOWN_TIME, ())) == ()


def test_text_drawn_twice_in_one_place_is_told_once() -> None:
    pdf = changed_pdf(rb"(?s)\A(.*)\Z", rb"\1 \1")
    assert differences(page_of(GATE), SHEET, pdf=pdf) == ()
    assert differences(page_of("Keep the gate shut.\n\nWalk.\n\nWalk."), SHEET, pdf=pdf)


@pytest.mark.parametrize(
    ("drawn", "hides"),
    [
        ("1 g 0 0 110 3000 re f", True),
        ("0.9 g 110 0 m 110 3000 l 0 3000 l 0 0 l f", True),
        ("0 0 110 3000 re S", False),
        ("1 g 110 3000 m 60 3000 l 110 0 l f", False),
        ("0 g 0 0 60 3000 re f", False),
    ],
)
def test_words_of_which_a_box_covers_a_part_are_found(drawn: str, hides: bool) -> None:
    found = differences(page_of(GATE), SHEET, pdf=changed_pdf(rb"\Z", f" q {drawn} Q".encode()))
    assert {each.fault for each in found} == ({Fault.UNSEEN} if hides else set())


def test_text_covered_by_a_picture_is_found() -> None:
    pdf = changed_pdf(rb"\Z", b" q 1 g 0 0 3000 3000 re f Q")
    found = differences(page_of(GATE), SHEET, pdf=pdf)
    assert {each.fault for each in found} == {Fault.UNSEEN}


@needs_libreoffice
def test_signs_without_a_shape_are_named_and_pages_by_libreoffice_are_read() -> None:
    word = word_file("目的 阀门必须保持关闭。", "Keep (the gate) shut, from “9 to 17”.", "שלום (SOP-3) עולם")
    word = fill_word(word, None, SHEET)
    page = page_of(word_to_markdown(word_file("目的 阀门必须保持关闭。")).markdown)
    page += page_of("Keep (the gate) shut, from “9 to 17”.\n\nשלום (SOP-3) עולם")
    found = differences(page, SHEET, word=word, pdf=pages_of(word, UNKNOWN_TIME, ()))
    assert {each.fault for each in found} <= {Fault.NO_SHAPE}
    assert {each.shown for each in found} <= set("目的阀门必须保持关闭。")


@needs_libreoffice
def test_what_libreoffice_draws_out_of_order_is_no_difference_and_other_words_are() -> None:
    signs = "Tick ☐ yes ☐ no, ⇨ then ★ go on and keep the gate shut until the porter ⚠ comes. " * 3
    texts = (signs.strip(), "第一章 阀门……必须──保持关闭。", "юбоқриш «Atom» (ЕВП), xx☐yy")
    tabs = '<w:tabs><w:tab w:val="left" w:leader="underscore" w:pos="5000"/></w:tabs>'
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in ("North", "17"))
    place = '<w:tblpPr w:leftFromText="141" w:rightFromText="141" w:vertAnchor="text" w:tblpX="4000" w:tblpY="1"/>'
    frame = (
        '<w:framePr w:w="1500" w:hSpace="141" w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:x="6000" w:y="1"/>'
    )
    ruby = (
        "<w:ruby><w:rt><w:r><w:t>きょう</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>今日</w:t></w:r></w:rubyBase></w:ruby>"
    )
    body = (
        f"<w:p><w:pPr>{tabs}</w:pPr><w:r><w:t>Name</w:t></w:r><w:r><w:tab/></w:r></w:p>"
        f"<w:tbl><w:tblPr>{place}</w:tblPr><w:tblGrid><w:gridCol w:w='900'/><w:gridCol w:w='900'/></w:tblGrid>"
        f"<w:tr>{cells}</w:tr></w:tbl><w:p><w:r><w:t>Beside the table.</w:t></w:r></w:p>"
        f"<w:p><w:pPr>{frame}</w:pPr><w:r><w:t>Note</w:t></w:r></w:p><w:p><w:r><w:t>Beside it.</w:t></w:r></w:p>"
        f"<w:p><w:r>{ruby}</w:r><w:r><w:t>は</w:t></w:r></w:p>"
    )
    made = word_file(*texts, "Before.", body=body)
    word, page = fill_word(made, None, SHEET), page_of(word_to_markdown(made).markdown)
    pdf = pages_of(word, UNKNOWN_TIME, ())
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    planted_words = (
        *(("☐ no", "no ☐"), ("……必须", "必须……"), ("xx☐yy", "xxyy☐"), ("оқр", "орқ"), ("17", "71")),
        *(("Note", "Rule"), ("Name", "Town"), ("きょう", "きよう"), ("Beside it", "Beside")),
    )
    for said, planted in planted_words:
        assert said in page
        found = differences(page.replace(said, planted), SHEET, word=word, pdf=pdf)
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}


@needs_libreoffice
def test_formulas_in_a_line_are_no_difference_and_another_is() -> None:
    written = ("F=m", "F+m=1", "v&lt;3+x", "x=2.5 kg", "f(x)=a−b", "ΔT=5", "sin x", "a/b")
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">So </w:t></w:r><m:oMath xmlns:m="{MATHS}"><m:r><m:t>{each}</m:t></m:r>'
        f'</m:oMath><w:r><w:t xml:space="preserve"> holds.</w:t></w:r></w:p>'
        for each in written
    )
    made = word_file("Before.", body=lines)
    word, page = fill_word(made, None, SHEET), page_of(word_to_markdown(made).markdown)
    pdf = pages_of(word, UNKNOWN_TIME, ())
    assert "<math" not in page
    assert differences(page, SHEET, word=word, pdf=pdf) == ()
    for said, planted in (
        ("F = m h", "F = k h"),
        ("2.5", "25"),
        ("a - b", "a + b"),
        ("&lt; 3", "&gt; 3"),
        ("a/b", "ab"),
    ):
        assert said in page
        found = differences(page.replace(said, planted), SHEET, word=word, pdf=pdf)
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}


def test_a_text_in_hindi_is_printed_as_its_page_says_and_other_words_are_found() -> None:
    text = "# नियम\n\nद्वार प्रतिदिन शाम को बंद किया जाए और चाबी कार्यालय में लौटाई जाए।\n"
    assert differences(page_of(text), SHEET, word=word_of(text), pdf=pdf_of(text)) == ()
    for said, planted in (("शाम", "काम"), ("चाबी", "चाबि"), ("बंद किया", "किया बंद"), ("को ", ""), ("नियम", "नियमन")):
        assert said in text
        found = differences(page_of(text.replace(said, planted)), SHEET, word=word_of(text), pdf=pdf_of(text))
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}


def test_a_list_right_behind_another_counts_from_its_own_start_in_print() -> None:
    text = "1. Shut\n2. Lock\n\n<!-- -->\n\n1. Open\n   1. In\n\n   <!-- -->\n\n   1. Out\n2. Look\n"
    assert differences(page_of(text), SHEET, pdf=pdf_of(text)) == ()
    assert differences(page_of(text.replace("1. Open", "3. Open")), SHEET, pdf=pdf_of(text))


@settings(
    max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(word_files())
def test_a_word_that_page_or_file_of_any_word_file_lacks_is_named(made: Made) -> None:
    converted = word_to_markdown(made.data)
    sheet = replace(SHEET, title=converted.title or SHEET.title)
    page, pdf = page_of(converted.markdown), write_pdf(markdown_to_typst(converted.markdown, {}), {}, sheet)
    shown = [word for passage in read_page(page).passages for word in passage.text.split()]
    said = re.sub(r"<[^>]*>", "<", page)
    for word in [word for word in made.in_order if shown.count(word) == page.count(word) == said.count(word) == 1][:2]:
        found = differences(page.replace(word, f"{word}9"), sheet, word=made.data, pdf=pdf)
        assert {each.file for each in found if in_form(f"{word}9") in each.page.replace(" ", "")} == {
            ReadFrom.WORD,
            ReadFrom.PDF,
        }


@pytest.mark.parametrize(
    "shown", ["http://gate.example/a**b", "http://x.example/**y**", "http://a.example/c**d and more"]
)
def test_an_address_that_a_link_shows_stays_the_same_however_often_it_is_edited(shown: str) -> None:
    text = html_to_markdown(f'<p>See <a href="http://gate.example/">{shown}</a>.</p>')
    assert f">{shown}</a>" in markdown_to_html(text)
    assert html_to_markdown(markdown_to_html(text)) == text
    assert differences(page_of(text), SHEET, pdf=pdf_of(text)) == ()
