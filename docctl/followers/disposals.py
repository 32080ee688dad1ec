"""Erases what was disposed of: references, the snapshot's history, caches, and the bytes in Git and in the tables.

What is to be erased stands in the event of the disposal, so that it can be gone on with after a kill at any point.
"""

import shutil
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.retention.disposing_of_records import dispose_with_document
from docctl.document_control import Decision, DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.retention.retention import AUTHORISED, Disposal
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.retention import DisposalCarriedOut
from docctl.followers.library_snapshot import LIBRARY
from docctl.machine.crash_point import crash_point

SNAPSHOTS_BEFORE = "Snapshots before: "
CLEARED_TABLES = (
    "revisions",
    "saved_drafts",
    "review_comments",
    "clause_citations",
    "mentions",
    "differences_let_stand",
)
CHUNK = 500


def follow(control: DocumentControl) -> int:
    """Carry out every disposal that was authorised, once search has let go of it; return how many there were.

    Nothing is erased while anything was found changed: what it goes by may be that.
    """
    waiting = behind(control) if not control.trust.stopped.things else []
    if waiting:
        carry_out(control, waiting)
    return len(waiting)


def behind(control: DocumentControl) -> list[int]:
    """Return the disposals that are authorised and not yet carried out, as far as search knows of them."""
    wanted = select(Disposal.id).where(Disposal.outcome == AUTHORISED, Disposal.carried_out_at.is_(None))
    with control.reading() as session:
        ids = list(session.scalars(wanted.order_by(Disposal.id)))
        last = session.scalars(select(Event.seq).where(Event.act == Act.DOCUMENT_DISPOSED).order_by(Event.seq.desc()))
        newest = last.first() if ids else None
    return ids if newest is not None and control.index.watermark() >= newest else []


def erase_what_came_back(control: DocumentControl) -> None:
    """Erase again what was brought back since, by a copy of the library from before for example."""
    with control.reading() as session:
        done = session.scalars(select(Disposal).where(Disposal.carried_out_at.is_not(None))).all()
        objects = {each for disposal in done for each in disposal.tombstone["objects"]}
        there = objects - tools.git_library.missing(control.library, objects)
        there = there and there - kept_objects(session)
    back = [disposal.id for disposal in done if there.intersection(disposal.tombstone["objects"])]
    if back:
        carry_out(control, back)


def carry_out(control: DocumentControl, disposal_ids: Sequence[int]) -> None:
    """Erase what is left of disposed documents; done again it erases what came back since, from a copy for example."""
    with control.reading() as session:
        for disposal_id in disposal_ids:
            disposal = session.get_one(Disposal, disposal_id)
            document = session.get_one(Document, disposal.document_id)
            _clear_folders(control, document.revisions, disposal.tombstone["texts"])
    crash_point("caches cleared")
    tools.database.wipe_deleted(control.engine, CLEARED_TABLES)
    crash_point("tables wiped")
    for disposal_id in disposal_ids:
        # Whoever decides waits meanwhile, so that nobody commits a file that is being erased.
        with control.deciding(None) as decision:
            _erase(control, decision, decision.session.get_one(Disposal, disposal_id))


def _erase(control: DocumentControl, decision: Decision, disposal: Disposal) -> None:
    document = decision.session.get_one(Document, disposal.document_id)
    with control.library.locked():
        _take_references_away(control, document)
        crash_point("references taken away")
        snapshots = _begin_snapshot_anew(control, decision, document)
        kept = kept_objects(decision.session)
        own = [each for each in disposal.tombstone["objects"] if each not in kept]
        erased = tools.git_library.erase(control.library, [*own, *snapshots])
    crash_point("objects erased")
    if disposal.carried_out_at is None:
        disposal.carried_out_at = decision.now
        dispose_with_document(decision, document.id, document.number, disposal.rule)
        decision.record(DisposalCarriedOut(proposal=disposal.id, erased=erased), document.number, document=document)


def kept_objects(session: Session) -> set[str]:
    """Return the files and folders of everything that is kept, which may share some with what was disposed of."""
    kept: set[str] = set()
    for files in _kept_files(session):
        kept.update(file.blob for file in files)
        kept.update(folder.id for folder in tools.git_library.trees({file.path: file.blob for file in files}))
    return kept


def _kept_files(session: Session) -> Iterator[tuple[StoredFile, ...]]:
    drafts = select(SavedDraft.file_rows).execution_options(yield_per=CHUNK)
    for rows in session.scalars(drafts):
        yield tuple(StoredFile(**row) for row in rows)
    columns = (SavedDraft.file_rows, Revision.issued_files, Revision.earlier_issues)
    issued = select(*columns).join(Revision, Revision.current_id == SavedDraft.id)
    for own, newest, earlier in session.execute(
        issued.where(Revision.issued_commit != "").execution_options(yield_per=CHUNK)
    ):
        for rows in (newest, *(each["files"] for each in earlier)):
            yield tuple(StoredFile(**row) for row in (*own, *rows))


def _clear_folders(control: DocumentControl, revisions: list[Revision], texts: list[str]) -> None:
    for text in texts:
        control.rendered_texts.forget(text)
    for revision in revisions:
        for draft in revision.saved_drafts:
            control.measurements.forget(draft.fingerprint)
        shutil.rmtree(control.data / "staging" / str(revision.id), ignore_errors=True)


def _take_references_away(control: DocumentControl, document: Document) -> None:
    tags = control.library.refs(f"refs/tags/{document.number}/")
    refs = control.library.resolve([document.branch]) | tags
    control.library.move_refs([tools.git_library.RefMove(ref, "", commit) for ref, commit in refs.items()])


def _begin_snapshot_anew(control: DocumentControl, decision: Decision, document: Document) -> list[str]:
    """Begin the snapshot anew, without a history in which the document stands; return the objects of that history."""
    library, git = control.library, tools.git_library
    tip = library.resolve([LIBRARY]).get(LIBRARY)
    if tip is None:
        return []
    root = library.entries(library.tree_of(tip))
    before = _snapshot_before(control, tip)
    if before is None:
        before, objects = tip, []
        documents = library.entries(root["documents"][1]) if "documents" in root else {}
        documents.pop(document.number, None)
        root.pop("documents", None)
        if documents:
            objects.append(git.tree(documents))
            root["documents"] = ("40000", objects[-1].id)
        objects.append(git.tree(root))
        text = git.CommitText(
            tree=objects[-1].id,
            parents=(),
            author="docctl",
            email="library@docctl.invalid",
            at=max(decision.now, decision.keys.keys[-1].since or decision.now),
            message=f"Begin anew: {document.number} was disposed of\n\n{SNAPSHOTS_BEFORE}{before}",
        )
        objects.append(git.commit(text, control.keys.key(decision.keys.current).sign))
        library.write(objects)
        library.move_refs([git.RefMove(LIBRARY, objects[-1].id, tip)])
        crash_point("snapshot begun anew")
        tip = objects[-1].id
    return _history_of_snapshots(control, before, tip)


def _snapshot_before(control: DocumentControl, tip: str) -> str | None:
    """Return the snapshot that this one replaced, where it is the first of its line and that one is still there."""
    data = control.library.read(tip)
    last = data.rstrip(b"\n").split(b"\n")[-1].decode(errors="replace")
    if data.split(b"\n", 2)[1].startswith(b"parent ") or not last.startswith(SNAPSHOTS_BEFORE):
        return None
    before = last.removeprefix(SNAPSHOTS_BEFORE)
    return None if tools.git_library.missing(control.library, [before]) else before


def _history_of_snapshots(control: DocumentControl, before: str | None, tip: str) -> list[str]:
    """Return commits, folders and front pages of the snapshots before, each with its commit last, the oldest first."""
    lines: list[list[str]] = []
    while before is not None and (line := tools.git_library.history(control.library, before)):
        lines.append(line)
        before = _snapshot_before(control, line[0])
    kept = set(_parts(control, tip))
    found: dict[str, None] = {}
    for commit in (each for line in reversed(lines) for each in line):
        found |= dict.fromkeys(each for each in _parts(control, commit) if each not in kept)
    return list(found)


def _parts(control: DocumentControl, commit: str) -> list[str]:
    tree = control.library.tree_of(commit)
    if tools.git_library.missing(control.library, [tree]):
        return [commit]
    root = control.library.entries(tree)
    inside = [root[name][1] for name in ("documents", "README.md") if name in root]
    return [*inside, tree, commit]
