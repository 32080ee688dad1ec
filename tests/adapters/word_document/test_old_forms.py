"""Old forms: what their fields draw is said by the page, the Word file and the PDF alike, and they stay fillable."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from docctl.adapters import libreoffice
from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fill_word, fix_word, printable_word
from tests.adapters.word_document.test_word_document import SHEET
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.files.unfixed_word import line, mark, text, told, unfixed_word

LIST = '<w:listEntry w:val="one"/><w:listEntry w:val="two"/><w:listEntry w:val="three"/>'


def _old(kind: str, drawn: str, result: str = "") -> str:
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{drawn}</w:ffData></w:fldChar></w:r>'
    return begin + told(kind) + mark("separate") + result + mark("end")


def _box(state: str) -> str:
    return _old("FORMCHECKBOX", f"<w:checkBox><w:sizeAuto/>{state}</w:checkBox>")


def _choice(state: str) -> str:
    return _old("FORMDROPDOWN", f"<w:ddList>{state}{LIST}</w:ddList>")


FORM = unfixed_word(
    line("Ticked ", _box("<w:checked/>"))
    + line("Not ", _box('<w:default w:val="0"/>'))
    + line("Not again ", _box('<w:checked w:val="0"/>'))
    + line("Chosen ", _choice('<w:result w:val="1"/>'))
    + line("By itself ", _choice(""), " and beyond ", _choice('<w:result w:val="9"/>'))
    + line("Written ", _old("FORMTEXT", "<w:textInput/>", "<w:r><w:t>by hand</w:t></w:r>"), " end")
    + line("Within ", _old("FORMTEXT", "<w:textInput/>", _box('<w:default w:val="1"/>') + text(" yes")), " end"),
)


def _markup(word: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()


def test_old_forms_stay_fillable_where_they_are_issued_and_are_text_where_they_are_printed() -> None:
    issued = fill_word(fix_word(FORM), None, SHEET)
    assert [_markup(issued).count(kind) for kind in ("FORMCHECKBOX", "FORMDROPDOWN", "FORMTEXT")] == [4, 3, 2]
    printed = _markup(printable_word(issued))
    assert [printed.count(kind) for kind in ("FORMCHECKBOX", "FORMDROPDOWN", "FORMTEXT")] == [0, 0, 2]
    assert (printed.count("☒"), printed.count("☐"), printed.count(">two<"), printed.count(">one<")) == (2, 2, 1, 1)
    plain = unfixed_word(line("no form"))
    assert printable_word(plain) == plain


@needs_libreoffice
@pytest.mark.parametrize("ticked", ["☒", "☐"])
def test_page_word_and_pdf_of_an_old_form_say_the_same_and_another_tick_is_seen(ticked: str) -> None:
    issued = fill_word(fix_word(FORM), None, SHEET)
    page = render(word_to_markdown(fix_word(FORM)).markdown).html
    pdf = libreoffice.pages_of(printable_word(issued), datetime(2026, 3, 2, tzinfo=UTC)) if ticked == "☒" else None
    found = differences(page.replace("Ticked ☒", f"Ticked {ticked}"), SHEET, word=issued, pdf=pdf)
    assert len(found) == (0 if ticked == "☒" else 1)
