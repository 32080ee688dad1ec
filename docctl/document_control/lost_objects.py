"""The objects of Git whose loss two persons accepted, with what their documents consist of."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from docctl import tools
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.operations.accepted_losses import AcceptedLosses
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import readable


def lost_objects(connection: Connection, number: str | None = None) -> tools.git_library.Lost:
    """Return what counts as lost, and all that the documents consist of that it belongs to; or of one document alone.

    Only a few columns are asked for, as they are in the tables of every version that knows of losses.
    """
    losses = _losses(connection)
    if not losses.objects:
        return tools.git_library.NOTHING_LOST
    numbers = losses.documents if number is None else {number}
    commits, parts, files_of = set[str](), set[str](), dict[int, list[Mapping[str, str]]]()
    for revision, commit, files in connection.execute(_drafts(numbers)):
        commits.add(commit)
        parts |= _parts_of(files)
        files_of[revision] = files
    for revision, newest, issued, earlier in connection.execute(_issues(numbers)):
        for commit, files in [(newest, issued), *((each["commit"], each["files"]) for each in earlier)]:
            commits.add(commit)
            parts |= _parts_of([*files_of[revision], *files])
    objects = losses.objects if number is None else losses.objects & (commits | parts)
    return tools.git_library.Lost(objects, frozenset(commits), frozenset(parts))


def lost_documents(connection: Connection) -> list[str]:
    """Return the documents of which something counts as lost."""
    return sorted(_losses(connection).documents)


def _losses(connection: Connection) -> AcceptedLosses:
    texts = connection.scalars(select(Event.text).where(Event.act == Act.LOSS_ACCEPTED).order_by(Event.seq))
    return AcceptedLosses(readable(texts))


def _drafts(numbers: Iterable[str]) -> Any:
    """Ask for the saved drafts of documents; of each revision the present one comes last."""
    columns = select(SavedDraft.revision_id, SavedDraft.commit, SavedDraft.file_rows)
    joined = columns.join_from(SavedDraft, Revision, SavedDraft.revision_id == Revision.id)
    joined = joined.join(Document, Revision.document_id == Document.id)
    kept = joined.where(Document.number.in_(numbers), Document.disposed_at.is_(None))
    return kept.order_by(Revision.current_id == SavedDraft.id, SavedDraft.id)


def _issues(numbers: Iterable[str]) -> Any:
    columns = select(Revision.id, Revision.issued_commit, Revision.issued_files, Revision.earlier_issues)
    joined = columns.join_from(Revision, Document, Revision.document_id == Document.id)
    return joined.where(
        Document.number.in_(numbers), Document.disposed_at.is_(None), Revision.issued_commit != ""
    )  # fmt: skip


def _parts_of(files: Iterable[Mapping[str, str]]) -> set[str]:
    """Return files and the folders that hold them."""
    paths = {each["path"]: each["blob"] for each in files}
    return {*paths.values(), *(folder.id for folder in tools.git_library.trees(paths))}
