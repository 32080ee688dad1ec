"""Notes keep the sign that Word shows, on the page, through the editor, in print and in a generated Word file."""

import io
import re
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docctl.adapters.conversion import (
    html_to_markdown,
    markdown_to_html,
    markdown_to_word,
    tidy_markdown,
    type_note_signs,
    word_to_markdown,
)
from docctl.adapters.libreoffice import pages_of
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_back.word_reader import read_word
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fill_word, fix_word
from docctl.domain.issued_files.issue_sheet import UNKNOWN_TIME
from docctl.domain.issued_files.read_back import ReadFrom
from docctl.word_format.facts import share_arrived
from tests.adapters.conversion.word.test_word_of_other_programs import _run
from tests.adapters.test_pdf_writer import SHEET, issued
from tests.factories.files.hostile_word import NAMES
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.files.pdf_pages import page_texts
from tests.factories.files.unfixed_word import line, noted, unfixed_word
from tests.factories.files.word_parts import with_part

OWN = ' w:customMarkFollows="1"'
TEXT = """\
Keys[^1], doors[^2] and locks[^3] (see note 1).

[^1]: A *starred* note.<!--note *-->

[^2]: An end note.<!--note i-->

[^3]: A numbered note.
"""
STYLE_OF_SIGNS = (
    '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
)


def _mark(kind: str, name: int, own: str = "") -> str:
    attributes, shown = (OWN, f"<w:t>{own}</w:t>") if own else ("", "")
    return f'<w:r><w:{kind}Reference{attributes} w:id="{name}"/>{shown}</w:r>'


def _notes(kind: str, texts: dict[int, str], ref: bool = True) -> str:
    begin = f"<w:r><w:{kind}Ref/></w:r>" if ref else ""
    each = "".join(
        f'<w:{kind} w:id="{name}"><w:p>{begin}{_run(" " + text)}</w:p></w:{kind}>' for name, text in texts.items()
    )
    return f"<w:{kind}s {nsdecls('w')}>{each}</w:{kind}s>"


def _word(*paragraphs: str, settings: str = "", ref: bool = True, **notes: dict[int, str]) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.element.body.insert(-1, parse_xml(paragraph.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))
    written = io.BytesIO()
    document.save(written)
    word = written.getvalue()
    for kind, texts in notes.items():
        word = with_part(word, f"{kind}s", _notes(kind, texts, ref))
    return with_part(word, "settings", f"<w:settings {nsdecls('w')}>{settings}</w:settings>")


def _signs(word: bytes) -> list[str]:
    """The marks that a page shows in the text."""
    return re.findall(r'id="fnref\d+">\[([^<]*)\]', render(word_to_markdown(word).markdown).html)


def test_each_kind_of_note_is_counted_for_itself_and_own_marks_are_not() -> None:
    line = f"{_run('Keys')}{_mark('footnote', 2, '*')}{_run(', doors')}{_mark('endnote', 2)}{_mark('footnote', 3)}"
    word = _word(f"<w:p>{line}</w:p>", footnote={2: "Starred.", 3: "Numbered."}, endnote={2: "At the end."})
    assert _signs(word) == ["*", "i", "1"]
    converted = word_to_markdown(word)
    assert converted.markdown.startswith("Keys[^1], doors[^2][^3]\n")
    assert (converted.recall, converted.losses) == (1, ())
    assert [line for line in render(converted.markdown).text.splitlines() if line][1:] == [
        *("* Starred.", "i At the end.", "Numbered."),
    ]


def test_the_signs_of_page_and_word_file_are_read_as_the_same() -> None:
    line = f"{_run('Keys')}{_mark('footnote', 2, '*')}{_run(', doors')}{_mark('endnote', 2)}{_mark('footnote', 3)}"
    word = _word(f"<w:p>{line}</w:p>", footnote={2: "Starred.", 3: "Numbered."}, endnote={2: "At the end."})
    page = render(word_to_markdown(word).markdown).html
    assert differences(page, SHEET, word=word) == ()


@pytest.mark.parametrize(("other", "alarms"), [("\uf0a7", 0), ("\uf0a8", 1)])
def test_a_sign_of_a_symbol_font_is_the_sign_of_its_note_and_no_bullet(other: str, alarms: int) -> None:
    sign = '<w:sym w:font="Symbol" w:char="{}"/>'
    reference = f'<w:r><w:footnoteReference{OWN} w:id="2"/>{sign.format("F0A7")}</w:r>'
    note = _notes("footnote", {2: "Club note."}, ref=False)
    note = note.replace("<w:p>", f"<w:p><w:r>{sign.format('F0A7')}</w:r>", 1)
    word = with_part(_word(f"<w:p>{_run('Keys')}{reference}{_run(' doors.')}</w:p>"), "footnotes", note)
    page = render(word_to_markdown(word).markdown).html
    assert "[♣]" in page
    planted = with_part(word, "footnotes", note.replace("F0A7", f"{ord(other):X}"))
    assert bool(differences(page, SHEET, word=fix_word(planted))) is bool(alarms)


def test_lists_in_notes_keep_their_numbers_and_bullets() -> None:
    numbering = "".join(
        f'<w:abstractNum w:abstractNumId="{name}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{shown}"/></w:lvl></w:abstractNum>'
        for name, kind, shown in ((1, "lowerLetter", "%1)"), (2, "bullet", "o"), (3, "bullet", "☐"))
    ) + "".join(f'<w:num w:numId="{name}"><w:abstractNumId w:val="{name}"/></w:num>' for name in (1, 2, 3))
    items = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{name}"/></w:numPr></w:pPr>{_run(words)}</w:p>'
        for name, words in ((1, "Red keys."), (1, "Blue keys."), (2, "Any key."), (3, "No key."))
    )
    for kind in ("footnote", "endnote"):
        notes = _notes(kind, {2: "Kinds:"}).replace(f"</w:{kind}>", f"{items}</w:{kind}>", 1)
        word = with_part(_word(f"<w:p>{_run('Keys')}{_mark(kind, 2)}</w:p>"), f"{kind}s", notes)
        word = with_part(word, "numbering", f"<w:numbering {nsdecls('w')}>{numbering}</w:numbering>")
        converted = word_to_markdown(word)
        page = render(converted.markdown)
        assert [each for each in page.text.splitlines() if each][1:] == [
            *("i Kinds:" if kind == "endnote" else "Kinds:", "a) Red keys.", "b) Blue keys."),
            *("• Any key.", "☐ No key."),
        ]
        assert converted.recall == 1
        assert differences(page.html, SHEET, word=word) == ()


def test_a_note_with_a_sign_of_its_own_and_no_words_is_the_same_on_the_page_and_another_sign_is_found() -> None:
    word = _word(f"<w:p>{_run('Keys')}{_mark('footnote', 2, '♣')}</w:p>", footnote={2: "♣ "}, ref=False)
    page = render(word_to_markdown(word).markdown).html
    assert page.count("♣") == 2
    assert differences(page, SHEET, word=word) == ()
    assert differences(page.replace("♣", "♠", 1), SHEET, word=word)


@pytest.mark.parametrize("behind", ["", " ", " and all the doors of the yard"])
def test_a_note_whose_own_sign_shows_nothing_has_a_star_on_the_page_and_is_the_same(behind: str) -> None:
    reference = f'<w:r><w:footnoteReference{OWN} w:id="2"/></w:r>{_run(behind) if behind else ""}'
    word = _word(f"<w:p>{_run('Keys')}{reference}</w:p>", footnote={2: "Since 1901."}, ref=False)
    page = render(word_to_markdown(word).markdown).html
    assert "[*]" in page
    assert differences(page, SHEET, word=word) == ()
    for said, planted in (("[*]", "[1]"), ("1901", "1910")):
        assert differences(page.replace(said, planted), SHEET, word=word)


def test_a_mark_that_its_author_typed_before_the_note_stands_there_once() -> None:
    word = _word(f"<w:p>{_run('Keys')}{_mark('footnote', 2, 'a')}</w:p>", footnote={2: "a Lettered."}, ref=False)
    assert word_to_markdown(word).markdown == "Keys[^1]\n\n[^1]: Lettered.<!--note a-->\n"
    assert word_to_markdown(word).recall == 1


@pytest.mark.parametrize(
    ("own", "note", "text"),
    [
        ("", "1000 euros", "1000 euros"),
        ("", "1st of May", "1st of May"),
        ("", "1.5 m at most", "1.5 m at most"),
        ("", "1. First", "First"),
        ("", "1 Typed", "Typed"),
        ("a", "apples", "apples"),
        ("*", "*Starred", "Starred"),
    ],
)
def test_a_word_or_an_amount_that_begins_like_the_sign_of_its_note_stays_whole(own: str, note: str, text: str) -> None:
    notes = _notes("footnote", {2: note}, ref=False).replace(f"> {note}<", f">{note}<")
    word = with_part(_word(f"<w:p>{_run('Keys')}{_mark('footnote', 2, own)}</w:p>"), "footnotes", notes)
    markdown = word_to_markdown(word).markdown
    assert f"[^1]: {text}" in markdown
    assert differences(render(markdown).html, SHEET, word=word) == ()


@pytest.mark.parametrize(
    ("settings", "signs"),
    [
        ("", ["1", "2"]),
        ('<w:footnotePr><w:numFmt w:val="chicago"/></w:footnotePr>', ["*", "†"]),
        ('<w:footnotePr><w:numFmt w:val="lowerLetter"/><w:numStart w:val="26"/></w:footnotePr>', ["z", "aa"]),
        ('<w:footnotePr><w:numStart w:val="7"/></w:footnotePr>', ["7", "8"]),
    ],
)
def test_notes_are_numbered_as_the_settings_say(settings: str, signs: list[str]) -> None:
    line = f"<w:p>{_run('Keys')}{_mark('footnote', 2)}{_run(' and')}{_mark('footnote', 3)}</w:p>"
    assert _signs(_word(line, settings=settings, footnote={2: "One.", 3: "Two."})) == signs


@needs_libreoffice
def test_a_note_to_which_two_references_lead_is_counted_and_shown_again_for_each() -> None:
    places = (("One", 2), (" two", 3), (" again", 2), (" four", 4))
    line = "".join(f"{_run(words)}{_mark('footnote', name)}" for words, name in places)
    word = fix_word(_word(f"<w:p>{line}</w:p>", footnote={2: "Note A.", 3: "Note B.", 4: "Note C."}))
    assert _signs(word) == ["1", "2", "3", "4"]
    page, issued_word = render(word_to_markdown(word).markdown).html, fill_word(word, None, SHEET)
    pdf = bytes(pages_of(issued_word, UNKNOWN_TIME, ()))
    assert differences(page, SHEET, word=issued_word, pdf=pdf) == ()
    assert differences(page.replace("Note A.", "Note D."), SHEET, word=issued_word, pdf=pdf)
    assert fix_word(word) == word


def test_notes_begin_again_in_a_section_that_says_so() -> None:
    again = '<w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr>'
    first = f"<w:p><w:pPr><w:sectPr>{again}</w:sectPr></w:pPr>{_run('Keys')}{_mark('footnote', 2)}</w:p>"
    second = f"<w:p><w:pPr><w:sectPr>{again}</w:sectPr></w:pPr>{_run('Doors')}{_mark('footnote', 3)}</w:p>"
    assert _signs(_word(first, second, footnote={2: "One.", 3: "One again."})) == ["1", "1"]


@needs_libreoffice
@pytest.mark.parametrize("style", [STYLE_OF_SIGNS, ""], ids=["by a style", "by a style that is not there"])
def test_signs_that_begin_again_or_are_typed_are_the_same_on_page_in_file_and_in_print(style: str) -> None:
    one = _run("Keys") + _mark("footnote", 2) + _run(", doors") + _mark("footnote", 3, "***") + _mark("endnote", 2)
    one = one.replace("<w:r><w:foot", '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:foot')
    two = f"{_run('Locks')}{_mark('footnote', 4)}{_run(' and bolts')}{_mark('footnote', 5)}{_run('.')}"
    notes = {2: "First.", 3: "*** Second.", 4: "Third.", 5: "Fourth."}
    settings = '<w:footnotePr><w:numFmt w:val="chicago"/><w:numRestart w:val="eachSect"/></w:footnotePr>'
    lines = (f"<w:p><w:pPr><w:sectPr/></w:pPr>{one}</w:p>", f"<w:p>{two}</w:p>")
    word = _word(*lines, settings=settings, footnote=notes, endnote={2: "At the end."})
    word = with_part(word, "styles", f"<w:styles {nsdecls('w')}>{style}</w:styles>")
    typed = f"<w:r><w:footnoteRef/></w:r>{_run(' *** Second.')}"
    word = with_part(word, "footnotes", _notes("footnote", notes).replace(typed, _run("*** Second.")))
    assert _signs(word) == ["*", "***", "i", "*", "†"]
    page, issued_word = render(word_to_markdown(word).markdown).html, fill_word(word, None, SHEET)
    pdf = pages_of(type_note_signs(issued_word), UNKNOWN_TIME, ())
    assert differences(page, SHEET, word=issued_word, pdf=pdf) == ()
    for said, planted in ((">[†]", ">[‡]"), ("Third", "Fifth"), (">***<", ">**<"), ("bolts", "doors")):
        assert said in page
        found = differences(page.replace(said, planted), SHEET, word=issued_word, pdf=pdf)
        assert {each.file for each in found} == {ReadFrom.WORD, ReadFrom.PDF}


def test_a_file_whose_notes_are_counted_as_everywhere_is_printed_as_it_is() -> None:
    word = _word(f"<w:p>{_run('Keys')}{_mark('footnote', 2)}</w:p>", footnote={2: "One."})
    assert type_note_signs(word) == word


def test_notes_that_begin_again_on_each_page_are_named() -> None:
    settings = '<w:footnotePr><w:numRestart w:val="eachPage"/></w:footnotePr>'
    word = _word(f"<w:p>{_run('Keys')}{_mark('footnote', 2)}</w:p>", settings=settings, footnote={2: "One."})
    assert word_to_markdown(word).losses == (
        "Word counts the notes anew on each page; the text, which has no pages, counts them through.",
    )


def test_a_note_deleted_in_a_tracked_change_does_not_count() -> None:
    deleted = f'<w:del w:id="9" w:author="A">{_mark("footnote", 2)}</w:del>'
    word = _word(f"<w:p>{_run('Keys')}{deleted}{_mark('footnote', 3)}</w:p>", footnote={2: "Gone.", 3: "One."})
    assert _signs(word) == ["1"]


def test_notes_in_a_table_without_a_head_keep_their_numbers() -> None:
    cell = f"<w:tc><w:p>{_run('Role')}{_mark('footnote', 3)}</w:p></w:tc>"
    table = f"<w:tbl {nsdecls('w')}><w:tr>{cell}<w:tc><w:p>{_run('Task')}</w:p></w:tc></w:tr></w:tbl>"
    before, after = (f"<w:p>{_run(text)}{_mark('footnote', name)}</w:p>" for text, name in (("A", 2), ("B", 4)))
    word = _word(before, table, after, footnote={2: "One.", 3: "Two.", 4: "Three."})
    page = render(word_to_markdown(word).markdown).html
    assert re.findall(r'id="fnref\d+">\[([^<]*)\]', page) == ["1", "2", "3"]
    assert '<span class="note-sign">2</span> Two.' in page
    again = html_to_markdown(markdown_to_html(word_to_markdown(word).markdown))
    assert again == word_to_markdown(word).markdown


def test_signs_stay_through_the_editor_and_tidying() -> None:
    assert "[^1=*]" in markdown_to_html(TEXT)
    assert html_to_markdown(markdown_to_html(TEXT)) == TEXT
    assert tidy_markdown(TEXT)[0] == TEXT


def test_signs_stay_in_a_generated_word_file_and_come_back() -> None:
    template = io.BytesIO()
    docx.Document().save(template)
    word = markdown_to_word(TEXT, {}, template.getvalue())
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        text = package.read("word/document.xml").decode()
    assert re.findall(r'customMarkFollows="1"/><w:t>([^<]*)</w:t>', text) == ["*", "i"]
    assert word_to_markdown(word).markdown == TEXT
    assert word_to_markdown(word).recall == 1


def test_print_shows_the_signs_and_counts_the_others() -> None:
    text = "".join(page_texts(issued(f"# Keys{TEXT[4:]}\n\n| a[^4] | b |\n|---|---|\n| c | d |\n\n[^4]: Fourth.\n")))
    assert "doorsiandlocks1(seenote1)" in text
    assert "*Astarrednote." in text.replace("∗", "*")
    assert "iAnendnote." in text
    assert "1Anumberednote." in text
    assert "2Fourth." in text


def test_a_sign_that_is_lost_counts_as_a_word_that_did_not_arrive() -> None:
    assert share_arrived(("keys", "iv", "note"), "Keys[^1]\n\n[^1]: Note.<!--note iv-->") == 1
    assert share_arrived(("keys", "iv", "note"), "Keys[^1]\n\n[^1]: Note.") < 1


def test_a_note_that_begins_with_a_list_or_a_table_keeps_its_sign() -> None:
    item = f'<w:p><w:pPr><w:pStyle w:val="ListNumber"/></w:pPr>{_run("First.")}</w:p>'
    cells = f"<w:tbl><w:tr><w:tc><w:p>{_run('In a table.')}</w:p></w:tc></w:tr></w:tbl><w:p>{_run('After.')}</w:p>"
    notes = "".join(f'<w:footnote w:id="{name}">{inside}</w:footnote>' for name, inside in ((2, item), (3, cells)))
    marks = "".join(
        f"{_run(word)}{_mark('footnote', name, sign)}" for word, name, sign in (("A", 2, "*"), ("B", 3, ""))
    )
    word = with_part(_word(f"<w:p>{marks}</w:p>"), "footnotes", f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>")
    page = render(word_to_markdown(word).markdown)
    assert re.findall(r'id="fnref\d+">\[([^<]*)\]', page.html) == ["*", "1"]
    assert "First." in page.text
    assert "In a table." in page.text
    assert not re.search("[\U0010fd00-\U0010fdff]", page.html)


def test_lists_in_notes_are_counted_apart_from_those_of_the_text() -> None:
    item = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    )
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1)"/></w:lvl>'
    number = '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    form = f'<w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>{number}'
    steps = line("Steps:") + "".join(map(item.format, ("in the note", "next there")))
    word = with_part(
        unfixed_word(line("Keys", noted(2)) + item.format("in the text"), footnote=steps),
        "numbering",
        f"<w:numbering {NAMES}>{form}</w:numbering>",
    )
    read = [(each.mark, each.text) for each in read_word(word, SHEET).passages[1:]]
    assert read == [("1)", "in the text"), ("1", "Steps:"), ("1)", "in the note"), ("2)", "next there")]
