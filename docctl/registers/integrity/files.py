"""Checks what Git holds: every file of every revision, the documents' branches and tags, the library snapshot."""

from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import metadata_in
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import METADATA, StoredFile
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.issued_files.rendition import issue_tags
from docctl.domain.operations.stops import of_document
from docctl.domain.trail.audit_trail import Event, Watermark
from docctl.domain.trail.events.retention import Tombstone
from docctl.registers.integrity.ahead_in_git import Ahead
from docctl.registers.integrity.finding import FETCH, REBUILD, Finding, broken, repairable, unproven

REPACK = "git -C library.git repack -Adf, with docctl stopped, writes what can be read anew; then verify again"
LEDGER, LIBRARY = "refs/heads/ledger", "refs/heads/library"
DOCUMENTS, TAGS = "refs/heads/documents/", "refs/tags/"


class FileCheck:
    """Reads every blob and folder once and compares it with what was stored."""

    def __init__(self, control: DocumentControl) -> None:
        self.files = 0
        self._control = control
        self._sound: set[tuple[str, str]] = set()
        self._folders: set[str] = set()

    @property
    def kept(self) -> tuple[set[str], set[str]]:
        """The objects of the files and folders that were checked, and the SHA-256 of the files."""
        return {blob for blob, _ in self._sound} | self._folders, {sha256 for _, sha256 in self._sound}

    def check(self, revision: Revision) -> Iterator[Finding]:
        """Find what is wrong with the files of a revision: its saved drafts, its issue, what it says about itself.

        Of a document that was disposed of no file is missed.
        """
        if revision.document.disposed_at is not None:
            return
        stops = of_document(revision.name)
        for draft in revision.saved_drafts:
            whose = f"Saved draft {draft.number} of {revision.name}"
            yield from self._check_files(whose, draft.files, stops)
            yield from self._check_commit(whose, draft.commit, draft.files, stops)
        if revision.current is None:
            yield broken("I3", revision.name, f"{revision.name} has lost its current draft.", REBUILD, stops)
            return
        for commit, issued in revision.issues:
            yield from self._check_files(f"The issue of {revision.name}", issued, stops)
            files = (*revision.current.files, *issued)
            yield from self._check_commit(f"The issue of {revision.name}", commit, files, stops)
        yield from self._check_description(revision, revision.current)

    def _check_files(self, whose: str, files: Iterable[StoredFile], stops: str) -> Iterator[Finding]:
        for file in files:
            if (file.blob, file.sha256) in self._sound:
                continue
            self.files += 1
            try:
                self._control.library.read_file(file)
            except LibraryMismatchError as error:
                yield broken(
                    "I3",
                    whose,
                    f"{whose}: {file.path} is damaged or missing in Git. {error}",
                    stops=stops,
                    objects=(file.blob,),
                    wrong=self._wrong(file.blob),
                )
            else:
                self._sound.add((file.blob, file.sha256))

    def _wrong(self, *lost: str) -> tuple[str, ...]:
        return tools.git_library.wrong_bytes(self._control.library, lost)

    def _check_commit(
        self, whose: str, commit: str, files: Iterable[StoredFile], stops: str
    ) -> Iterator[Finding]:  # fmt: skip
        git, library = tools.git_library, self._control.library
        folders = git.trees({file.path: file.blob for file in files})
        lost, data = [], b""
        for made in folders:
            if made.id in self._folders:
                continue
            try:
                is_changed = library.read(made.id) != made.data
            except LibraryMismatchError:
                lost.append(made.id)
                continue
            self._folders.add(made.id)
            if is_changed:
                yield broken(
                    "I3", whose, f"{whose}: a folder in Git holds other files than its name says.", stops=stops
                )
        try:
            data = library.read(commit)
        except LibraryMismatchError:
            lost.append(commit)
        if lost:
            what = "commit" if commit in lost else "folder"
            named = ", ".join(each[:12] for each in lost)
            sentence = f"{whose}: its {what} is missing in Git ({named})."
            yield broken("I3", whose, sentence, stops=stops, objects=tuple(lost), wrong=self._wrong(*lost))
        if not data:
            return
        if git.GitObject("commit", data).id != commit or data[5:45].decode(errors="replace") != folders[-1].id:
            yield broken("I3", whose, f"{whose}: its commit in Git does not hold exactly its files.", stops=stops)

    def _check_description(self, revision: Revision, current: SavedDraft) -> Iterator[Finding]:
        """Title, owner, classification and readers must be what the signed document.yaml says."""
        file = current.file(METADATA)
        try:
            said = metadata_in(self._control.library.read_file(file)) if file is not None else None
        except (LibraryMismatchError, ValueError, KeyError, TypeError):
            said = None
        if said is None:
            sentence = f"{revision.name} has no readable document.yaml among its files; what that says is not compared."
            lost = (file.blob,) if file is not None and (file.blob, file.sha256) not in self._sound else ()
            yield broken(
                "I3", revision.name, sentence, stops=of_document(revision.name), objects=lost, wrong=self._wrong(*lost)
            )
            return
        is_now = (
            revision.metadata_row, revision.title, revision.owner, revision.department, revision.language,
            revision.classification, revision.audience,
            sorted((c.standard, c.clause, c.section) for c in revision.citations),
        )  # fmt: skip
        must_be = (
            said.as_row(), said.title, said.owner, said.department, said.language, str(said.classification),
            "|" + "|".join(said.audience) + "|", sorted((c.standard, c.clause, c.section) for c in said.clauses),
        )  # fmt: skip
        if is_now != must_be:
            sentence = f"What the database says about {revision.name} is not what its own document.yaml says."
            yield broken("I3", revision.name, sentence, REBUILD, of_document(revision.name))


def check_refs(
    control: DocumentControl, session: Session, head_seq: int, head_commit: str, ahead: Ahead | None = None
) -> Iterator[Finding]:  # fmt: skip
    """Find references that point elsewhere than the database says, or further back than followers were.

    Where the ledger itself is ahead, that is told, and not what follows from it for other references.
    """
    later = ahead.refs if ahead is not None else {}
    refs, torn = control.library.refs(), control.library.torn_refs()
    for ref in torn:
        yield repairable(
            "I6", ref, f"{ref} in Git names no commit, as after a loss of power; it is mended at the start."
        )
    marks = {mark.follower: mark.seq for mark in session.scalars(select(Watermark))}
    for follower, seq in marks.items():
        if seq > head_seq and follower != "git_refs":
            sentence = f"{follower} has followed {seq} events, it says, and there are {head_seq}; it begins again."
            yield repairable("I6", follower, sentence)
    if ahead is not None:
        yield ahead.finding
    elif LEDGER not in torn:
        yield from _check_ledger(session, refs.get(LEDGER), head_seq, head_commit, marks.get("git_refs", 0))
    known = {LEDGER, LIBRARY}
    for document in session.scalars(select(Document).order_by(Document.id)):
        known.add(document.branch)
        if document.disposed_at is not None:
            left = {
                document.branch,
                *(ref for ref in refs if ref.startswith(f"{TAGS}{document.number}/")),
            } & refs.keys()
            known |= left
            for ref in sorted(left):
                yield repairable("I6", ref, f"{document.number} was disposed of, but {ref} is still in Git.")
            continue
        if document.branch not in torn and refs.get(document.branch, "") not in later.get(document.branch, ()):
            yield from _check_branch(control, document, refs.get(document.branch))
    columns = (Document.number, Revision.number, Revision.issued_commit, Revision.earlier_issues)
    issued = select(*columns).join(Revision.document).where(Revision.issued_commit != "")
    for number, revision, newest, earlier in session.execute(issued):
        tags = issue_tags(number, revision, newest, earlier)
        known |= tags.keys()
        yield from _check_tags(f"{number} revision {revision}", tags, refs, torn)
    for name in sorted((refs.keys() | set(torn)) - known):
        if refs.get(name) in later.get(name, ()):
            continue
        yield broken("I6", name, f"Git holds {name}, which nothing in the library made.")


def _check_tags(name: str, tags: dict[str, str], refs: dict[str, str], torn: Iterable[str]) -> Iterator[Finding]:
    for tag, commit in tags.items():
        if tag in torn:
            continue
        if tag not in refs:
            yield repairable("I6", tag, f"The tag of {name} is missing in Git.")
        elif refs[tag] != commit:
            yield broken(
                "I6", tag, f"The tag of {name} points to something that was not issued.", stops=of_document(name)
            )


def _check_ledger(session: Session, tip: str | None, head_seq: int, head: str, follower: int) -> Iterator[Finding]:
    if tip == (head or None):
        return
    at = (session.scalars(select(Event.seq).where(Event.ledger_commit == tip)).first() or 0) if tip else 0
    if at < follower:
        sentence = f"The ledger in Git was moved back to event {at}; it had reached event {follower}."
        yield broken("I6", LEDGER, sentence, FETCH)
    else:
        yield repairable("I6", LEDGER, f"The ledger in Git is {head_seq - at} events behind; it is caught up with.")


def _check_branch(control: DocumentControl, document: Document, tip: str | None) -> Iterator[Finding]:
    if tip == (document.tip_commit or None):
        return
    if tip == (document.branch_commit or None) or (tip is not None and tip in _since_followed(control, document)):
        yield repairable(
            "I6", document.branch, f"The branch of {document.number} in Git is behind; it is caught up with."
        )
    else:
        is_older = tip is None or tip in _saved(document)
        where = "is missing" if tip is None else "was moved back" if is_older else "points to something nobody saved"
        sentence = f"The branch of {document.number} in Git {where}."
        yield broken("I6", document.branch, sentence, FETCH if is_older else "", of_document(document.number))


def _saved(document: Document) -> set[str]:
    """Return the commits of a document's saved drafts."""
    return {draft.commit for revision in document.revisions for draft in revision.saved_drafts}


def _since_followed(control: DocumentControl, document: Document) -> Iterator[str]:
    """Give the commits that a killed follower may have moved the branch to without remembering it."""
    try:
        yield from takewhile(document.branch_commit.__ne__, control.library.line(document.tip_commit))
    except LibraryMismatchError:
        return


def check_objects(control: DocumentControl) -> Iterator[Finding]:
    """Find what is missing of Git, or holds other bytes than its name says, where nothing else reads it."""
    for each in tools.git_library.unsound(control.library):
        yield broken(
            "I3",
            each[:12],
            f"The object {each} in Git is missing, or its bytes were changed.",
            FETCH,
            objects=(each,),
            wrong=tools.git_library.wrong_bytes(control.library, [each]),
        )
    for name in tools.git_library.damaged_packs(control.library):
        yield unproven("I3", name, f"Bytes of {name} in Git were changed, or cannot be read as its index says.", REPACK)


def check_snapshot(
    control: DocumentControl, session: Session, head_seq: int, ahead: Ahead | None = None
) -> Iterator[Finding]:  # fmt: skip
    """Find where the library snapshot is not the set in force; where the ledger is ahead, so is the snapshot."""
    if ahead is not None and not ahead.fault:
        return
    mark = session.get(Watermark, "library_snapshot")
    is_behind = mark is None or mark.seq != head_seq or LIBRARY in control.library.torn_refs()
    is_behind = is_behind or LIBRARY not in control.library.refs(LIBRARY)
    keys = control.ledger_keys(session)
    all_keys = [key.public_line for key in keys.keys]
    present = _folders_in(control, all_keys if is_behind else [keys.current])
    if present is None and not is_behind and _folders_in(control, all_keys) is not None:
        sentence = "The library snapshot in Git was moved back to one that an earlier key signed."
        yield broken("I8", LIBRARY, sentence, FETCH)
        return
    expected = {}
    query = select(Revision).where(Revision.state == State.IN_FORCE).options(selectinload(Revision.current))
    for revision in session.scalars(query):
        files = [*revision.current.files, *(StoredFile(**row) for row in revision.issued_files)]
        folders = tools.git_library.trees({file.path: file.blob for file in files})
        expected[revision.document.number] = folders[-1].id
    if present is None:
        gone = tools.git_library.sound(control.library, control.library.refs(LIBRARY).get(LIBRARY, "")) is None
        yield broken("I8", LIBRARY, "The library snapshot in Git cannot be read.", FETCH if gone else "")
        return
    for number in sorted(present.keys() | expected.keys()):
        if present.get(number) == expected.get(number):
            continue
        what = (
            "holds other files than are in force"
            if number in present and number in expected
            else ("lacks it" if number in expected else "still shows it, though it is not in force")
        )
        sentence = f"{number}: the library snapshot in Git {what}."
        yield (
            repairable("I8", number, sentence)
            if is_behind
            else broken("I8", number, sentence, FETCH, of_document(number))
        )


def _folders_in(control: DocumentControl, keys: list[str]) -> dict[str, str] | None:
    """Return number and folder of each document in the snapshot; None where it cannot be read."""
    library = control.library
    tip = library.resolve([LIBRARY]).get(LIBRARY)
    if tip is None:
        return {}
    try:
        plain, signature = tools.git_library.without_signature(library.read(tip))
        root = library.entries(library.tree_of(tip))
        folders = library.entries(root["documents"][1]) if "documents" in root else {}
    except (LibraryMismatchError, ValueError):
        return None
    if not any(tools.signing_key.is_signed_by(key, plain, signature) for key in keys):
        return None
    return {number: entry[1] for number, entry in folders.items()}


def check_erased(
    control: DocumentControl, tombstones: Mapping[str, Tombstone], kept_objects: Set[str], kept_texts: Set[str]
) -> Iterator[Finding]:
    """Find what is still there of documents that were disposed of; a follower erases it.

    Objects and texts that other documents keep may stay.
    """
    for number, tombstone in sorted(tombstones.items()):
        own = [each for each in tombstone.objects if each not in kept_objects]
        there = len(own) - len(tools.git_library.missing(control.library, own))
        if there:
            sentence = f"{number} was disposed of, but {there} of its objects are still in Git; they are erased."
            yield repairable("I3", number, sentence)
        texts = [each for each in tombstone.texts if each not in kept_texts]
        if any(control.rendered_texts.keeps(each) for each in texts):
            yield repairable("I3", number, f"{number} was disposed of, but its text is still in the cache.")
