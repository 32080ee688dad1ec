"""Word templates and documents: checked for their content controls, and filled with what an issue sheet states."""

from docctl.adapters.word_document.adopting import adopt_template
from docctl.adapters.word_document.apart import fill_word, prepare_for_editing
from docctl.adapters.word_document.comparing.compared_data import differences_in_hidden_data
from docctl.adapters.word_document.comparing.compared_looks import differences_in_look
from docctl.adapters.word_document.comparing.tracked_changes import (
    ChangedBy,
    comparison_in_template,
    with_tracked_changes,
)
from docctl.adapters.word_document.fixing.settling import settle_word_changes
from docctl.adapters.word_document.fixing.text import fix_word
from docctl.adapters.word_document.mark_of_base import base_marks_in, issued_as, stated_in, without_base_marks
from docctl.adapters.word_document.printing.pages import printable_word
from docctl.adapters.word_document.template import bookmarked_text, check_template, template_outline

__all__ = [
    "ChangedBy",
    "adopt_template",
    "base_marks_in",
    "bookmarked_text",
    "check_template",
    "comparison_in_template",
    "differences_in_hidden_data",
    "differences_in_look",
    "fill_word",
    "fix_word",
    "issued_as",
    "prepare_for_editing",
    "printable_word",
    "settle_word_changes",
    "stated_in",
    "template_outline",
    "with_tracked_changes",
    "without_base_marks",
]
