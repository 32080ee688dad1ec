"""Keeps the set in force as folders that a person can read after a plain ``git clone``."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.watermark import events_after, forget_watermark, read_watermark, set_watermark
from docctl.machine.crash_point import crash_point

NAME = "library_snapshot"
LIBRARY = "refs/heads/library"
FOLDER, FILE = "40000", "100644"
_CHANGES_THE_SET = {
    Act.LIBRARY_FOUNDED,
    Act.REVISION_IN_FORCE,
    Act.REVISION_ADOPTED,
    Act.REVISION_ISSUED,
    Act.REVISION_REISSUED,
    Act.DOCUMENT_WITHDRAWN,
    Act.SIGNING_KEY_ROTATED,
    Act.SIGNING_KEY_LOST,
}


def follow(control: DocumentControl) -> int:
    """Bring the snapshot up to the newest event; return how many events were dealt with."""
    with control.library.locked(), control.reading() as session:
        seq = read_watermark(session, NAME)
        events = events_after(session, seq)
        if not events:
            return 0
        changes = [event for event in events if event.act in _CHANGES_THE_SET]
        if changes:
            _commit_snapshot(control, session, changes)
    crash_point("snapshot followed")
    set_watermark(control, NAME, events[-1].seq)
    return len(events)


def mend_torn(control: DocumentControl) -> list[str]:
    """Build the snapshot anew where its reference is torn or gone; return what is mended."""
    is_torn = LIBRARY in control.library.torn_refs()
    with control.reading() as session:
        is_gone = read_watermark(session, NAME) > 0 and LIBRARY not in control.library.refs(LIBRARY)
    if not is_torn and not is_gone:
        return []
    forget_watermark(control, NAME)
    if is_torn:
        control.library.mend_ref(LIBRARY, None)
    return [LIBRARY]


def _commit_snapshot(control: DocumentControl, session: Session, changes: list[Event]) -> None:
    library, git = control.library, tools.git_library
    tip = library.resolve([LIBRARY]).get(LIBRARY)
    root = library.entries(library.tree_of(tip)) if tip else {}
    documents = library.entries(root["documents"][1]) if "documents" in root else {}
    objects = []
    touched = {event.document_id for event in changes}
    for document in session.scalars(select(Document).where(Document.id.in_(touched))):
        revision = document.in_force
        if revision is None:
            documents.pop(document.number, None)
            continue
        folders = git.trees({file.path: file.blob for file in _files(revision)})
        objects.extend(folders)
        documents[document.number] = (FOLDER, folders[-1].id)
    if documents:
        objects.append(git.tree(documents))
        root["documents"] = (FOLDER, objects[-1].id)
    else:
        root.pop("documents", None)
    keys = control.ledger_keys(session)
    for name, text in (("README.md", _master_list(control, session)), ("allowed_signers", keys.allowed_signers)):
        objects.append(git.blob(text.encode()))
        root[name] = (FILE, objects[-1].id)
    objects.append(git.tree(root))
    if tip and library.tree_of(tip) == objects[-1].id:
        return
    last = changes[-1]
    commit = git.CommitText(
        tree=objects[-1].id,
        parents=(tip,) if tip else (),
        author="docctl",
        email="library@docctl.invalid",
        at=max(last.happened_at, keys.keys[-1].since or last.happened_at),
        message=_message(changes),
    )
    objects.append(git.commit(commit, control.keys.key(keys.current).sign))
    session.close()
    library.write(objects)
    crash_point("snapshot written")
    library.move_refs([git.RefMove(LIBRARY, objects[-1].id, tip)])


def _message(changes: list[Event]) -> str:
    lines = list(dict.fromkeys(f"{event.act} {event.subject}" for event in changes))
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    return "\n".join([lines[0] + more, "", *lines[1:], f"Seq: {changes[-1].seq}"])


def _files(revision: Revision) -> list[StoredFile]:
    return [*revision.current.files, *(StoredFile(**row) for row in revision.issued_files)]


def _master_list(control: DocumentControl, session: Session) -> str:
    """Return the front page of the snapshot: what is in force, each with its folder."""
    rows = session.execute(
        select(Document.number, Revision.number, Revision.title, Revision.effective_date, Revision.owner)
        .join(Revision, Revision.document_id == Document.id)
        .where(Revision.state == State.IN_FORCE)
        .order_by(Document.canonical)
    )
    lines = [
        f"# {control.organisation(session).name}: documents in force",
        "",
        "Each folder below holds one document: its text, what it says about itself, and the issued Word and PDF files.",
        "",
        "| Number | Title | Revision | In force since | Owner |",
        "|---|---|---|---|---|",
    ]
    for number, revision, title, effective, owner in rows:
        lines.append(
            f"| [{number}](documents/{number}/) | {_cell(title)} | {revision} | {effective} | {_cell(owner)} |"
        )
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
