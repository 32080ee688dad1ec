"""What only Word draws is text in the issued file: fields without a result, and numbers that print shows otherwise."""

import io
import re
import zipfile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.adapters.conversion import draw_word, numbers_worked_out, word_to_markdown
from docctl.adapters.conversion.drawn.eq_fields import read_equation
from docctl.adapters.libreoffice import pages_of
from docctl.adapters.reading_back import differences, read_page
from docctl.adapters.reading_view import render
from docctl.domain.issued_files.issue_sheet import UNKNOWN_TIME
from tests.adapters.conversion.word.test_word_numbers import _form, _level, _lines, _list, _word
from tests.adapters.conversion.word.test_word_of_other_programs import _mark, _run
from tests.adapters.test_pdf_writer import SHEET
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.files.word_parts import with_other_names


def _field(told: str, result: str = "") -> str:
    shown = f"{_mark('separate')}{_run(result)}" if result else ""
    return f'{_mark("begin")}<w:r><w:instrText xml:space="preserve"> {told} </w:instrText></w:r>{shown}{_mark("end")}'


def _simple(told: str) -> str:
    return f'<w:fldSimple w:instr=" {told.replace(chr(34), "&quot;")} "/>'


def _text(word: bytes) -> list[str]:
    """The lines of a Word file as another program reads them, which draws nothing."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs]


def _both(*lines: tuple[str, str, str], numbering: str = "") -> list[str]:
    """The lines of the page, which are also those of the issued file."""
    word = _word(numbering or _form(7, _level(0, "%1.")) + _list(3, 7), *lines)
    page = [re.sub(r"^#+ |\\", "", line) for line in _lines(word)]
    assert page == [re.sub(r"^#+ |\\", "", line) for line in _lines(draw_word(word))]
    assert word_to_markdown(word).recall == 1
    return page


def test_paragraphs_are_numbered_by_old_fields_as_by_the_newer() -> None:
    lines = [("Normal", "", f"{_field('AUTONUMLGL')}{_run(f' The clerk {what}.')}") for what in ("opens", "dates")]
    assert _both(*lines) == ["1. The clerk opens.", "2. The clerk dates."]
    assert _both(("Normal", "", f"{_simple('AUTONUM')}{_run(' One.')}")) == ["1. One."]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("AUTONUM", ["1. A", "1. a", "2. b", "1. B", "1. c", "2. C", "1. d"]),
        ("AUTONUMLGL", ["1. A", "1.1. a", "1.2. b", "1.1. B", "1.1.1. c", "2. C", "2.1. d"]),
        ("AUTONUMLGL \\e", ["1 A", "1.1 a", "1.2 b", "1.1 B", "1.1.1 c", "2 C", "2.1 d"]),
        ("AUTONUMOUT", ["I. A", "1. a", "2. b", "A. B", "1. c", "II. C", "1. d"]),
    ],
)
def test_old_fields_number_headings_by_their_level_and_text_below_them(kind: str, shown: list[str]) -> None:
    names = (("Heading1", "A"), ("Normal", "a"), ("Normal", "b"), ("Heading2", "B"), ("Normal", "c"))
    told = [*names, ("Heading1", "C"), ("Normal", "d")]
    lines = [(style, "", f"{_field(kind)}{_run(f' {name}')}") for style, name in told]
    assert _both(("Title", "", "House rules"), *lines) == shown


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        (["LISTNUM NumberDefault \\l 4", "LISTNUM NumberDefault \\l 4"], "(1) and (2)"),
        (["LISTNUM NumberDefault \\l 3 \\s 1", "LISTNUM"], "i) and ii)"),
        (["LISTNUM", "LISTNUM"], "1) and 2)"),
        (["LISTNUM LegalDefault", "LISTNUM LegalDefault \\l 2", "LISTNUM LegalDefault \\l 2"], "1. and 1.1. and 1.2."),
        (["LISTNUM OutlineDefault \\l 1", 'LISTNUM "OutlineDefault" \\l 4'], "I. and a)"),
        (["LISTNUM rules \\l 2", "LISTNUM others \\l 2", "LISTNUM rules \\l 2"], "a) and a) and b)"),
        (["LISTNUM \\l2 \\s7"], "g)"),
    ],
)
def test_items_within_a_line_are_counted_by_their_lists(fields: list[str], shown: str) -> None:
    line = _run("Do ") + _run(" and ").join(map(_field, fields)) + _run(" now.")
    assert _both(("Normal", "", line)) == [f"Do {shown} now."]


def test_items_of_a_numbered_line_are_counted_in_its_list() -> None:
    numbering = _form(7, _level(0, "%1."), _level(1, "%1.%2")) + _list(3, 7)
    line = f"{_run('Open ')}{_field('LISTNUM')}{_run(' and date ')}{_field('LISTNUM')}"
    word = _word(numbering, ("Normal", "0/3", "One."), ("Normal", "0/3", line))
    assert _lines(word) == ["1.  One.", "2.  Open 2.1 and date 2.2"]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("SYMBOL 252 \\f Wingdings \\s 12", "✓"),
        ('SYMBOL 183 \\f "Symbol"', "•"),
        ("SYMBOL 0x2192 \\u", "→"),
        ("SYMBOL 169", "©"),
        ("SYMBOL 150 \\a", "–"),
        ("SYMBOL A", "A"),
        ("symbol 169", "©"),
    ],
)
def test_symbols_are_the_signs_of_their_fonts(told: str, shown: str) -> None:
    assert (
        _both(("Normal", "", f"{_run('Sign ')}{_field(told)}{_run(' here.')}"))[0].replace("✔", "✓")
        == f"Sign {shown} here."
    )


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("EQ \\f(1,2)", "1/2"),
        ("EQ \\f(a+b;2)", "(a+b)/2"),
        ("EQ \\r(3,x)", "3√(x)"),
        ("EQ \\r(2)", "√(2)"),
        ("EQ \\b\\lc\\[\\rc\\](x+1)", "[x+1]"),
        ("EQ \\i\\su(i=1,n,i\\s\\up5(2))", "∑[i=1…n] i^2"),
        ("EQ \\a\\al\\co2(a,b,c,d)", "a; b; c; d"),
        ("EQ \\o\\ac(○,5)", "⑤"),
        ("EQ \\x\\to\\bo(boxed)", "boxed"),
        ("EQ \\l(A,B)", "A, B"),
        ("EQ x \\d\\fo10\\li() y", "x y"),
        ("EQ \\f(1\\,5;2)", "1,5/2"),
        ("eq \\o(\\s\\up5(2),x)", "^2x"),
    ],
)
def test_old_equations_are_read(told: str, shown: str) -> None:
    assert read_equation(told) == shown
    assert _text(draw_word(_word(_list(3, 7), ("Normal", "", _field(told)))))[-1] == shown


@given(st.text(alphabet="\\frobxsilad(),;12ab[]{} ", max_size=60))
def test_equations_that_make_no_sense_are_read_as_something(told: str) -> None:
    shown = read_equation(f"EQ {told}")
    assert set(re.findall(r"[12]", shown)) <= set(told)


def test_a_field_that_shows_a_result_keeps_it_and_one_told_to_another_is_not_drawn() -> None:
    nested = (
        f'{_mark("begin")}<w:r><w:instrText xml:space="preserve"> IF 1 = 1 "</w:instrText></w:r>{_field("AUTONUM")}'
        f'<w:r><w:instrText>" "b" </w:instrText></w:r>{_mark("separate")}{_run("shown")}{_mark("end")}'
    )
    word = _word(_list(3, 7), ("Normal", "", _field("SYMBOL 65", "B")), ("Normal", "", nested))
    assert draw_word(word) == word
    assert _lines(word) == ["B", "shown"]


def test_a_deleted_field_does_not_count() -> None:
    deleted = f'<w:del w:id="7" w:author="A">{_field("AUTONUM")}</w:del>{_run("Gone on.")}'
    word = _word(_list(3, 7), ("Normal", "", deleted), ("Normal", "", f"{_field('AUTONUM')}{_run(' One.')}"))
    assert [line.replace("\\", "") for line in _lines(word)] == ["Gone on.", "1. One."]


def test_numbers_of_which_the_file_keeps_no_text_are_named() -> None:
    numbering = _form(7, _level(0, "%1.")) + _list(3, 7)
    losses = word_to_markdown(_word(numbering, *[("Normal", "", _field("AUTONUM"))] * 2)).losses
    assert losses == (
        "2 numbers and signs that Word draws from fields were worked out anew, first “1.”; compare them with Word.",
    )
    assert not word_to_markdown(_word(numbering, ("Normal", "", "Nothing drawn."))).losses


def test_a_file_without_anything_drawn_stays_as_it_is() -> None:
    word = _word(_form(7, _level(0, "%1."), _level(1, "%2)", "lowerLetter")) + _list(3, 7), ("Normal", "0/3", "One."))
    assert draw_word(word) is word


@pytest.mark.parametrize(
    ("levels", "lines", "shown"),
    [
        ((_level(0, "%1.", "thaiNumbers"),), ("0 one", "0 two"), ["๑.\tone", "๒.\ttwo"]),
        ((_level(0, "%1", "decimalEnclosedCircle", start=20),), ("0 a", "0 b"), ["⑳\ta", "21\tb"]),
        ((_level(0, "%1:", "numberInDash", '<w:suff w:val="space"/>'),), ("0 one",), ["- 1 -: one"]),
        (
            (_level(0, "%1."), _level(1, "%2)", "lowerLetter", '<w:lvlRestart w:val="0"/>')),
            ("0 one", "1 a", "0 two", "1 b"),
            ["1.\tone", "a)\ta", "2.\ttwo", "b)\tb"],
        ),
        (
            (_level(0, "%1.", "upperRoman"), _level(1, "%1.%2", "decimal", "<w:isLgl/>")),
            ("0 one", "1 a"),
            ["I.\tone", "1.1\ta"],
        ),
        ((_level(0, "第%1章", "chineseCountingThousand"),), ("0 one", "0 two"), ["第一章\tone", "第二章\ttwo"]),
        ((_level(0, "%1.", "upperRoman"), _level(1, "%2)", "lowerLetter")), ("0 one", "1 a"), ["one", "a"]),
    ],
)
def test_numbers_that_print_would_show_otherwise_are_typed(
    levels: tuple[str, ...], lines: tuple[str, ...], shown: list[str]
) -> None:
    items = [("Normal", f"{line[0]}/3", line[2:]) for line in lines]
    word = _word(_form(7, *levels) + _list(3, 7), *items)
    drawn = draw_word(word)
    assert _text(drawn)[-len(shown) :] == shown
    assert (word_to_markdown(drawn).recall, word_to_markdown(drawn).losses) == (1, ())
    page = render(word_to_markdown(drawn).markdown).html
    assert differences(page, SHEET, word=drawn) == ()


@needs_libreoffice
def test_the_numbers_of_a_list_through_a_text_box_are_typed_and_named() -> None:
    inside = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>{_run(text)}</w:p>'
        for text in ("Two.", "Three.")
    )
    shape = (
        '<v:shape style="width:200pt;height:60pt"><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape>'
    )
    box = f'<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml">{shape.format(inside)}</w:pict></w:r>'
    numbering = _form(7, _level(0, "%1.")) + _list(3, 7)
    word = _word(numbering, ("Normal", "0/3", "One."), ("Normal", "", box), ("Normal", "0/3", "Four."))
    drawn = draw_word(word)
    page = render(word_to_markdown(drawn).markdown).html
    assert [each.text.strip() for each in read_page(page).passages] == ["1. One.", "2. Two.", "3. Three.", "4. Four."]
    pdf = bytes(pages_of(drawn, UNKNOWN_TIME, ()))
    assert differences(page, SHEET, word=drawn, pdf=pdf) == ()
    assert differences(page.replace("4.", "2."), SHEET, word=drawn, pdf=pdf)
    (named,) = numbers_worked_out(word)
    assert "“4.” before “Four.”" in named
    assert draw_word(_word(numbering, ("Normal", "", box))) == _word(numbering, ("Normal", "", box))
    assert numbers_worked_out(_word(numbering, ("Normal", "", box))) == []


def test_a_list_with_a_number_that_is_not_known_is_not_typed_but_named() -> None:
    levels = _level(0, "%1.", "russianUpper") + _level(1, "%2.", "hindiCounting")
    lines = (("Normal", "0/3", "Lock."), ("Normal", "1/3", "Log."))
    word = _word(_form(7, levels) + _list(3, 7), *lines)
    assert draw_word(word) == word
    assert word_to_markdown(draw_word(word)).losses == (
        "Word numbers “Log.” in a way that is not known here (hindiCounting); it is shown as “1.”.",
    )


def test_typed_numbers_of_headings_are_left_to_the_template_where_there_is_one() -> None:
    word = _word(_form(7, _level(0, "%1.", "thaiNumbers")) + _list(3, 7), ("Heading1", "0/3", "Scope"))
    assert _text(draw_word(word, with_headings=False)) == ["Scope"]
    assert _text(draw_word(word)) == ["๑.\tScope"]


def test_signs_and_numbers_in_headers_are_text_too() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].add_run("Sign ")
    document.sections[0].header.add_paragraph("Item", "List Number")
    written = io.BytesIO()
    document.save(written)
    changed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("word/header"):
                content = content.replace(b"</w:p>", f"{_field('SYMBOL 169')}</w:p>".encode(), 1)
            target.writestr(name, content)
    for word in (changed.getvalue(), with_other_names(changed.getvalue(), {"header1": "top"})):
        drawn = docx.Document(io.BytesIO(draw_word(word)))
        assert [each.text for each in drawn.sections[0].header.paragraphs] == ["Sign ©", "1.\tItem"]
