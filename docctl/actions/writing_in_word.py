"""Writing in Word: the file an author edits, and reading back what they wrote in it."""

from dataclasses import replace
from pathlib import PurePath

from docctl.actions.exporting import text_of
from docctl.actions.reading_word import read_word
from docctl.actions.recognising import WORD_ENDINGS
from docctl.document_control import DocumentControl
from docctl.domain.errors import RefusedUploadError, TemplateError
from docctl.domain.issue_sheet import IssueSheet
from docctl.domain.permission import Reader
from docctl.domain.revision import Revision
from docctl.domain.stored_file import WORD_SOURCE
from docctl.domain.word_template import WordTemplate
from docctl.domain.written_text import WrittenText

_CONTROLS_DROPPED = (
    "The program that saved the file dropped the fields that docctl fills in; "
    "its text was taken, and is set in the Word template again."
)


def word_for_editing(
    control: DocumentControl, reader: Reader, revision: Revision, sheet: IssueSheet, template: WordTemplate | None
) -> bytes:
    """Return the Word file of a draft to be edited: its text is free, what docctl fills in is locked."""
    source = revision.current.file(WORD_SOURCE)
    if template is None and source is not None:
        written = control.read_document(reader, revision, source)
        return bytes(control.word.prepare_for_editing(written, sheet))
    if template is None:
        raise TemplateError(f"{revision.name} has no Word template; choose one for its type.")
    markdown, assets = text_of(control, reader, revision)
    body = control.conversion.markdown_to_word(markdown, assets, template.data, sheet.language)
    return bytes(control.word.prepare_for_editing(template.data, sheet, body))


def read_edited_word(control: DocumentControl, name: str, data: bytes) -> WrittenText:
    """Read an edited Word file: the text of its body, without cover and record; raise RefusedUploadError otherwise."""
    if PurePath(name).suffix.lower() not in WORD_ENDINGS:
        raise RefusedUploadError("This is not a Word file; save it in Word as .docx and upload that.")
    control.word_package.check_word_package(data)
    word = read_word(control, data)
    text = word.text
    if not text.markdown.strip():
        raise RefusedUploadError("The Word file holds no text, so there is nothing to save.")
    if word.is_in_template and not _has_controls(control, text.word_source or b""):
        return WrittenText(text.markdown, text.assets, None, (_CONTROLS_DROPPED, *text.losses))
    return replace(text, recall=None)


def _has_controls(control: DocumentControl, word: bytes) -> bool:
    """Say whether a file still has the fields that docctl fills in; some programs drop them."""
    try:
        control.word.template_outline(word)
    except TemplateError:
        return False
    return True
