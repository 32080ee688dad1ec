"""Events by which documents and revisions are opened, written and given up."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Earlier, Row
from docctl.domain.trail.events.recorded import Details


@dataclass(frozen=True)
class Kept:
    """The retention rule that holds for a revision which has ended."""

    months: Annotated[int, "For how many months it is kept; 0 where it is kept for ever."]
    then: Annotated[str, "What is done then: `dispose` or `keep`."]
    basis: Annotated[str, "The legal or contractual ground."]
    since: Annotated[date, "The day on which the revision ended."]
    until: Annotated[date | None, "The first day on which it may be disposed of; null where it is kept for ever."]


@dataclass(frozen=True)
class DocumentCreated(Details, act=Act.DOCUMENT_CREATED):
    """A document was created; its number is never used again."""

    type: Annotated[str, "The name of its document type."]
    metadata: Annotated[Row, "What it says about itself: title, owner, classification, clauses and the like."]


@dataclass(frozen=True)
class RevisionOpened(Details, act=Act.REVISION_OPENED):
    """A revision was opened as a draft; whoever opened it is an author of it."""

    change_summary: Annotated[str | None, "What the first revision says of changes."] = None
    based_on: Annotated[int | None, "The revision whose text it begins with."] = None


@dataclass(frozen=True)
class DraftAsSaved(Details):
    """A draft as it was saved; the reason says what was changed."""

    fingerprint: Annotated[str, "SHA-256 over the lines `SHA-256  PATH` of all files in the order of the paths."]
    commit: Annotated[str, "The commit in Git that holds the files."]
    saved_draft: Annotated[int, "The number of the draft within the revision."]
    source: Annotated[str | None, "What it was written in: `browser` or `word`.", Earlier(None)]
    losses: Annotated[list[str] | None, "What could not be taken from the Word file.", Earlier(None)]
    stored: Annotated[list[Row] | None, "Each file: `path`, `blob` in Git, `sha256` and `size`.", Earlier(None)]
    metadata: Annotated[Row | None, "What the draft says about itself, as in `document:created`.", Earlier(None)]
    tip: Annotated[str | None, "The newest commit of the document's line after it.", Earlier(None)]
    file_sha256: Annotated[str | None, "SHA-256 of the file it was imported from, empty for none.", Earlier(None)]


@dataclass(frozen=True)
class DraftSaved(DraftAsSaved, act=Act.DRAFT_SAVED):
    """A draft was saved, and is the current one; whoever saved it is an author of the revision."""


@dataclass(frozen=True)
class DraftSetAside(DraftAsSaved, act=Act.DRAFT_SET_ASIDE):
    """A draft was saved aside, because somebody else had saved another meanwhile; it is not the current one."""


@dataclass(frozen=True)
class DraftRestored(Details, act=Act.DRAFT_RESTORED):
    """An earlier draft was taken up again; `revision:saved` tells of the draft that this made."""

    saved_draft: Annotated[int, "The number of the earlier draft."]


@dataclass(frozen=True)
class DraftHeld(Details, act=Act.DRAFT_HELD):
    """A person took a draft to write it in Word; others are told who has it."""


@dataclass(frozen=True)
class DraftReleased(Details, act=Act.DRAFT_RELEASED):
    """A draft that was taken to write it in Word was given back."""


@dataclass(frozen=True)
class RevisionDiscarded(Details, act=Act.REVISION_DISCARDED):
    """A draft was discarded, for the reason given; the revision has ended."""

    retention: Annotated[Kept | None, "The retention rule that holds for it; null where there is none.", Earlier(None)]


@dataclass(frozen=True)
class DocumentWithdrawn(Details, act=Act.DOCUMENT_WITHDRAWN):
    """A document was withdrawn, for the reason given; its revision in force is obsolete."""

    fingerprint: Annotated[str, "The fingerprint of the revision."]
    retention: Annotated[Kept | None, "The retention rule that holds for it; null where there is none.", Earlier(None)]
