"""Reissuing: what stands on an older Word template is issued again in the present one; the earlier issue stays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from docctl.actions.issued_files.issuing import make_issue, prepare_issue
from docctl.actions.issued_files.publishing import record_reissue
from docctl.document_control import DocumentControl
from docctl.document_control.word_templates import on_older_template
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import DocctlError, LibraryBusyError
from docctl.domain.rights.permission import Right, require


@dataclass(frozen=True)
class Reissued:
    """One document that was to be issued again, and why it was not."""

    name: str
    refusal: str = ""


def revisions_on_older_templates(control: DocumentControl, person_id: int) -> list[int]:
    """Return the revisions in force that were issued in another template than their type has now."""
    with control.reading() as session:
        require(control.reader(session, person_id), Right.CONTROL)
        wanted = select(Revision.id).join(Document, Document.id == Revision.document_id)
        older = wanted.where(on_older_template(control, session)).order_by(Document.canonical)
        return list(session.scalars(older))


def reissue_all(
    control: DocumentControl,
    person_id: int,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Reissued]:
    """Issue again, one after the other, what stands on an older template; one refusal never stops the others."""
    ids = revisions_on_older_templates(control, person_id)[:limit]
    for done, revision_id in enumerate(ids, start=1):
        yield _reissue(control, person_id, revision_id)
        if progress is not None:
            progress(done, len(ids))


def _reissue(control: DocumentControl, person_id: int, revision_id: int) -> Reissued:
    with control.reading() as session:
        revision = session.get_one(Revision, revision_id)
    try:
        with control.reading() as session:
            revision = session.get_one(Revision, revision_id)
            prepared = prepare_issue(control, session, revision)
        made = make_issue(control, revision, prepared)
        made.found.require_sound(revision.name, "The earlier issue stays.")
        record_reissue(control, revision_id, person_id, made.files, made.inputs, made.template)
    except LibraryBusyError:
        raise
    except DocctlError as refusal:
        return Reissued(revision.name, str(refusal))
    return Reissued(revision.name)
