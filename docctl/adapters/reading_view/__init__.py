"""The reading view: Markdown as a page text that cannot run anything, whatever was written into it."""

from docctl.adapters.reading_view.formulas import FORMULA_ATTRIBUTES, FORMULA_TAGS
from docctl.adapters.reading_view.markdown_html import heading_lines, require_openable
from docctl.adapters.reading_view.page_text import render
from docctl.adapters.reading_view.tags import PAGE_TAGS

__all__ = ["FORMULA_ATTRIBUTES", "FORMULA_TAGS", "PAGE_TAGS", "heading_lines", "render", "require_openable"]
