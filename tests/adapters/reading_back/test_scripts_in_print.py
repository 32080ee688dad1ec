"""Texts in scripts that run from the right or carry marks: the PDF says what the page says; other words are found."""

import re
from dataclasses import replace
from functools import cache

import pypdfium2
import pytest

from docctl.adapters.conversion import markdown_to_typst
from docctl.adapters.libreoffice import pages_of
from docctl.adapters.pdf_writer import write_pdf
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fill_word
from docctl.domain.issued_files.issue_sheet import UNKNOWN_TIME, HistoryLine, IssueSheet
from docctl.domain.issued_files.read_back import Fault
from tests.adapters.reading_back.test_reading_back import SHEET, word_file
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.scripts import TEXTS

EXCHANGED = {
    "he": (
        ("הנוהל חל", "חל הנוהל", "two words"),
        ("נֹהַל זֶה", "זֶה נֹהַל", "two words with points"),
        ("הרשימה (Master List) ומעדכן", "ומעדכן (Master List) הרשימה", "words around brackets"),
        ("12.5.2026", "12.6.2025", "figures"),
        ("הַמִּסְמָכִים", "הַמְּסִמָכִים", "points on two letters"),
        ("שָׁלוֹם", "שֻׁלוֹם", "one point"),
        ("לא בשבת", "בשבת לא", "words in a cell"),
        ("חותם עליו — ושואל", "חותם עליו — שואל", "a letter"),
        ("על הקבלנים", "עלהקבלנים", "two words as one"),
    ),
    "ar": (
        ("هَذَا الْإِجْرَاءُ", "الْإِجْرَاءُ هَذَا", "two words with vowels"),
        ("العاملين والمقاولين", "والمقاولين العاملين", "two words"),
        ("٣١ ديسمبر ٢٠٢٧", "٣١ ديسمبر ٢٠٧٢", "figures"),
        ("زِدْنِي", "زَدْنِي", "one vowel"),
    ),
    "fa": (
        ("۱۴۰۵/۰۲/۲۲", "۲۲/۰۲/۱۴۰۵", "a date turned round"),
        ("مدیر کیفیت", "کیفیت مدیر", "two words"),
        ("دانا بود؛", "بود دانا؛", "words in a quotation"),
    ),
    "ur": (("کارکن دستاویز", "دستاویز کارکن", "two words"), ("شق ۴.۲", "شق ۲.۴", "figures")),
    "th": (("ข้อ 4.2", "4.2 ข้อ", "two words"), ("ปี่ ป่า", "ปี้ ป่า", "one mark"), ("ใจดี", "ใจีด", "a mark elsewhere")),
    "hi": (("१२ मई", "२१ मई", "figures"), ("लागू होने", "होने लागू", "two words"), ("सभी", "सीभ", "a vowel elsewhere")),
}
CASES = [(language, *each) for language, those in EXCHANGED.items() for each in those]


def sheet_in(language: str) -> IssueSheet:
    return replace(SHEET, language=language)


@cache
def pdf_in(language: str) -> bytes:
    """The PDF that docctl sets of the text of a language."""
    return write_pdf(markdown_to_typst(TEXTS[language], {}), {}, sheet_in(language))


@pytest.mark.parametrize("language", TEXTS)
def test_the_pdf_of_a_text_says_what_its_page_says(language: str) -> None:
    found = differences(render(TEXTS[language]).html, sheet_in(language), pdf=pdf_in(language))
    assert [str(each) for each in found] == []


@pytest.mark.parametrize(
    ("language", "said", "planted"),
    [pytest.param(language, said, planted, id=f"{language} {name}") for language, said, planted, name in CASES],
)
def test_another_word_is_found(language: str, said: str, planted: str) -> None:
    text = re.sub(r"(?<!\n)\n(?![\n|>\[#]| |\d+\. |- )", " ", TEXTS[language])
    assert said in text
    found = differences(render(text.replace(said, planted, 1)).html, sheet_in(language), pdf=pdf_in(language))
    assert 1 <= len(found) <= 3, [str(each) for each in found]


@needs_libreoffice
def test_two_words_exchanged_in_a_line_from_the_right_are_found_in_pages_by_libreoffice() -> None:
    said = "הנוהל חל על כל העובדים (ראו POL-07) ועל האורחים."
    word = fill_word(word_file(said), None, SHEET)
    pdf = pages_of(word, UNKNOWN_TIME, ())
    assert differences(render(said).html, SHEET, word=word, pdf=pdf) == ()
    for one, other in (("כל העובדים", "העובדים כל"), ("ראו POL-07", "POL-07 ראו"), ("POL-07", "POL-70")):
        assert differences(render(said.replace(one, other)).html, SHEET, pdf=pdf)


@needs_libreoffice
def test_words_from_the_right_and_emoji_of_several_signs_in_a_line_are_read_where_they_stand() -> None:
    said = "In Türkçe, العربية, עברית, فارسی, Русский.", "Of 👨‍👩‍👧 family, 👍🏽 tone, 3️⃣ keycap, 🇩🇪 flag, ❤️ heart."
    word = fill_word(word_file(*said), None, SHEET)
    pdf, page = pages_of(word, UNKNOWN_TIME, ()), "\n\n".join(said)
    assert differences(render(page).html, SHEET, word=word, pdf=pdf) == ()
    for one, other in (("العربية", "العربي ة"), ("עברית, فارسی", "فارسی, עברית"), ("👍🏽 tone, 3️⃣", "3️⃣ tone, 👍🏽")):
        assert differences(render(page.replace(one, other)).html, SHEET, pdf=pdf), other


@pytest.mark.parametrize(
    "text",
    [
        "~~a [link](https://example.org/x) b~~",
        "[~~x~~ y](https://example.org/y)",
        "<u>under ~~struck~~ through</u>",
        "~~<u>both</u> and one~~",
    ],
)
def test_what_is_struck_through_and_underlined_is_printed(text: str) -> None:
    assert differences(render(text).html, SHEET, pdf=write_pdf(markdown_to_typst(text, {}), {}, SHEET)) == ()


@needs_libreoffice
@pytest.mark.parametrize("language", ["zh", "ja", "ko"])
def test_no_latin_word_of_an_east_asian_document_ends_a_line_at_any_letter(language: str) -> None:
    said = "Responsibilities and configuration management named anew, with the information that everybody documented"
    sheet = replace(sheet_in(language), history=(HistoryLine("2", "1 March 2026", said, "Ann"),), heading_numbers=())
    word = fill_word(word_file("目的", f"{said}, {said}."), None, sheet)
    opened = pypdfium2.PdfDocument(pages_of(word, UNKNOWN_TIME, ()))
    shown = " ".join(" ".join(page.get_textpage().get_text_range() for page in opened).split())
    assert [word for word in said.split() if shown.count(word) < 3] == []


@needs_libreoffice
def test_a_box_in_place_of_a_letter_that_no_font_has_is_found_in_pages_by_libreoffice() -> None:
    strange = "\u1b05\ua840\u1c4d\u1000"
    said = f"Keep {' '.join(strange)} shut.", "Нам É Ω ≥ 5"
    word = fill_word(word_file(*said), None, SHEET)
    found = differences(render("\n\n".join(said)).html, SHEET, word=word, pdf=pages_of(word, UNKNOWN_TIME, ()))
    assert {each.fault for each in found} == {Fault.NO_SHAPE}
    assert set("".join(each.shown for each in found)) <= set(strange)
