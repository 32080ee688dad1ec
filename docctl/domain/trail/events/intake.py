"""Events by which revisions approved elsewhere are adopted, and uploads refused."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.documents import Kept
from docctl.domain.trail.events.form import Apart, Blank, Earlier, Precision, Row
from docctl.domain.trail.events.recorded import Details
from docctl.domain.trail.record import GONE


@dataclass(frozen=True)
class RevisionAdopted(Details, act=Act.REVISION_ADOPTED):
    """A revision that was approved elsewhere came into force; the reason is the evidence of it."""

    reason_is_issued = True

    fingerprint: Annotated[str, "The fingerprint of its files."]
    effective_date: Annotated[date, "The day on which it came into force."]
    review_due: Annotated[date, "The day by which it is to be reviewed."]
    commit: Annotated[str, "The commit of its files."]
    claimed: Annotated[Row | None, "What is said of it from before, such as who approved it."] = None


@dataclass(frozen=True)
class EarlierAdopted(Details, act=Act.EARLIER_ADOPTED):
    """A revision was adopted that had ended elsewhere; the reason is the evidence of it."""

    reason_is_issued = True

    fingerprint: Annotated[str, "The fingerprint of its files."]
    new: Annotated[str, "Its state: `superseded` or `obsolete`."]
    effective_date: Annotated[date | None, "The day on which it came into force.", Blank()]
    ended_at: Annotated[datetime, "When it ended.", Precision("auto")]
    ended_because: Annotated[str, "Why it ended."]
    retention: Annotated[Kept | None, "The retention rule that holds for it; null where there is none."]
    commit: Annotated[str, "The commit of its files."]
    claimed: Annotated[Row, "What is said of it from before, such as who approved it; may be empty."]


@dataclass(frozen=True)
class UploadRefused(Details, act=Act.UPLOAD_REFUSED):
    """A file that was uploaded was refused, for the reason given; in earlier versions the subject was its name."""

    name: Annotated[str, "The name of the file.", Apart("", GONE), Earlier("")]
