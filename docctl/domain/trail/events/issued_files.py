"""Events by which revisions come into force, and by which their files are issued or held up."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.documents import Kept
from docctl.domain.trail.events.form import Earlier, Row
from docctl.domain.trail.events.recorded import Details


@dataclass(frozen=True)
class RevisionInForce(Details, act=Act.REVISION_IN_FORCE):
    """A revision came into force; every step of its rule has the signatures it needs."""

    fingerprint: Annotated[str, "The fingerprint that was signed."]
    effective_date: Annotated[date, "The day on which it came into force."]
    review_due: Annotated[date, "The day by which it is to be reviewed."]
    wanted_effective_date: Annotated[str | None, "The day that was asked for, empty where none was.", Earlier(None)]
    commit: Annotated[str, "The commit of the draft that was signed."]


@dataclass(frozen=True)
class RevisionSuperseded(Details, act=Act.REVISION_SUPERSEDED):
    """A revision was superseded by one that came into force; it has ended."""

    superseded_by: Annotated[int, "The number of the revision in force from then on."]
    retention: Annotated[Kept | None, "The retention rule that holds for it; null where there is none.", Earlier(None)]


@dataclass(frozen=True)
class FilesAsIssued(Details):
    """The files of a revision as they were issued; the tag of the revision names the commit."""

    fingerprint: Annotated[str, "The fingerprint that was signed."]
    commit: Annotated[str, "The commit that holds the signed files and `issued/`."]
    files: Annotated[dict[str, str], "SHA-256 of each file in `issued/`, by its path."]
    stored: Annotated[list[Row] | None, "Each of them: `path`, `blob` in Git, `sha256` and `size`.", Earlier(None)]
    template: Annotated[str, "SHA-256 of the Word template, empty where none was used.", Earlier("")]
    earlier: Annotated[list[Row], "What was issued before: `commit` and `files`, in order.", Earlier([])]
    edition: Annotated[int, "How many times it was issued with this.", Earlier(1)]
    inputs: Annotated[dict[str, Any], "What the files state beside the draft, such as the head of the chain."]


@dataclass(frozen=True)
class RevisionIssued(FilesAsIssued, act=Act.REVISION_ISSUED):
    """The files of a revision in force were issued: its Word file, its PDF and its signatures."""


@dataclass(frozen=True)
class RevisionReissued(FilesAsIssued, act=Act.REVISION_REISSUED):
    """The files of a revision were issued again in another Word template; the earlier ones stay."""


@dataclass(frozen=True)
class IssueFailed(Details, act=Act.ISSUE_FAILED):
    """The files of a revision cannot be issued: they cannot be made, or say something else than the page."""

    fingerprint: Annotated[str, "The fingerprint of the revision.", Earlier("")]
    differences: Annotated[list[Row], "Each difference: `file`, `fault`, `place`, `page` and `shown`.", Earlier([])]
    failure: Annotated[str, "Why the files cannot be made, empty where they can.", Earlier("")]
    programs: Annotated[dict[str, str] | None, "The programs by which it was found, and versions.", Earlier(None)]


@dataclass(frozen=True)
class IssueCleared(Details, act=Act.ISSUE_CLEARED):
    """Nothing keeps the files of a revision from being issued any more."""

    fingerprint: Annotated[str, "The fingerprint of the revision."]


@dataclass(frozen=True)
class LetStand(Details, act=Act.DIFFERENCE_LET_STAND):
    """A difference between page and files was let stand, for the reason given, for this fingerprint alone.

    `issued/signatures.json` lists such differences as `differences_let_stand`.
    """

    reason_is_issued = True

    fingerprint: Annotated[str, "The fingerprint of the revision."]
    key: Annotated[str, "The key of the difference."]
    difference: Annotated[Row, "The difference: `file`, `fault`, `place`, `page` and `shown`."]
