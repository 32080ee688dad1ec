"""Events by which revisions are submitted, commented on, signed and sent back."""

from dataclasses import MISSING, dataclass
from datetime import date, datetime
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Apart, Earlier, Row
from docctl.domain.trail.events.recorded import Details
from docctl.domain.trail.record import GONE

DAY_NOT_HERE = date.min
"""What a day of an absence reads as where its record is not here: nobody stands in on it."""


@dataclass(frozen=True)
class RevisionSubmitted(Details, act=Act.REVISION_SUBMITTED):
    """A revision was submitted for signatures; the reason is its change summary."""

    reason_is_issued = True

    fingerprint: Annotated[str, "The fingerprint of the draft that is to be signed."]
    round: Annotated[int, "The round of signatures; each submission begins a new one."]
    route: Annotated[str, "The name of the approval route."]
    asked: Annotated[list[Row], "The rule: steps with `kind`, `meaning`, `rule`, `needed` and `people`."]
    effective_date: Annotated[date | None, "The day on which it is to come into force; null for at once."]
    barriers: Annotated[list[str], "What keeps people from reading it, such as a picture without words.", Earlier([])]
    open_places: Annotated[list[str], "What was still to be filled in.", Earlier([])]


@dataclass(frozen=True)
class RevisionCommented(Details, act=Act.REVISION_COMMENTED):
    """Somebody commented on a revision; the reason is the comment."""

    section: Annotated[str, "The section that it is about, empty where it is about all."]
    round: Annotated[int | None, "The round of signatures.", Earlier(None)]


@dataclass(frozen=True)
class CommentClosed(Details, act=Act.COMMENT_CLOSED):
    """A comment was closed."""

    comment: Annotated[str, "The comment.", Apart("", GONE)]
    commented_at: Annotated[datetime | None, "When the comment was made.", Earlier(None)]


@dataclass(frozen=True)
class Signed(Details):
    """A signature; the reason is what the signer remarked."""

    fingerprint: Annotated[str, "The fingerprint that was current, and that is signed."]
    meaning: Annotated[str, "What the signature means, as the step says."]
    role: Annotated[str, "The role in which the person signed."]
    step: Annotated[int, "The place of the step, from 0 on."]
    rule: Annotated[str, "How many of those asked have to sign: the rule of the step."]
    round: Annotated[int, "The round of signatures."]
    time_zone: Annotated[str, "The time zone in which the signature is printed."]
    authenticated_by: Annotated[str, "How the person showed who they are."]
    person: Annotated[str, "The human who signed; a person counts once in a round."]
    printed_name: Annotated[str | None, "The name as it is printed; else that of whoever acted.", Earlier(None)]
    in_place_of_id: Annotated[int | None, "The account that was asked, where a delegate signed.", Earlier(None)]
    in_place_of_person: Annotated[str, "The human in whose place a delegate signed; both count once.", Earlier("")]
    new: Annotated[str, "The state of the revision after it."]


@dataclass(frozen=True)
class RevisionReviewed(Signed, act=Act.REVISION_REVIEWED):
    """Somebody signed a revision as a reviewer; reviews come in any order.

    Nobody signs what they wrote, and a person counts once in a round. Where a delegate signed, neither the delegate nor
    whoever was asked signs again.
    """


@dataclass(frozen=True)
class RevisionApproved(Signed, act=Act.REVISION_APPROVED):
    """Somebody signed a revision as an approver, after all reviews and in the order of the steps.

    Nobody signs what they wrote, and a person counts once in a round. Where a delegate signed, neither the delegate nor
    whoever was asked signs again.
    """


@dataclass(frozen=True)
class Returned(Details):
    """A revision that went back to its draft; the signatures of the round do not count any more."""

    fingerprint: Annotated[str, "The fingerprint that was to be signed."]
    round: Annotated[int, "The round of signatures that ended."]
    old: Annotated[str, "The state of the revision before."]


@dataclass(frozen=True)
class ChangesRequested(Returned, act=Act.CHANGES_REQUESTED):
    """A revision was sent back to its authors, for the reason given; signatures of the round no longer count."""


@dataclass(frozen=True)
class RevisionRecalled(Returned, act=Act.REVISION_RECALLED):
    """An author took a revision back, for the reason given; signatures of the round no longer count."""


@dataclass(frozen=True)
class SigningRefused(Details, act=Act.SIGNING_REFUSED):
    """Somebody was refused to sign, for the reason given."""


@dataclass(frozen=True)
class DeclarationAccepted(Details, act=Act.DECLARATION_ACCEPTED):
    """A person declared that their signature in the library is as binding as one by hand."""

    version: Annotated[str, "The version of the declaration."]
    declaration: Annotated[str, "The words of the declaration."]


@dataclass(frozen=True)
class DelegateNamed(Details, act=Act.DELEGATE_NAMED):
    """A delegate was named for an absence; the subject is `account:` and the number of whoever is absent."""

    delegation: Annotated[int, "The number of the delegation."]
    absent: Annotated[int, "The account of whoever is absent."]
    absent_name: Annotated[str, "Their printed name."]
    delegate: Annotated[int, "The account of the delegate."]
    delegate_name: Annotated[str, "The delegate's printed name."]
    from_day: Annotated[date, "The first day.", Apart(MISSING, str(DAY_NOT_HERE))]
    until_day: Annotated[date, "The last day.", Apart(MISSING, str(DAY_NOT_HERE))]


@dataclass(frozen=True)
class DelegationRevoked(Details, act=Act.DELEGATION_REVOKED):
    """A delegation was revoked; the subject is `account:` and the number of whoever is absent."""

    delegation: Annotated[int, "The number of the delegation."]
