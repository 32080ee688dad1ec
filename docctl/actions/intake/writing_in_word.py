"""Writing in Word: the file an author edits, and reading back what they wrote in it."""

import re
from dataclasses import replace
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.documents.reading_word import read_word
from docctl.actions.documents.recognising import WORD_ENDINGS, check_word_file
from docctl.actions.documents.savable import require_savable
from docctl.actions.issued_files.exporting import text_of
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import CONTENT, WORD_SOURCE
from docctl.domain.documents.word_base import MARKS, WordBase, is_mark_of, mark_of, word_base
from docctl.domain.documents.word_template import WordTemplate
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import InvalidInputError, RefusedUploadError, TemplateError
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.rights.permission import Anyone
from docctl.texts.merged_text import merged_text, where_both_changed
from docctl.texts.section_languages import without_marks

LONGEST_PLACE = 60
_CONTROLS_DROPPED = (
    "The program that saved the file dropped the fields that docctl fills in; "
    "its text was taken, and is set in the Word template again."
)


def word_for_editing(
    control: DocumentControl, reader: Anyone, revision: Revision, sheet: IssueSheet, template: WordTemplate | None
) -> bytes:
    """Return the Word file of a draft to be edited: its text is free, what docctl fills in is locked."""
    source = revision.current.file(WORD_SOURCE)
    mark = mark_of(revision.current.id, revision.current.fingerprint, control.secret_key)
    if template is None and source is not None:
        written = control.read_document(reader, revision, source)
        return tools.word_document.prepare_for_editing(written, sheet, None, mark)
    if template is None:
        raise TemplateError("%(revision)s has no Word template; choose one for its type.", revision=revision.name)
    markdown, assets = text_of(control, reader, revision)
    body = tools.conversion.markdown_to_word(markdown, assets, template.data, sheet.language)
    return tools.word_document.prepare_for_editing(template.data, sheet, body, mark)


def read_edited_word(control: DocumentControl, name: str, data: bytes) -> WrittenText:
    """Read an edited Word file: the text of its body, without cover and record.

    Raises RefusedUploadError for what is no such file, ConversionError for a text that could not be saved.
    """
    if PurePath(name).suffix.lower() not in WORD_ENDINGS:
        raise RefusedUploadError("This is not a Word file; save it in Word as .docx and upload that.")
    check_word_file(data, control.upload_limit_mb)
    word = read_word(control, tools.word_document.without_base_marks(data))
    text = word.text
    if not text.markdown.strip():
        raise RefusedUploadError("The Word file holds no text, so there is nothing to save.")
    require_savable(text.markdown)
    if word.is_in_template and not _has_controls(text.word_source or b""):
        return WrittenText(text.markdown, text.assets, None, (_CONTROLS_DROPPED, *text.losses))
    return replace(text, recall=None)


def base_of(control: DocumentControl, session: Session, revision: Revision, data: bytes) -> WordBase:
    """Return what an edited file was downloaded as, and what was saved since.

    Raises RefusedUploadError for the file of another document or revision, and for a template, by its name.
    """
    marked = _marked_draft(control, session, data)
    if marked is not None and marked.revision_id != revision.id:
        raise _of_another(marked.revision.name, revision)
    if marked is None:
        _require_own(session, revision, tools.word_document.stated_in(data))
        _require_not_issued_as_another(session, revision, data)
    own = session.get_one(Revision, revision.id)
    return word_base(marked, own.saved_drafts, own.current)


def merge_with_draft(
    control: DocumentControl, reader: Anyone, revision: Revision, base: SavedDraft, text: WrittenText
) -> WrittenText:
    """Return the draft as it is now with what the file changed since its base.

    What is put together is written in the browser from then on, for no Word file holds all of it.
    Raises InvalidInputError where both changed one place.
    """
    content = base.file(CONTENT)
    before = control.read_document(reader, revision, content).decode() if content is not None else ""
    now, pictures = text_of(control, reader, revision)
    texts = (without_marks(before), without_marks(now), without_marks(text.markdown))
    merged = merged_text(*texts)
    if merged is None:
        place = " ".join(re.sub(r"<[^>]*>", " ", where_both_changed(*texts)).split())[:LONGEST_PLACE]
        at = f", at “{place}”" if place else ""
        raise InvalidInputError(
            "Both changed the same place or the lines beside it%(at)s, so the two cannot be put together by "
            "docctl; keep both, and take what you need from one into the other.",
            at=at,
        )
    if any(pictures.get(path, data) != data for path, data in text.assets.items()):
        raise InvalidInputError(
            "Both put in or changed a picture, so the two cannot be put together by docctl; keep both, and take what "
            "you need from one into the other."
        )
    return WrittenText(merged, {**pictures, **text.assets}, None, text.losses)


def _marked_draft(control: DocumentControl, session: Session, data: bytes) -> SavedDraft | None:
    for mark in tools.word_document.base_marks_in(data):
        found = MARKS.fullmatch(mark)
        draft = session.get(SavedDraft, int(found[1])) if found is not None else None
        if draft is not None and is_mark_of(mark, draft, control.secret_key):
            return draft
    return None


def _require_own(session: Session, revision: Revision, stated: dict[str, str]) -> None:
    """Raise RefusedUploadError where a file without a mark states that it is something else."""
    number, label = stated.get("docctl:number"), stated.get("docctl:revision", "")
    if number is None:
        return
    if number.upper() != revision.document.canonical:
        known = session.scalars(select(Document).where(Document.canonical == number.upper())).first()
        if known is not None:
            raise _of_another(known.number, revision)
        raise RefusedUploadError(
            "The file is a Word template, or comes from elsewhere (its number reads “%(number)s”), so "
            "nothing of it was taken into %(revision)s; download the draft and write in that file.",
            number=number[:60],
            revision=revision.name,
        )
    if label.isascii() and label.isdigit() and int(label) != revision.number:
        raise _of_another(f"{revision.document.number} revision {label}", revision)


def _require_not_issued_as_another(session: Session, revision: Revision, data: bytes) -> None:
    """Raise RefusedUploadError for what was issued of an author's own Word file, which has no controls that say so."""
    number, label = tools.word_document.issued_as(data) or ("", 0)
    known = session.scalars(select(Document).where(Document.canonical == number.upper())).first()
    if known is not None and (known.id, label) != (revision.document_id, revision.number):
        raise _of_another(f"{known.number} revision {label}", revision)


def _of_another(name: str, revision: Revision) -> RefusedUploadError:
    return RefusedUploadError(
        "This is the Word file of %(name)s, so nothing of it was taken into %(revision)s; upload it there, "
        "or download %(revision)s and write in that file.",
        name=name,
        revision=revision.name,
    )


def _has_controls(word: bytes) -> bool:
    """Say whether a file still has the fields that docctl fills in; some programs drop them."""
    try:
        tools.word_document.template_outline(word)
    except TemplateError:
        return False
    return True
