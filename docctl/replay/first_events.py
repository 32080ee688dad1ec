"""Completes events of the first versions, which said less than rebuilding needs.

What they leave out is in the commits they name, or was the same in every library. Three things were told nowhere, and
come back empty: mail addresses of accounts, what a conversion left out, and the summary that an imported file gave.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from docctl import tools
from docctl.domain.approval.signature import ReviewComment
from docctl.domain.documents.document_metadata import DocumentMetadata, metadata_in
from docctl.domain.documents.saved_draft import BROWSER, WORD, file_sha256_in
from docctl.domain.documents.stored_file import METADATA, WORD_SOURCE, StoredFile, fingerprint, sha256
from docctl.domain.trail.events.approval import CommentClosed
from docctl.domain.trail.events.documents import DraftAsSaved, DraftSetAside
from docctl.domain.trail.events.form import Row
from docctl.domain.trail.events.issued_files import FilesAsIssued, RevisionInForce
from docctl.domain.trail.events.recorded import Recorded
from docctl.replay.replaying import Replayed

_FOLDER = "40000"


@dataclass(frozen=True)
class Saved:
    """What rebuilding needs of a saved draft."""

    stored: list[Row]
    metadata: Row
    tip: str
    source: str
    file_sha256: str


def saved(state: Replayed, event: Recorded[DraftAsSaved]) -> Saved:
    """Return what an event says of a saved draft, taken from its commit where the event does not say it."""
    told = event.details
    file = file_sha256_in(told.saved_draft, event.reason) if told.file_sha256 is None else told.file_sha256
    if told.stored is None or told.metadata is None or told.tip is None or told.source is None:
        return _saved(state, event, file)
    if fingerprint(StoredFile(**row) for row in told.stored) != told.fingerprint:
        raise ValueError("its files do not have its fingerprint")
    return Saved(told.stored, told.metadata, told.tip, told.source, file)


def _saved(state: Replayed, event: Recorded[DraftAsSaved], file_sha256: str) -> Saved:
    library, commit = state.control.library, event.details.commit
    tip = _tip(state, event)
    if tools.git_library.missing(library, [commit]):
        return Saved([], DocumentMetadata(title=event.number).as_row(), tip, BROWSER, file_sha256)
    files = sorted(_files(state, library.tree_of(commit)))
    if fingerprint(files) != event.details.fingerprint:
        raise ValueError(f"its commit {commit} holds other files")
    described = next(file for file in files if file.path == METADATA)
    return Saved(
        stored=[file.as_row() for file in files],
        metadata=metadata_in(library.read_file(described)).as_row(),
        tip=tip,
        source=WORD if any(file.path == WORD_SOURCE for file in files) else BROWSER,
        file_sha256=file_sha256,
    )


def _tip(state: Replayed, event: Recorded[DraftAsSaved]) -> str:
    """A draft that was set aside was followed by a commit with the present text, which the event did not name."""
    commit = event.details.commit
    if not isinstance(event.details, DraftSetAside):
        return commit
    line = list(state.control.library.line(state.branch(event.number) or commit))
    return line[max(0, line.index(commit) - 1)]


def closed_comment(state: Replayed, event: Recorded[CommentClosed]) -> ReviewComment:
    """Return the comment that an event closes, found by its words where the event does not say when it was made."""
    comments, told = state.revision(event).comments, event.details
    if told.commented_at is not None:
        found = [each for each in comments if each.made_at == told.commented_at]
    else:
        found = [each for each in comments if each.text == told.comment and not each.closed_at]
    return found[0]


def wanted_effective_date(state: Replayed, event: Recorded[RevisionInForce]) -> date | None:
    """Return the day that was asked for.

    It was dropped where a controller published at once; it has not come yet then.
    """
    told = event.details
    if told.wanted_effective_date is not None:
        return date.fromisoformat(told.wanted_effective_date) if told.wanted_effective_date else None
    wanted = state.revision(event).wanted_effective_date
    return None if wanted is not None and wanted > told.effective_date else wanted


def issued(state: Replayed, event: Recorded[FilesAsIssued]) -> list[Row]:
    """Return the rows of the files that were issued, taken from their commit where the event does not say them."""
    told, library = event.details, state.control.library
    if told.stored is not None:
        return told.stored
    if tools.git_library.missing(library, [told.commit]):
        return []
    files = sorted(file for file in _files(state, library.tree_of(told.commit)) if file.path in told.files)
    if {file.path: file.sha256 for file in files} != told.files:
        raise ValueError(f"its commit {told.commit} holds other files")
    return [file.as_row() for file in files]


def _files(state: Replayed, tree: str, folder: str = "") -> Iterator[StoredFile]:
    """Yield every file below a folder of Git."""
    library = state.control.library
    for name, (mode, found) in library.entries(tree).items():
        if mode == _FOLDER:
            yield from _files(state, found, f"{folder}{name}/")
        else:
            data = library.read(found)
            yield StoredFile(folder + name, found, sha256(data), len(data))
