"""Comparison: two revisions or saved drafts of a document, word by word in the text as it is read."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.described_fields import Place, fields_at
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import CitedClause, DocumentMetadata, metadata_in
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import WORD as WRITTEN_IN_WORD
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import FIXED_WORD, METADATA, WORD_SOURCE
from docctl.domain.errors import NotFoundError
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, may, require_readable
from docctl.registers.lookup import document_numbered
from docctl.registers.standards.clause_coverage import ClauseLine, clauses_of
from docctl.texts.compared_text import Piece, SectionTouched, pieces_of, sections_touched, without_far_context
from docctl.texts.differences import ADDED, REMOVED, SAME, BlockChange, differences
from docctl.texts.text_blocks import blocks_of
from docctl.word_format.look import LookChange, beside_the_page

__all__ = ["ComparedText", "Comparison", "FieldChange", "PictureChange", "compare", "without_far_context"]
CHANGED = "changed"


@dataclass(frozen=True)
class ComparedText:
    """One side of a comparison: a saved draft of a revision, usually the one that stands."""

    revision_id: int
    revision: int
    saved_draft: int
    state: str
    title: str
    effective_date: date | None
    saved_at: datetime
    fingerprint: str


@dataclass(frozen=True)
class FieldChange:
    """An entry of the metadata that changed."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class PictureChange:
    """A picture that was added, removed or changed."""

    path: str
    change: str


@dataclass(frozen=True)
class Comparison:
    """How one text of a document became another."""

    number: str
    old: ComparedText
    new: ComparedText
    pieces: tuple[Piece, ...]
    sections: tuple[SectionTouched, ...]
    metadata: tuple[FieldChange, ...]
    clauses_added: tuple[ClauseLine, ...]
    clauses_removed: tuple[ClauseLine, ...]
    pictures: tuple[PictureChange, ...]
    looks: tuple[LookChange, ...]
    words_added: int
    words_removed: int
    is_identical: bool
    changes: tuple[BlockChange, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as plain values, without page text; unchanged blocks are counted, not repeated."""
        return {
            "number": self.number,
            "old": _plain(asdict(self.old)),
            "new": _plain(asdict(self.new)),
            "identical": self.is_identical,
            "words_added": self.words_added,
            "words_removed": self.words_removed,
            "sections": [asdict(section) for section in self.sections],
            "metadata": [asdict(change) for change in self.metadata],
            "clauses_added": [asdict(line) for line in self.clauses_added],
            "clauses_removed": [asdict(line) for line in self.clauses_removed],
            "pictures": [asdict(change) for change in self.pictures],
            "looks": [asdict(change) for change in self.looks],
            "unchanged_blocks": sum(change.change == SAME for change in self.changes),
            "blocks": [
                {
                    "change": change.change,
                    "kind": change.block.kind,
                    "section": change.block.section,
                    "cells": [[{"change": run.change, "text": run.text} for run in cell] for cell in change.cells],
                }
                for change in self.changes
                if change.change != SAME
            ],
        }


def compare(
    control: DocumentControl,
    session: Session,
    person: Reader,
    number: str,
    old: int,
    new: int,
    *,
    old_draft: int | None = None,
    new_draft: int | None = None,
) -> Comparison:
    """Compare two revisions of a document; raise NotFoundError for what the person may not read."""
    document = document_numbered(session, number)
    before, old_text = _side(person, document, old, old_draft)
    after, new_text = _side(person, document, new, new_draft)
    changes = differences(
        blocks_of(control.read_text(person, old_text, before).html),
        blocks_of(control.read_text(person, new_text, after).html),
    )
    was, is_now = _metadata(control, person, before, old_text), _metadata(control, person, after, new_text)
    metadata = _field_changes(was, is_now)
    pictures = _picture_changes(old_text, new_text)
    looks = _looks([_word(control, person, *side) for side in ((before, old_text), (after, new_text))], changes)
    added, removed = set(is_now.clauses) - set(was.clauses), set(was.clauses) - set(is_now.clauses)
    return Comparison(
        number=document.number,
        old=_described(before, old_text, was),
        new=_described(after, new_text, is_now),
        pieces=pieces_of(changes),
        sections=sections_touched(changes),
        metadata=metadata,
        clauses_added=_clauses(control, added),
        clauses_removed=_clauses(control, removed),
        pictures=pictures,
        looks=looks,
        words_added=sum(change.words(ADDED) for change in changes),
        words_removed=sum(change.words(REMOVED) for change in changes),
        is_identical=not (
            metadata or pictures or looks or added or removed or any(each.change != SAME for each in changes)
        ),
        changes=changes,
    )


def _side(person: Reader, document: Document, number: int, draft_number: int | None) -> tuple[Revision, SavedDraft]:
    found = next((each for each in document.revisions if each.number == number), None)
    revision = require_readable(person, found)
    if draft_number is None or draft_number == revision.current.number:
        return revision, revision.current
    sees_work = may(person, Right.FOLLOW, revision)
    for draft in revision.saved_drafts:
        if sees_work and draft.number == draft_number:
            return revision, draft
    raise NotFoundError(
        "%(revision)s has no saved draft %(draft_number)s, or you may not see it.",
        revision=revision.name,
        draft_number=draft_number,
    )


def _metadata(control: DocumentControl, person: Reader, revision: Revision, draft: SavedDraft) -> DocumentMetadata:
    """Return what a saved draft says about itself; an earlier draft keeps it in its own file."""
    file = draft.file(METADATA)
    if draft.id == revision.current_id or file is None:
        return revision.document_metadata
    return metadata_in(control.read_document(person, revision, file))


def _described(revision: Revision, draft: SavedDraft, metadata: DocumentMetadata) -> ComparedText:
    return ComparedText(
        revision_id=revision.id,
        revision=revision.number,
        saved_draft=draft.number,
        state=revision.state,
        title=metadata.title,
        effective_date=revision.effective_date,
        saved_at=draft.saved_at,
        fingerprint=draft.fingerprint,
    )


def _field_changes(old: DocumentMetadata, new: DocumentMetadata) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field.name.replace("_", " "), field.said_in(old), field.said_in(new))
        for field in fields_at(Place.COMPARISON, first=("title", "owner", "department", "language"))
        if field.said_in(old) != field.said_in(new)
    )


def _picture_changes(old: SavedDraft, new: SavedDraft) -> tuple[PictureChange, ...]:
    before = {file.path: file.sha256 for file in old.files if file.path.startswith("assets/")}
    after = {file.path: file.sha256 for file in new.files if file.path.startswith("assets/")}
    changes = [PictureChange(path, REMOVED) for path in before.keys() - after.keys()]
    changes += [PictureChange(path, ADDED) for path in after.keys() - before.keys()]
    changes += [PictureChange(path, CHANGED) for path in before.keys() & after.keys() if before[path] != after[path]]
    return tuple(sorted(changes, key=lambda change: change.path))


def _word(
    control: DocumentControl, person: Reader, revision: Revision, draft: SavedDraft
) -> tuple[bytes, bytes] | None:
    """Return what the author wrote in Word, and the file it is issued in: fixed as the page shows it."""
    source, fixed = draft.file(WORD_SOURCE), draft.file(FIXED_WORD)
    if draft.source != WRITTEN_IN_WORD or source is None:
        return None
    written = control.read_document(person, revision, source)
    if fixed is not None:
        return written, control.read_document(person, revision, fixed)
    return written, tools.word_document.fix_word(written)


def _looks(files: list[tuple[bytes, bytes] | None], changes: tuple[BlockChange, ...]) -> tuple[LookChange, ...]:
    """Return what the Word files of two texts show differently beside the words of the page."""
    old, new = files
    if old is None and new is None:
        return ()
    if old is None or new is None:
        named = ["pages of the template" if file is None else "pages of the Word file" for file in files]
        return (LookChange("everywhere", "pages", *named),)
    told = [change for change in changes if change.change != SAME]
    shown = [block.text for change in told for block in (change.old, change.new) if block is not None]
    hidden = tools.word_document.differences_in_hidden_data(old[0], new[0])
    return beside_the_page([*hidden, *tools.word_document.differences_in_look(old[1], new[1])], shown)


def _clauses(control: DocumentControl, clauses: set[CitedClause]) -> tuple[ClauseLine, ...]:
    return clauses_of(control, ((row.standard, row.clause, row.section) for row in clauses))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
