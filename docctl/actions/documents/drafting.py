"""Writing: create a document, open a revision of it, save drafts, take a draft to Word and back, restore, discard."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.documents.marking_languages import with_languages
from docctl.actions.documents.savable import require_savable
from docctl.actions.notices import notifying
from docctl.actions.retention.retaining import start_retention
from docctl.document_control import Decision, DocumentControl
from docctl.document_control.pending_tasks import owner_now
from docctl.document_control.word_templates import template_of
from docctl.domain.documents.authorship import Authorship
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata, checked_reason
from docctl.domain.documents.document_number import canonical_number, checked_number, mentioned_numbers
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State, Step
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import BROWSER, WORD, SavedDraft
from docctl.domain.documents.stored_file import CONTENT, FIXED_WORD, METADATA, WORD_SOURCE, StoredFile, fingerprint
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import NotFoundError, NumberTakenError, StaleDraftError, WrongStateError
from docctl.domain.operations.stops import Stop
from docctl.domain.rights.permission import Library, Right, require, require_writable
from docctl.domain.trail.events.documents import (
    DocumentCreated,
    DraftHeld,
    DraftReleased,
    DraftRestored,
    DraftSaved,
    DraftSetAside,
    RevisionDiscarded,
    RevisionOpened,
)


def propose_number(session: Session, document_type: DocumentType, series: str = "") -> str:
    """Propose the number after the highest one that the type's scheme ever gave out."""
    prefix = document_type.scheme.prefix
    taken = session.scalars(select(Document.canonical).where(Document.canonical.startswith(prefix, autoescape=True)))
    return document_type.scheme.next_number(taken, series)


def outline(control: DocumentControl, session: Session, document_type: DocumentType) -> WrittenText:
    """Return the outline that a new document of the type starts from: the body of its Word template."""
    template = template_of(control, session, document_type).data
    converted = tools.conversion.word_to_markdown(tools.word_document.template_outline(template), is_text_only=True)
    return WrittenText(converted.markdown, converted.assets)


def create_document(
    control: DocumentControl,
    person_id: int,
    number: str,
    type_id: int,
    metadata: DocumentMetadata,
    text: WrittenText | None = None,
    *,
    request_id: str = "",
) -> int:
    """Create a document with a first draft, by its type's template where there is no text; return the revision's id."""
    checked_number(number)
    metadata = metadata.checked()
    if text is None:
        with control.reading() as session:
            text = outline(control, session, _document_type(session, type_id))
    files = prepare_text(control, text)
    with control.deciding(person_id, request_id, ("create", number, type_id, metadata, files)) as decision:
        require(decision.person, Right.WRITE)
        document_type = _document_type(decision.session, type_id)
        revision = add_document(decision, number, document_type, metadata, text, files, "First draft")
        decision.session.flush()
        return revision.id


def add_document(
    decision: Decision,
    number: str,
    document_type: DocumentType,
    metadata: DocumentMetadata,
    text: WrittenText,
    files: tuple[StoredFile, ...],
    reason: str,
    summary: str = "",
    file_sha256: str = "",
) -> Revision:
    """Add a document and its first draft within a decision; raise NumberTakenError for a number ever used."""
    document = add_number(decision, number, document_type, metadata)
    return add_revision(decision, document, 1, metadata, text, files, reason, summary, file_sha256=file_sha256)


def add_number(
    decision: Decision, number: str, document_type: DocumentType, metadata: DocumentMetadata
) -> Document:  # fmt: skip
    """Add a document that has no revision yet within a decision; raise NumberTakenError for a number ever used."""
    decision.control.trust.require_sound(Stop.TYPE, document_type.name)
    if document_type.retired_at is not None:
        raise WrongStateError(
            "The document type “%(name)s” is retired, so no new document is of it; choose another.",
            name=document_type.name,
        )
    taken = decision.session.scalars(select(Document).where(Document.canonical == canonical_number(number))).first()
    if taken is not None:
        raise NumberTakenError(
            "The number %(taken)s is taken or was once used; numbers are never given twice, choose another.",
            taken=taken.number,
        )
    document = Document(number=number, type=document_type, created_at=decision.now)
    decision.session.add(document)
    decision.session.flush()
    decision.record(DocumentCreated(type=document_type.name, metadata=metadata.as_row()), number, document=document)
    return document


def add_revision(
    decision: Decision,
    document: Document,
    number: int,
    metadata: DocumentMetadata,
    text: WrittenText,
    files: tuple[StoredFile, ...],
    reason: str,
    summary: str = "",
    written: Authorship | None = None,
    file_sha256: str = "",
) -> Revision:
    """Add a revision with its first draft within a decision; its commit names who wrote it where that is known."""
    revision = _new_revision(decision, document, metadata, number)
    revision.change_summary = summary
    decision.session.flush()
    decision.record(RevisionOpened(change_summary=summary), revision.name, revision=revision)
    _save(decision, revision, metadata, text, files, reason, written=written, file_sha256=file_sha256)
    return revision


def open_revision(
    control: DocumentControl, document_id: int, person_id: int, reason: str, *, request_id: str = ""
) -> int:
    """Open the next revision of a document from the text in force, as a draft; return its id."""
    reason = checked_reason(reason, "why the document is revised")
    with control.deciding(person_id, request_id, ("revise", document_id, reason)) as decision:
        document = decision.session.get(Document, document_id)
        newest = (document.in_force or document.latest_published) if document is not None else None
        if document is None or newest is None:
            raise NotFoundError("There is no such document, or nothing of it was ever in force.")
        require_writable(decision.person, newest)
        document.require_kept()
        metadata = replace(newest.document_metadata, owner=owner_now(decision.session, newest))
        revision = _new_revision(decision, document, metadata, document.next_revision_number())
        decision.session.flush()
        decision.record(RevisionOpened(based_on=newest.number), revision.name, revision=revision, reason=reason)
        _save(decision, revision, metadata, None, newest.current.files, reason, newest.current.source)
        decision.session.flush()
        return revision.id


def save_draft(
    control: DocumentControl,
    revision_id: int,
    person_id: int,
    *,
    reason: str,
    based_on: str,
    text: WrittenText | None = None,
    metadata: DocumentMetadata | None = None,
    request_id: str = "",
    asked: tuple[object, ...] = (),
) -> None:
    """Save a draft over the one whose fingerprint is ``based_on``.

    Raises StaleDraftError where somebody saved meanwhile; the text is then kept aside among the saved drafts.
    """
    reason = checked_reason(reason, "what you changed")
    metadata = metadata.checked() if metadata is not None else None
    files = prepare_text(control, text) if text is not None else None
    with control.deciding(person_id, request_id, asked or ("save", revision_id, reason, files, metadata)) as decision:
        revision = require_writable(decision.person, decision.session.get(Revision, revision_id))
        revision.require(State.DRAFT, "save")
        other = revision.current
        stale = other.fingerprint != based_on
        kept = _kept_files(other, text)
        new = metadata or revision.document_metadata
        _save(
            decision,
            revision,
            new,
            text,
            (*(files or ()), *kept),
            reason,
            other.source if text is None else "",
            aside=stale,
        )
    if stale:
        raise StaleDraftError(
            "%(author)s saved %(revision)s while you were writing, so yours did not replace it; your text is "
            "kept as saved draft %(draft)s, compare the two and save again.",
            author=other.author.name,
            revision=revision.name,
            draft=revision.saved_drafts[-1].number,
        )


def restore_draft(
    control: DocumentControl, revision_id: int, person_id: int, number: int, *, request_id: str = ""
) -> None:
    """Make an earlier saved draft the current one again, as a new save."""
    with control.deciding(person_id, request_id, ("restore", revision_id, number)) as decision:
        revision = require_writable(decision.person, decision.session.get(Revision, revision_id))
        revision.require(State.DRAFT, "restore a draft of")
        earlier = next((draft for draft in revision.saved_drafts if draft.number == number), None)
        if earlier is None:
            raise NotFoundError("%(revision)s has no saved draft %(number)s.", revision=revision.name, number=number)
        metadata = revision.document_metadata
        _save(decision, revision, metadata, None, earlier.files, f"Restored saved draft {number}", earlier.source)
        decision.record(DraftRestored(saved_draft=number), revision.name, revision=revision)


def take_for_editing(control: DocumentControl, revision_id: int, person_id: int) -> None:
    """Note that somebody has the draft in Word."""
    with control.deciding(person_id) as decision:
        revision = require_writable(decision.person, decision.session.get(Revision, revision_id))
        revision.require(State.DRAFT, "edit")
        revision.held_by, revision.held_at = decision.person.account, decision.now
        decision.record(DraftHeld(), revision.name, revision=revision)


def give_back(control: DocumentControl, revision_id: int, person_id: int) -> None:
    """Note that nobody has the draft in Word any more."""
    with control.deciding(person_id) as decision:
        revision = require_writable(decision.person, decision.session.get(Revision, revision_id))
        if revision.held_by is not None:
            revision.held_by, revision.held_at = None, None
            decision.record(DraftReleased(), revision.name, revision=revision)


def discard(control: DocumentControl, revision_id: int, person_id: int, reason: str, *, request_id: str = "") -> None:
    """Give up a draft, with the reason; what was saved stays on record and its number is not used again."""
    reason = checked_reason(reason, "why the draft is discarded")
    with control.deciding(person_id, request_id, ("discard", revision_id, reason)) as decision:
        revision = require_writable(decision.person, decision.session.get(Revision, revision_id))
        notifying.tell_discarded(decision, revision, reason)
        revision.end(Step.DISCARD, reason, decision.now)
        kept = start_retention(decision, revision)
        decision.record(RevisionDiscarded(retention=kept), revision.name, revision=revision, reason=reason)


def prepare_text(control: DocumentControl, text: WrittenText) -> tuple[StoredFile, ...]:
    """Write a text's files to Git, where nothing refers to them yet."""
    return prepare_texts(control, [text])[0]


def prepare_texts(control: DocumentControl, texts: Iterable[WrittenText]) -> list[tuple[StoredFile, ...]]:
    """Write the files of several texts to Git in one go, where nothing refers to them yet.

    Raises ConversionError for a text that could not be opened again, LibraryDistrustedError where the library may
    only be read.
    """
    control.trust.require()
    texts = list(texts)
    for text in texts:
        require_savable(text.markdown)
    texts = [replace(text, markdown=with_languages(text.markdown)) for text in texts]
    made = [[tools.git_library.stored(path, data) for path, data in _files_of(text)] for text in texts]
    with control.disk.recording():
        control.library.write(item for files in made for _, item in files)
    return [tuple(file for file, _ in files) for files in made]


def _files_of(text: WrittenText) -> Iterator[tuple[str, bytes]]:
    yield CONTENT, text.markdown.encode()
    yield from text.assets.items()
    if text.word_source is not None:
        yield WORD_SOURCE, text.word_source
    if text.fixed_word is not None:
        yield FIXED_WORD, text.fixed_word


def _document_type(session: Session, type_id: int) -> DocumentType:
    found = session.get(DocumentType, type_id)
    if found is None:
        raise NotFoundError("There is no such document type; choose one from the list.")
    return found


def _new_revision(decision: Decision, document: Document, metadata: DocumentMetadata, number: int = 1) -> Revision:
    revision = Revision(
        document=document,
        number=number,
        state=State.DRAFT,
        opened_by=decision.person.account,
        opened_at=decision.now,
        round=0,
        title=metadata.title,
    )
    decision.session.add(revision)
    return revision


def _kept_files(current: SavedDraft, text: WrittenText | None) -> tuple[StoredFile, ...]:
    """Return the files of the current draft that go on: all of them, or the pictures a new text still shows."""
    if text is None:
        return tuple(file for file in current.files if file.path != METADATA)
    return tuple(
        file
        for file in current.files
        if file.path.startswith("assets/") and file.path not in text.assets and file.path in text.markdown
    )


def _save(
    decision: Decision,
    revision: Revision,
    metadata: DocumentMetadata,
    text: WrittenText | None,
    files: tuple[StoredFile, ...],
    reason: str,
    source: str = "",
    *,
    aside: bool = False,
    written: Authorship | None = None,
    file_sha256: str = "",
) -> None:
    """Record a saved draft as one commit by its author on the document's own branch."""
    document, person = revision.document, decision.person
    files = _described(decision, document, metadata, files)
    message = f"{revision.change_summary}\n\n{reason}" if written and revision.change_summary else reason
    document.tip_commit = commit = decision.commit(files, _line(document), f"{message}\n\n{revision.name}", written)
    draft = SavedDraft(
        number=len(revision.saved_drafts) + 1,
        author=person.account,
        saved_at=decision.now,
        reason=reason,
        source=source or (WORD if text is not None and text.word_source is not None else BROWSER),
        commit=commit,
        fingerprint=fingerprint(files),
        file_rows=[file.as_row() for file in files],
        losses=list(text.losses) if text is not None else [],
        aside=aside,
        file_sha256=file_sha256,
    )
    revision.saved_drafts.append(draft)
    if aside:
        message = f"Keep the text of saved draft {revision.current.number}"
        document.tip_commit = decision.commit(revision.current.files, _line(document), message)
    decision.record(
        (DraftSetAside if aside else DraftSaved)(
            fingerprint=draft.fingerprint,
            commit=commit,
            saved_draft=draft.number,
            source=draft.source,
            losses=draft.losses,
            stored=draft.file_rows,
            metadata=metadata.as_row(),
            tip=document.tip_commit,
            file_sha256=draft.file_sha256,
        ),
        revision.name,
        revision=revision,
        reason=reason,
    )
    if aside:
        return
    content = draft.file(CONTENT)
    control = decision.control
    markdown = control.read_document(Library.ITSELF, revision, content).decode() if content is not None else ""
    revision.take_draft(draft, metadata, mentioned_numbers(markdown))


def _described(
    decision: Decision, document: Document, metadata: DocumentMetadata, files: tuple[StoredFile, ...]
) -> tuple[StoredFile, ...]:
    """Store what a draft says about itself, and return its files with that in place of what was said before."""
    described, described_object = tools.git_library.stored(
        METADATA, metadata.as_file(document.number, document.type.name)
    )
    left_out = (METADATA, FIXED_WORD) if document.type.is_template else (METADATA,)
    decision.store(described_object)
    return (*(file for file in files if file.path not in left_out), described)


def _line(document: Document) -> tuple[str, ...]:
    return (document.tip_commit,) if document.tip_commit else ()
