"""Markdown on its way out: to Word, to Typst, to the editor and back from it."""

import re
from collections.abc import Mapping

from docctl.adapters.conversion.html_nesting import refuse_deep_nesting
from docctl.adapters.conversion.numbers.list_kinds import counted, named
from docctl.adapters.conversion.pandoc import MARKDOWN, convert
from docctl.adapters.conversion.signed_word import with_note_signs
from docctl.adapters.conversion.whole_template import with_body_styles
from docctl.texts.text_language import direction_of

REFERENCE = "reference.docx"
EDITOR_SECONDS = 10
_SIGNED_NOTE = re.compile(r"#footnote\[/\*note ([0-9a-f]+)\*/")


def markdown_to_word(markdown: str, assets: Mapping[str, bytes], template: bytes, language: str = "en") -> bytes:
    """Write a text as a Word file in a template's styles, with those that it lacks, in its language's direction."""
    files = {**assets, REFERENCE: with_body_styles(template)}
    options = (f"--reference-doc={REFERENCE}", f"--metadata=dir:{direction_of(language)}")
    filters = ("languages", "real_elements", "real_formulas", "plain_quotations", "quoted_lines", "pictures_inside")
    return with_note_signs(convert(markdown.encode(), MARKDOWN, "docx", *options, filters=filters, files=files))


def markdown_to_typst(markdown: str, assets: Mapping[str, bytes]) -> str:
    """Write a text as the body of a Typst document, which shows those of its pictures that there are by their names."""
    names = [f"--metadata=picture:{name}" for name in assets]
    filters = (
        "languages",
        "real_elements",
        "real_formulas",
        "directions",
        "pictures_named",
        "typst_notes",
        "typst_lists",
        "typst_marks",
        "plain_signs",
    )
    written = convert(markdown.encode(), MARKDOWN, "typst", *names, filters=filters).decode()
    return _SIGNED_NOTE.sub(lambda note: f'#signed-note("{_quoted(note[1])}")[', written)


def markdown_to_html(markdown: str) -> str:
    """Write a text for the rich-text editor; its footnotes stand as [^1], explained at the end."""
    filters = ("real_elements", "editor_text")
    plain = "--no-highlight"  # what colours code would take its lines apart
    return named(convert(markdown.encode(), MARKDOWN, "html", plain, filters=filters, seconds=EDITOR_SECONDS).decode())


def html_to_markdown(html: str) -> str:
    """Read what the rich-text editor holds, as Markdown to be stored; raise ConversionError for what is too deep."""
    refuse_deep_nesting(html)
    filters = ("lists_from_html", "plain_quotations", "written_text")
    return convert(counted(html).encode(), "html", MARKDOWN, filters=filters, seconds=EDITOR_SECONDS).decode()


def comparison_to_typst(html: str) -> str:
    """Write the page text of a comparison as the body of a Typst document, with what changed in colours."""
    filters = ("lists_from_html", "changes_marked", "plain_signs")
    return convert(counted(html).encode(), "html", "typst", filters=filters).decode()


def _quoted(sign: str) -> str:
    return bytes.fromhex(sign).decode().replace("\\", "\\\\").replace('"', '\\"')
