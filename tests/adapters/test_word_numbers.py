"""Numbers that Word draws itself: of headings and clauses, restarted, in letters and Roman numerals, from styles."""

import io

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docctl.adapters.conversion import word_to_markdown
from tests.adapters.test_word_of_other_programs import _changed, _run

PICTURE_AT_AN_END = b"<w:sectPr/></w:pPr><w:r><w:drawing/></w:r>"
LEGAL = ("%1.", "%1.%2", "%1.%2.%3", "(%4)")


def _level(place: int, shown: str, kind: str = "decimal", more: str = "", start: int = 1) -> str:
    said = f'<w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{shown}"/>'
    return f'<w:lvl w:ilvl="{place}">{said}</w:lvl>'


def _form(name: int, *levels: str, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{more}{"".join(levels)}</w:abstractNum>'


def _list(name: int, form: int, more: str = "") -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{form}"/>{more}</w:num>'


def _word(numbering: str, *lines: tuple[str, str, str], styles: str = "") -> bytes:
    """A Word file of lines, each with its style, its place in a list as ``level/list``, and its text or markup."""
    document = docx.Document()
    for style, place, text in lines:
        level, _, name = place.partition("/")
        numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{name}"/></w:numPr>' if place else ""
        properties = f'<w:pPr><w:pStyle w:val="{style}"/>{numbered}</w:pPr>'
        body = text if text.startswith("<") else _run(text)
        document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{properties}{body}</w:p>"))
    written = io.BytesIO()
    document.save(written)

    def change(name: str, content: bytes) -> bytes:
        if name == "word/numbering.xml":
            return f"<w:numbering {nsdecls('w')}>{numbering}</w:numbering>".encode()
        if name == "word/styles.xml" and styles:
            return content.replace(b"</w:styles>", f"{styles}</w:styles>".encode())
        return content

    return _changed(written.getvalue(), change)


def _lines(word: bytes, **options: bool) -> list[str]:
    return [line for line in word_to_markdown(word, **options).markdown.splitlines() if line]


def test_headings_carry_the_numbers_that_word_shows() -> None:
    levels = [_level(place, shown) for place, shown in enumerate(LEGAL)]
    word = _word(
        _form(7, *levels) + _list(3, 7),
        ("Heading1", "0/3", "Purpose"),
        ("Heading2", "1/3", "Scope"),
        ("Heading2", "1/3", "People"),
        ("Heading3", "2/3", "Abroad"),
        ("Heading1", "0/3", "Duties"),
        ("Heading2", "1/3", "Owner"),
        ("Heading1", "0/0", "Annex"),
    )
    assert _lines(word) == [
        "# 1. Purpose",
        "## 1.1 Scope",
        "## 1.2 People",
        "### 1.2.1 Abroad",
        "# 2. Duties",
        "## 2.1 Owner",
        "# Annex",
    ]
    assert _lines(word, is_text_only=True)[:2] == ["# Purpose", "## Scope"]


def test_numbers_come_from_styles_and_from_a_form_named_by_a_style() -> None:
    levels = (
        _level(0, "Article %1", "upperRoman", '<w:pStyle w:val="Article"/>'),
        _level(1, "%1.%2", "lowerLetter", '<w:pStyle w:val="Point"/>'),
    )
    numbering = (
        _form(4, *levels, more='<w:styleLink w:val="House"/>')
        + _form(5, more='<w:numStyleLink w:val="House"/>')
        + _list(9, 5)
    )
    numbered = '<w:numPr><w:numId w:val="9"/></w:numPr>'
    styles = (
        f'<w:style w:type="paragraph" w:styleId="Article"><w:name w:val="Article"/><w:pPr>{numbered}'
        '<w:outlineLvl w:val="0"/></w:pPr></w:style>'
        f'<w:style w:type="paragraph" w:styleId="Point"><w:name w:val="Point"/><w:pPr>{numbered}'
        '<w:outlineLvl w:val="1"/></w:pPr></w:style>'
    )
    lines = (("Article", "", "One"), ("Point", "", "First"), ("Point", "", "Second"), ("Article", "", "Two"))
    found = _lines(_word(numbering, *lines, styles=styles))
    assert found == ["# Article I One", "## I.a First", "## I.b Second", "# Article II Two"]


def test_clauses_between_headings_keep_their_numbers_and_the_numbers_go_on() -> None:
    levels = [_level(place, shown) for place, shown in enumerate(LEGAL)]
    word = _word(
        _form(7, *levels) + _list(3, 7),
        ("Heading1", "0/3", "Duties"),
        ("Normal", "1/3", "The owner decides."),
        ("Normal", "1/3", "The owner reports:"),
        ("Normal", "2/3", "each month"),
        ("Heading1", "0/3", "Records"),
        ("Normal", "1/3", "All are kept."),
    )
    assert _lines(word) == [
        "# 1. Duties",
        "1.1 The owner decides.",
        "1.2 The owner reports:",
        "1.2.1 each month",
        "# 2. Records",
        "2.1 All are kept.",
    ]


def test_a_list_that_starts_anew_does_so_once_and_levels_that_do_not_restart_go_on() -> None:
    levels = (_level(0, "%1"), _level(1, "%2", more='<w:lvlRestart w:val="0"/>'))
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    word = _word(
        _form(7, *levels) + _list(3, 7) + _list(4, 7, override),
        ("Heading1", "0/3", "A"),
        ("Heading2", "1/3", "B"),
        ("Heading1", "0/4", "C"),
        ("Heading2", "1/4", "D"),
        ("Heading1", "0/4", "E"),
    )
    assert _lines(word) == ["# 1 A", "## 1 B", "# 5 C", "## 2 D", "# 6 E"]


def test_a_line_that_only_ends_a_section_is_not_counted() -> None:
    word = _word(
        _form(7, _level(0, "%1.")) + _list(3, 7),
        ("Heading1", "0/3", "Before"),
        ("Heading1", "0/3", "<w:r/>"),
        ("Heading1", "0/3", "After"),
    )
    end = b'<w:numId w:val="3"/></w:numPr><w:sectPr/></w:pPr><w:r/>'
    ended = _changed(word, lambda name, content: content.replace(b'<w:numId w:val="3"/></w:numPr></w:pPr><w:r/>', end))
    assert _lines(word) == ["# 1. Before", "# 3. After"]
    assert _lines(ended) == ["# 1. Before", "# 2. After"]
    drawn = _changed(ended, lambda name, content: content.replace(b"<w:sectPr/></w:pPr><w:r/>", PICTURE_AT_AN_END))
    assert _lines(drawn)[-1] == "# 3. After"


@pytest.mark.parametrize(
    ("kind", "start", "shown"),
    [
        ("decimalZero", 7, "07"),
        ("upperLetter", 28, "BB"),
        ("lowerRoman", 49, "xlix"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("ordinal", 3, "3"),
    ],
)
def test_each_kind_of_number_is_written_as_word_writes_it(kind: str, start: int, shown: str) -> None:
    word = _word(_form(7, _level(0, "%1)", kind, start=start)) + _list(3, 7), ("Heading1", "0/3", "Scope"))
    assert word_to_markdown(word).markdown.replace("\\", "").strip() == f"# {shown}) Scope"


def test_headings_with_bullets_and_lists_nobody_defined_have_no_number() -> None:
    word = _word(
        _form(7, _level(0, "•", "bullet")) + _list(3, 7),
        ("Heading1", "0/3", "Scope"),
        ("Heading1", "0/99", "People"),
        ("Heading1", "8/3", "Places"),
    )
    assert _lines(word) == ["# Scope", "# People", "# Places"]


@pytest.mark.parametrize(
    ("shown", "kind", "text"),
    [("Step %1:", "decimal", "Step 1: Open"), ("4.%1", "decimal", "4.1 Open"), ("%1.", "decimalZero", "01. Open")],
)
def test_what_no_list_can_show_is_written_before_the_line(shown: str, kind: str, text: str) -> None:
    word = _word(_form(7, _level(0, shown, kind)) + _list(3, 7), ("Normal", "0/3", "Open"), ("Normal", "0/0", "Plain"))
    assert [line.replace("\\", "") for line in _lines(word)] == [text, "Plain"]


def test_styles_that_rest_on_a_numbered_style_stand_at_their_own_level() -> None:
    levels = (
        _level(0, "%1.", "decimal", '<w:pStyle w:val="Clause"/>'),
        _level(1, "(%2)", "decimal", '<w:pStyle w:val="Point"/>'),
        _level(2, "%3)", "lowerLetter", '<w:pStyle w:val="Letter"/>'),
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>{base}'
        f"<w:pPr><w:numPr>{place}</w:numPr></w:pPr></w:style>"
        for name, base, place in (
            ("Clause", "", '<w:numId w:val="9"/>'),
            ("Point", '<w:basedOn w:val="Clause"/>', '<w:ilvl w:val="1"/>'),
            ("Letter", '<w:basedOn w:val="Point"/>', '<w:ilvl w:val="2"/>'),
        )
    )
    lines = [("Clause", "", "One"), ("Point", "", "First"), ("Letter", "", "Deep"), ("Point", "", "Second")]
    found = _lines(_word(_form(4, *levels) + _list(9, 4), *lines, styles=styles))
    assert [len(line) - len(line.lstrip()) for line in found] == [0, 4, 8, 4]
    assert [line.split()[-1].partition("<")[0] for line in found] == ["One", "First", "Deep", "Second"]


def test_a_level_that_shows_nothing_shows_nothing_in_the_numbers_below_it() -> None:
    levels = (_level(0, "", "none"), _level(1, "%1%2."), _level(2, "%2.%3"))
    word = _word(
        _form(7, *levels) + _list(3, 7),
        ("Title", "", "House rules"),
        ("Heading1", "0/3", "Part"),
        ("Heading2", "1/3", "Scope"),
        ("Heading3", "2/3", "Abroad"),
    )
    assert _lines(word) == ["# Part", "## 1. Scope", "### 1.1 Abroad"]
