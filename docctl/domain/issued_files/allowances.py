"""The one table of everything in which page, Word file and PDF may differ without saying something else, and why.

A row is kept by a function of its own; what is in no row is a difference.
"""

from collections.abc import Callable
from dataclasses import dataclass

from docctl.domain.issued_files.formula_forms import formula_in_form
from docctl.domain.issued_files.lines_from_right import is_seen_as
from docctl.domain.issued_files.reading_forms import (
    BRACKETS,
    FORMS,
    ORDER_OF_LETTERS,
    is_empty_note,
    mark_in_form,
    tell_figures,
    tell_title,
    words_of,
)
from docctl.domain.issued_files.running_lines import running_differences
from docctl.domain.issued_files.spelling import with_gaps_of, without_what_is_left_out
from docctl.domain.issued_files.words_compared import compared, without_around
from docctl.domain.issued_files.words_in_print import (
    as_the_page_tells,
    as_word_draws,
    with_formulas_told,
    without_floats,
)


@dataclass(frozen=True)
class Allowance:
    """What may differ, why that is no other word, and the function that brings both sides together."""

    name: str
    reason: str
    kept_by: Callable[..., object]


ALLOWANCES = (
    *(Allowance(form.name, form.reason, form.bring) for form in (*FORMS, BRACKETS, ORDER_OF_LETTERS)),
    Allowance(
        "bullets", "which sign a bullet is says nothing, but for ticks, boxes and pictures of something", mark_in_form
    ),
    Allowance("forms of boxes", "a box is ticked by a tick or by a cross", mark_in_form),
    Allowance("signs on words", "the sign of a note stands on its word, with a gap or without", words_of),
    Allowance("typed numbers", "how far a number stands before its text hangs on the line", words_of),
    Allowance("dots of numbers", "a page puts a dot behind each number of a list, Word may draw it bare", compared),
    Allowance("numbers of headings", "print may number the headings of a text in which none has a number", compared),
    Allowance("capitals throughout", "a style shows a text in capitals that has few of its own", compared),
    Allowance("line ends in words", "a word broken over two lines is one word, with its hyphen or none", compared),
    Allowance("right-to-left lines", "a PDF draws words from the right as the text is laid out", is_seen_as),
    Allowance("gaps from the right", "how far a sign that is no letter stands from one says nothing there", is_seen_as),
    Allowance("signs taken apart", "PDFium tells ½ as 1/2 among letters that run from the right", is_seen_as),
    Allowance("pieces that are words", "a piece of a word may be a word elsewhere on the page", with_gaps_of),
    Allowance("lines left out", "of the lines that a page may leave out, each may be there", without_what_is_left_out),
    Allowance("merged cells", "in which column a word stands that reaches over several is not to be seen", compared),
    Allowance("text boxes and notes", "they stand beside the text, and come before or behind it", compared),
    Allowance("floating tables", "what floats beside the text is told before or behind it", without_floats),
    Allowance("titles", "a page has its title above the text, once", tell_title),
    Allowance("charts and diagrams", "a file draws what the page tells in words", tell_figures),
    Allowance("what docctl fills in", "cover, approvals and history are of the sheet, not of the text", without_around),
    Allowance("empty notes", "print draws the sign of a note that says nothing, the page leaves it out", is_empty_note),
    Allowance("form of formulas", "a formula is written in TeX or in the signs that it shows", formula_in_form),
    Allowance("drawn formulas", "LibreOffice draws raised and lowered letters out of order", with_formulas_told),
    Allowance("gaps in formulas", "a page sets gaps around the signs of a formula in a line", with_formulas_told),
    Allowance("leaders", "dots and lines that fill a tab lead the eye and are no words", as_the_page_tells),
    Allowance("readings", "how words are read stands above them in print, in brackets on the page", as_the_page_tells),
    Allowance("drop caps", "a large first letter is drawn behind its text", as_word_draws),
    Allowance("pictures as bullets", "a bullet that is a picture has no letter in print", as_word_draws),
    Allowance("bullets of fonts", "print may not say which sign a letter of a symbol font is", as_word_draws),
    Allowance("contents", "generated lists are made anew from the text, with page numbers", as_word_draws),
    Allowance("counted pages", "headers and footers count pages and quote headings", running_differences),
)
