"""Conversions between Word, Markdown, the editor's HTML and Typst, all of them by pandoc in a sandbox."""

from docctl.adapters.conversion.drawn.drawn_word import draw_word, numbers_worked_out
from docctl.adapters.conversion.markdown.reading import import_markdown, named_pictures, tidy_markdown
from docctl.adapters.conversion.numbers.heading_numbers import heading_numbers
from docctl.adapters.conversion.word.printed_notes import type_note_signs
from docctl.adapters.conversion.word.reading import recall, word_to_markdown
from docctl.adapters.conversion.word.template_words import words_of_template
from docctl.adapters.conversion.written_text import (
    comparison_to_typst,
    html_to_markdown,
    markdown_to_html,
    markdown_to_typst,
    markdown_to_word,
)

__all__ = [
    "comparison_to_typst",
    "draw_word",
    "heading_numbers",
    "html_to_markdown",
    "import_markdown",
    "markdown_to_html",
    "markdown_to_typst",
    "markdown_to_word",
    "named_pictures",
    "numbers_worked_out",
    "recall",
    "tidy_markdown",
    "type_note_signs",
    "word_to_markdown",
    "words_of_template",
]
