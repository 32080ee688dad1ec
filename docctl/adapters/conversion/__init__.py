"""Conversions between Word, Markdown, the editor's HTML and Typst, all of them by pandoc in a sandbox."""

from docctl.adapters.conversion.word_reading import word_to_markdown
from docctl.adapters.conversion.written_text import (
    html_to_markdown,
    markdown_to_html,
    markdown_to_typst,
    markdown_to_word,
)

__all__ = ["html_to_markdown", "markdown_to_html", "markdown_to_typst", "markdown_to_word", "word_to_markdown"]
