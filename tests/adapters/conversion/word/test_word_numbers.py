"""Numbers that Word draws itself: of headings and clauses, restarted, in letters and Roman numerals, from styles."""

import io
import re

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from docctl.adapters.conversion import html_to_markdown, markdown_to_html, word_to_markdown
from docctl.adapters.conversion.numbers.number_kinds import written
from docctl.adapters.conversion.word.preparing import prepared
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_view import render
from tests.adapters.conversion.word.test_word_of_other_programs import _changed, _run
from tests.adapters.test_pdf_writer import SHEET
from tests.factories.files.word_parts import with_part

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
    for each in (word, ended):
        assert differences(render(word_to_markdown(each).markdown).html, SHEET, word=each) == ()


@pytest.mark.parametrize(
    ("kind", "start", "shown"),
    [
        ("decimalZero", 7, "07"),
        ("upperLetter", 28, "BB"),
        ("lowerRoman", 49, "xlix"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("lowerRoman", 4009, "mmmmix"),
        ("ordinal", 11, "11th"),
        ("ordinal", 22, "22nd"),
        ("cardinalText", 21, "Twenty-one"),
        ("ordinalText", 101, "One hundred first"),
        ("hex", 26, "1A"),
        ("chicago", 6, "††"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircle", 21, "21"),
        ("decimalFullWidth", 10, "１０"),
        ("aiueoFullWidth", 47, "ア"),
        ("iroha", 2, "ﾛ"),
        ("chineseCounting", 21, "二十一"),
        ("chineseCounting", 104, "一○四"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseCountingThousand", 1008, "一千零八"),
        ("chineseLegalSimplified", 15, "壹拾伍"),
        ("ideographDigital", 10, "一〇"),
        ("ideographTraditional", 10, "癸"),
        ("ideographZodiacTraditional", 61, "甲子"),
        ("taiwaneseDigital", 20, "二○"),
        ("japaneseCounting", 111, "百十一"),
        ("japaneseLegal", 10, "壱拾"),
        ("koreanCounting", 11, "십일"),
        ("koreanLegal", 21, "스물하나"),
        ("ganada", 15, "가"),
        ("hebrew1", 15, "טו"),
        ("hebrew1", 17, "יז"),
        ("hebrew2", 23, "תא"),
        ("arabicAlpha", 3, "ت"),
        ("arabicAbjad", 3, "ج"),
        ("russianLower", 30, "аа"),
        ("hindiNumbers", 12, "१२"),
        ("thaiNumbers", 12, "๑๒"),
        ("thaiLetters", 2, "ข"),
        ("numberInDash", 3, "- 3 -"),
        ("vietnameseCounting", 2, "hai"),
    ],
)
def test_each_kind_of_number_is_written_as_word_writes_it(kind: str, start: int, shown: str) -> None:
    word = _word(_form(7, _level(0, "%1)", kind, start=start)) + _list(3, 7), ("Heading1", "0/3", "Scope"))
    assert word_to_markdown(word).markdown.replace("\\", "").strip() == f"# {shown}) Scope"


@pytest.mark.parametrize(
    ("language", "kind", "number", "shown"),
    [
        ("de-DE", "ordinalText", 3, "Dritte"),
        ("de-DE", "ordinal", 3, "3."),
        ("fr-FR", "ordinalText", 1, "Premier"),
        ("fr-FR", "ordinal", 1, "1er"),
        ("pl-PL", "ordinalText", 2, "Drugi"),
        ("nl-NL", "cardinalText", 4, "Vier"),
        ("sv-SE", "ordinal", 21, "21:a"),
    ],
)
def test_numbers_are_spelt_out_in_the_language_of_their_line(
    language: str, kind: str, number: int, shown: str
) -> None:  # fmt: skip
    looks = f'<w:name w:val="Rule"/><w:rPr><w:lang w:val="{language}"/></w:rPr>'
    style = f'<w:style w:type="paragraph" w:styleId="Rule">{looks}</w:style>'
    word = _word(
        _form(7, _level(0, "%1 rule", kind, start=number)) + _list(3, 7), ("Rule", "0/3", "Lock."), styles=style
    )
    converted = word_to_markdown(word)
    assert converted.markdown.replace("\\", "").strip() == f"{shown} rule Lock."
    assert not converted.losses


def test_custom_numbers_have_as_many_digits_as_their_first() -> None:
    newer = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    level = f'<w:lvl w:ilvl="0"><w:start w:val="9"/>{newer}<w:lvlText w:val="REQ-%1"/></w:lvl>'
    lines = (("Normal", "0/3", "Lock."), ("Normal", "0/3", "Log."))
    assert _lines(_word(_form(7, level) + _list(3, 7), *lines)) == ["REQ-009 Lock.", "REQ-010 Log."]


@pytest.mark.parametrize("kind", ["hindiCounting", "bahtText"])
def test_a_kind_of_number_that_is_not_known_is_named_with_its_line(kind: str) -> None:
    word = _word(_form(7, _level(0, "%1.", kind)) + _list(3, 7), ("Normal", "0/3", "Lock the gate."))
    converted = word_to_markdown(word)
    assert converted.losses == (
        f"Word numbers “Lock the gate.” in a way that is not known here ({kind}); it is shown as “1.”.",
    )


def test_numbers_that_word_draws_count_among_the_words_that_must_arrive() -> None:
    word = _word(_form(7, _level(0, "Rule %1", "ordinalText")) + _list(3, 7), ("Normal", "0/3", "Lock."))
    assert prepared(word).drawn == ["rule", "first"]


def test_a_label_goes_on_in_its_text_where_word_leaves_no_gap() -> None:
    word = _word(
        _form(7, _level(0, "第%1条", "chineseCounting", '<w:suff w:val="nothing"/>')) + _list(3, 7),
        ("Normal", "0/3", "总则"),
    )
    assert _lines(word) == ["第一条总则"]


@pytest.mark.parametrize("shown", ["", " ", "\uf0b7"])
def test_a_picture_in_place_of_a_bullet_begins_an_item_and_is_named(shown: str) -> None:
    level = _level(0, shown, "bullet", '<w:lvlPicBulletId w:val="0"/>')
    lines = (("Normal", "0/3", "Lock the gate."), ("Normal", "0/3", "Log it."))
    converted = word_to_markdown(_word(_form(7, level) + _list(3, 7), *lines))
    assert converted.markdown == "- Lock the gate.\n- Log it.\n"
    assert converted.losses == (
        "Pictures stand in place of bullets in the Word file, the page shows plain dots: "
        "before “Lock the gate.”; “Log it.”.",
    )


SUBLIST = (_level(0, "%1."), _level(1, "%2)", "lowerLetter"))


@pytest.mark.parametrize(
    ("levels", "lines", "shown"),
    [
        pytest.param(
            (_level(0, "%1."), _level(1, "%1.%2"), _level(2, "(%3)", "lowerLetter")),
            ("0 one", "1 first", "2 a", "2 b", "1 second", "2 a"),
            ["1.  one", "1.1 first", "1.  a<!--(a)-->", "2.  b", "1.2 second", "1.  a<!--(a)-->"],
            id="begun again under a clause",
        ),
        pytest.param(
            (_level(0, "%1."), _level(1, "%2)", "lowerLetter", '<w:lvlRestart w:val="0"/>')),
            ("0 one", "1 a", "0 two", "1 b"),
            ["1.  one", "    1.  a<!--a)-->", "2.  two", "    2.  b<!--a)-->"],
            id="never begun again",
        ),
        pytest.param(
            (*SUBLIST, _level(2, "%3.", "lowerRoman", '<w:lvlRestart w:val="1"/>')),
            ("0 one", "1 a", "2 i", "1 b", "2 ii", "0 two", "1 a", "2 i"),
            [
                *("1.  one", "    1.  a<!--a)-->", "        1.  i<!--i.-->", "    2.  b", "        2.  ii<!--i.-->"),
                *("2.  two", "    1.  a<!--a)-->", "        1.  i<!--i.-->"),
            ],
            id="begun again after the first level only",
        ),
        pytest.param(
            (_level(0, "%1.", start=2), _level(1, "%2)", "lowerLetter", start=3)),
            ("0 two", "1 c", "1 d"),
            ["2.  two", "    3.  c<!--a)-->", "    4.  d"],
            id="begun with other numbers",
        ),
        pytest.param(
            (_level(0, "%1.", "none"), _level(1, "Note%2:", "none")),
            ("0 plain", "1 said"),
            [". plain", "Note: said"],
            id="words without a number",
        ),
        pytest.param(
            SUBLIST,
            ("1 a", "1 b", "0 two", "1 a"),
            ["1.  a<!--a)-->", "2.  b", "<!-- -->", "2.  two", "    1.  a<!--a)-->"],
            id="begun in the second level",
        ),
        pytest.param(
            (_level(0, "%1)", "lowerLetter", start=26),),
            ("0 z", "0 double a"),
            ["26. z<!--a)-->", "aa) double a"],
            id="past the last letter",
        ),
        pytest.param(
            (_level(0, "%1.", "upperRoman"), _level(1, "%2.", "lowerLetter", "<w:isLgl/>")),
            ("0 one", "1 first"),
            ["1.  one<!--I.-->", "1. first"],
            id="legal",
        ),
        pytest.param(
            (_level(0, "%1.", "upperRoman"), _level(1, "(%1)", "lowerLetter")),
            ("0 one", "0 two", "1 of two"),
            ["1.  one<!--I.-->", "2.  two", "(II) of two"],
            id="the number of the level above",
        ),
    ],
)
def test_items_have_the_numbers_that_word_counts(
    levels: tuple[str, ...], lines: tuple[str, ...], shown: list[str]
) -> None:
    items = [("Normal", f"{line[0]}/3", line[2:]) for line in lines]
    word = _word(_form(7, *levels) + _list(3, 7), *items)
    assert [line.replace("\\", "") for line in _lines(word)] == shown


def test_a_list_below_an_item_begins_with_its_number_on_the_page_too() -> None:
    levels = (_level(0, "%1."), _level(1, "%2)", "lowerLetter", '<w:lvlRestart w:val="0"/>'))
    items = [("Normal", f"{level}/3", text) for level, text in ((0, "one"), (1, "a"), (0, "two"), (1, "b"))]
    page = render(word_to_markdown(_word(_form(7, *levels) + _list(3, 7), *items)).markdown).html
    assert re.findall(r"<ol[^>]*>", page) == [
        "<ol>",
        '<ol type="a" class="lower-alpha-paren">',
        '<ol start="2" type="a" class="lower-alpha-paren">',
    ]
    assert markdown_to_html(html_to_markdown(EDITED)).count('start="3"') == 1


EDITED = '<ol><li>one<ol start="3"><li>three</li></ol></li></ol>'


def test_a_number_that_hangs_on_the_first_word_is_no_lost_word() -> None:
    level = _level(0, "NOTE").replace("<w:lvlText", '<w:suff w:val="nothing"/><w:lvlText')
    converted = word_to_markdown(_word(_form(7, level) + _list(3, 7), ("Normal", "0/3", "Mind the dog.")))
    assert converted.markdown == "NOTEMind the dog.\n"
    assert (converted.recall, converted.losses) == (1, ())


def test_lists_in_footnotes_are_counted_for_themselves() -> None:
    numbered = f'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>{_run("In a note.")}'
    note = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p>{numbered}</w:p></w:footnote></w:footnotes>'
    word = _word(
        _form(7, _level(0, "§ %1")) + _list(3, 7),
        ("Normal", "0/3", "One."),
        ("Normal", "0/3", f'{_run("Two.")}<w:r><w:footnoteReference w:id="2"/></w:r>'),
    )
    found = _lines(with_part(word, "footnotes", note))
    assert found == ["§ 1 One.", "§ 2 Two.[^1]", "[^1]: § 1 In a note."]


@given(
    number=st.integers(1, 9_999),
    kind=st.sampled_from(("chineseCountingThousand", "japaneseCounting", "chineseLegalSimplified", "koreanCounting")),
)
def test_counted_numbers_say_their_number(number: int, kind: str) -> None:
    shown = written(number, kind)
    digits, words = {
        "chineseCountingThousand": ("一二三四五六七八九", "十百千"),
        "japaneseCounting": ("一二三四五六七八九", "十百千"),
        "chineseLegalSimplified": ("壹贰叁肆伍陆柒捌玖", "拾佰仟"),
        "koreanCounting": ("일이삼사오육칠팔구", "십백천"),
    }[kind]
    total, digit = 0, 0
    for sign in shown or "":
        if sign in digits:
            digit = digits.index(sign) + 1
        elif sign in words:
            total, digit = total + max(digit, 1) * 10 ** (words.index(sign) + 1), 0
    assert total + digit == number


@given(number=st.integers(1, 3_999))
def test_letters_and_roman_numerals_say_their_number(number: int) -> None:
    letters = written(number, "upperLetter") or ""
    assert set(letters) == {letters[0]}
    assert (len(letters) - 1) * 26 + ord(letters[0]) - ord("A") + 1 == number
    values = [
        dict(zip("ivxlcdm", (1, 5, 10, 50, 100, 500, 1000), strict=True))[sign]
        for sign in written(number, "lowerRoman") or ""
    ]
    assert sum(-value if value < max(values[place:]) else value for place, value in enumerate(values)) == number


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


@pytest.mark.parametrize("is_of_the_list", [True, False])
def test_numbers_that_word_hides_are_named_with_what_they_number(is_of_the_list: bool) -> None:
    looks = "<w:rPr><w:vanish/></w:rPr></w:lvl>"
    hidden, shown = (
        _level(0, "%1.").replace("</w:lvl>", each) for each in (looks, looks.replace("/>", ' w:val="0"/>'))
    )
    own = f'<w:lvlOverride w:ilvl="0">{hidden if is_of_the_list else shown}</w:lvlOverride>'
    numbering = _form(7, shown if is_of_the_list else hidden) + _form(8, hidden) + _list(3, 7, own) + _list(4, 8)
    lines = (("Normal", "0/3", "rope rule"), ("Normal", "0/3", "chain rule"), ("Heading1", "0/4", "Purpose"))
    before = ("“1.” before “rope rule”; “2.” before “chain rule”; " if is_of_the_list else "") + "“1.” before “Purpose”"
    found = [loss for loss in word_to_markdown(_word(numbering, *lines)).losses if "hides" in loss]
    assert found == [f"Numbers that Word hides are shown: {before}."]
