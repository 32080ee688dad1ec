"""Reading back: the page, the Word file and the PDF of a revision, each by a reader of its own, and compared."""

from dataclasses import replace

from docctl.adapters.reading_back.page_reader import read_page
from docctl.adapters.reading_back.pdf_pages import beside_without_figures
from docctl.adapters.reading_back.pdf_reader import read_pdf
from docctl.adapters.reading_back.word_reader import read_word
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.issued_files.read_back import Difference, ReadFrom
from docctl.domain.issued_files.reading_forms import tell_figures
from docctl.domain.issued_files.readings import Reading
from docctl.domain.issued_files.running_lines import running_differences
from docctl.domain.issued_files.words_compared import compared, with_around, without_around
from docctl.domain.issued_files.words_in_print import as_the_page_tells, as_word_draws, with_formulas_told

__all__ = ["differences", "read_page", "read_pdf", "read_word"]


def differences(
    page_html: str, sheet: IssueSheet, *, word: bytes | None = None, pdf: bytes | None = None
) -> tuple[Difference, ...]:
    """Return where a Word file and a PDF, as they are to be issued, do not say what the page of a text says.

    What docctl itself prints from the sheet around the text is no part of it. A PDF with the pages of the Word file has
    it from there: to leave it out, the Word file is wanted too.
    """
    page = read_page(page_html)
    in_word = read_word(word, sheet) if word is not None else Reading(())
    in_word = with_formulas_told(in_word, page, is_in_order=True)
    page = replace(page, passages=tell_figures(page.passages, in_word.in_figures))
    found: list[Difference] = []
    if word is not None:
        found += compared(page, without_around(in_word), ReadFrom.WORD)
    if pdf is not None:
        in_pdf = with_formulas_told(read_pdf(pdf, sheet), page, objects=in_word.objects)
        in_pdf = as_the_page_tells(in_pdf, in_word)
        in_pdf = as_word_draws(in_pdf, in_word)
        in_pdf = replace(in_pdf, passages=tell_figures(in_pdf.passages, in_word.in_figures))
        page = as_the_page_tells(with_around(page, in_word), in_word)
        found += compared(page, in_pdf, ReadFrom.PDF, in_word)
        if word is not None and running_differences(in_word, in_pdf):
            found += running_differences(in_word, replace(in_pdf, beside=beside_without_figures(pdf)))
    return tuple(found)
