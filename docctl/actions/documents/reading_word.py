"""Reading a Word file: its text fixed, and turned into the page that people read, with what is left open in it."""

import io
import zipfile
from dataclasses import dataclass

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import TemplateError
from docctl.word_format.open_places import in_sentences

BOUND = b"docctl_before_"
"""The bookmark that a file for editing carries before its text, for programs that drop content controls."""


@dataclass(frozen=True)
class ReadWord:
    """A Word file as it was read: its text, the title and number found in it, and whether it has a place for text.

    ``languages`` are those that its properties and its styles claim; the styles of most files are those of a program.
    """

    text: WrittenText
    title: str
    number: str
    is_in_template: bool
    languages: tuple[str, str]


def read_word(control: DocumentControl, data: bytes) -> ReadWord:
    """Read a checked Word file; the page is made of the text as it is issued, and the file itself stays as it is."""
    cleaned, taken_out = tools.word_package.without_outside_references(data)
    plain = tools.word_package.with_usual_names(cleaned)
    fixed = fixed_word(control, plain)
    facts = tools.word_package.read_word_facts(plain)
    body = body_of_word(fixed)
    with control.reading() as session:
        organisation = control.organisation(session).name
    converted = tools.conversion.word_to_markdown(
        body or fixed, is_text_only=body is not None, organisation=organisation
    )
    left = (*facts.left_open, *in_sentences(facts.open_places), *tools.conversion.numbers_worked_out(plain))
    losses = tuple(dict.fromkeys((*taken_out, *left, *converted.losses)))
    kept = None if fixed == cleaned else fixed
    line = converted.title_line
    text = WrittenText(converted.markdown, converted.assets, cleaned, losses, converted.recall, kept, line)
    title = facts.title if body is not None else converted.title
    claims = (facts.language, facts.style_language)
    return ReadWord(text, title, converted.number, body is not None, claims)


def fixed_word(control: DocumentControl, data: bytes) -> bytes:
    """Return a Word file as it is issued: its text fixed, and what only Word draws written as text.

    The headings of a file that is made from a template are numbered by the template.
    """
    fixed = tools.word_document.fix_word(tools.word_package.with_usual_names(data))
    return tools.conversion.draw_word(fixed, with_headings=body_of_word(fixed) is None)


def body_of_word(word: bytes) -> bytes | None:
    """Return what stands in the place for the text of a file made from a template; None where there is none."""
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        parts = [name for name in package.namelist() if name.startswith("word/document") and name.endswith(".xml")]
        markup = b"".join(map(package.read, parts))
    for mark, text_in in (
        (b"docctl:body", tools.word_document.template_outline),
        (BOUND, tools.word_document.bookmarked_text),
    ):
        try:
            if mark in markup:
                return bytes(text_in(word))
        except TemplateError:
            continue
    return None
