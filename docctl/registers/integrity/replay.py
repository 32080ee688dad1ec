"""Replays the audit trail: what the tables must say after all events, compared with what they say."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docctl.domain.approval.approval_route import APPROVE, REVIEW
from docctl.domain.approval.signature import Signature
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import file_sha256_in
from docctl.domain.documents.stored_file import fingerprint
from docctl.domain.issued_files.difference_let_stand import DifferenceLetStand
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.people.user import User
from docctl.domain.trail.events.approval import (
    ChangesRequested,
    RevisionApproved,
    RevisionRecalled,
    RevisionReviewed,
    RevisionSubmitted,
)
from docctl.domain.trail.events.documents import DocumentWithdrawn, DraftSaved, DraftSetAside, RevisionDiscarded
from docctl.domain.trail.events.intake import EarlierAdopted, RevisionAdopted
from docctl.domain.trail.events.issued_files import (
    IssueCleared,
    IssueFailed,
    LetStand,
    RevisionInForce,
    RevisionIssued,
    RevisionReissued,
    RevisionSuperseded,
)
from docctl.domain.trail.events.people import (
    Account,
    RevisionReassigned,
    UserAdded,
    UserChanged,
    UserDisabled,
    UserEnabled,
)
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.retention import DocumentDisposed
from docctl.registers.integrity.adopted import AdoptionReplay
from docctl.registers.integrity.audits import AuditReplay
from docctl.registers.integrity.finding import REBUILD, Finding, broken
from docctl.registers.integrity.retention import RetentionReplay
from docctl.registers.integrity.signing import SigningReplay

_ENDS = {
    ChangesRequested: State.DRAFT,
    RevisionRecalled: State.DRAFT,
    RevisionDiscarded: State.DISCARDED,
    RevisionSuperseded: State.SUPERSEDED,
    DocumentWithdrawn: State.OBSOLETE,
}


@dataclass
class Expected:
    """What the table of revisions must say about one revision."""

    state: str = State.DRAFT
    round: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    fingerprint: str = ""
    effective_date: str = ""
    review_due: str = ""
    evidence: str = ""
    issued_commit: str = ""
    issued: dict[str, str] = field(default_factory=dict)
    issued_template: str = ""
    earlier_issues: list[dict[str, Any]] = field(default_factory=list)
    trouble: MeasuredIssue = field(default_factory=MeasuredIssue)
    let_stand: list[tuple[Any, ...]] = field(default_factory=list)
    saved: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    signed: list[tuple[Any, ...]] = field(default_factory=list)

    def forget_text(self) -> None:
        """Expect no files and no reasons of drafts any more, because the document was disposed of."""
        self.issued_commit, self.issued, self.issued_template, self.earlier_issues = "", {}, "", []
        self.let_stand = [(*each[:2], {}, "", *each[4:]) for each in self.let_stand]
        self.saved = {n: (print_, commit, "", *rest) for n, (print_, commit, _, *rest) in self.saved.items()}


class Replay:
    """Takes events in order, then compares rows with what came of them."""

    def __init__(self) -> None:
        self.revisions: dict[tuple[str, int], Expected] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.retention = RetentionReplay()
        self.audits = AuditReplay()
        self.signing = SigningReplay()
        self.adopted = AdoptionReplay()
        self._seen: set[tuple[str, int]] = set()

    def take(self, event: Recorded[Details]) -> None:
        """Take one event as it was recorded."""
        self.retention.take(event)
        self.audits.take(event)
        self.signing.take(event)
        self.adopted.take(event)
        match event.details:
            case UserAdded() as account:
                self.users[event.login] = {"disabled": False, **_particulars(account)}
            case UserChanged(new=account):
                self.users[event.login] |= _particulars(account)
            case UserDisabled() | UserEnabled() as details:
                self.users[event.login]["disabled"] = isinstance(details, UserDisabled)
            case DocumentDisposed():
                for (number, _), expected in self.revisions.items():
                    if number == event.document:
                        expected.forget_text()
            case details if event.document and event.revision:
                expected = self.revisions.setdefault(event.key, Expected())
                _move(expected, event, details)
                _issue(expected, event, details)

    def compare(self, revision: Revision) -> Iterator[Finding]:
        """Find where a revision's rows say something else than its events."""
        key = (revision.document.number, revision.number)
        self._seen.add(key)
        expected = self.revisions.get(key)
        if expected is None:
            yield broken("I4", revision.name, f"{revision.name} is in the database, but no event made it.")
            return
        for what, is_now, must_be in (
            ("state", revision.state, expected.state),
            ("round of signatures", revision.round, expected.round),
            ("people asked to sign", revision.asked_rows, expected.asked),
            ("current draft", revision.current.fingerprint if revision.current else "", expected.fingerprint),
            ("effective date", str(revision.effective_date or ""), expected.effective_date),
            ("date of the next review", str(revision.review_due or ""), expected.review_due),
            ("evidence of adoption", revision.adopted_evidence, expected.evidence),
            ("issued commit", revision.issued_commit, expected.issued_commit),
            ("issued files", {row["path"]: row["sha256"] for row in revision.issued_files}, expected.issued),
            ("template of the issue", revision.issued_template, expected.issued_template),
            ("earlier issues", revision.earlier_issues, expected.earlier_issues),
            ("saved drafts", _saved_rows(revision), expected.saved),
            ("trouble with the issue", revision.issue_trouble, expected.trouble.as_text()),
            ("differences let stand", [_let_stand_row(each) for each in revision.let_stand], expected.let_stand),
        ):
            if is_now != must_be:
                shown = f": the row says {is_now}, the events say {must_be}" if isinstance(is_now, str | int) else ""
                yield broken("I4", revision.name, f"The {what} of {revision.name} was changed without an event{shown}.")
        if [_signature_row(each) for each in revision.signatures] != expected.signed:
            yield broken(
                "I4", revision.name, f"The signatures of {revision.name} are not those that were given and recorded."
            )
        yield from _in_force_faults(revision, bool(expected.evidence))

    def compare_user(self, user: User) -> Iterator[Finding]:
        """Find where an account says something else than its events."""
        expected = self.users.pop(user.login, None)
        is_now = {
            "name": user.name,
            "person": user.person,
            "department": user.department,
            "roles": sorted(user.roles),
            "disabled": user.disabled,
        }
        if expected is None:
            yield broken("I4", f"user:{user.login}", f"The account {user.login} exists, but no event added it.")
            return
        wrong = [name for name in is_now if is_now[name] != expected.get(name)]
        if wrong:
            what = ", ".join(wrong)
            yield broken("I4", f"user:{user.login}", f"The account {user.login} was changed without an event ({what}).")

    def lost(self) -> Iterator[Finding]:
        """Find what events speak of and no row holds any more."""
        for document, number in sorted(self.revisions.keys() - self._seen):
            name = f"{document} revision {number}"
            sentence = f"{name} is in the audit trail, but its row is missing from the database."
            yield broken("I3", name, sentence, REBUILD)
        for login in self.users:
            yield broken("I4", f"user:{login}", f"The account {login} was added, but its row is missing.")


def _move(expected: Expected, event: Recorded[Details], details: Details) -> None:
    """Let a revision go on in its life."""
    match details:
        case DraftSaved() | DraftSetAside():
            aside = isinstance(details, DraftSetAside)
            number, file = details.saved_draft, details.file_sha256
            file = file_sha256_in(number, event.reason) if file is None else file
            expected.saved[number] = (details.fingerprint, details.commit, event.reason, event.actor, aside, file)
            expected.fingerprint = expected.fingerprint if aside else details.fingerprint
        case RevisionSubmitted(asked=asked):
            reviewed = any(step["kind"] == REVIEW for step in asked)
            expected.state = State.IN_REVIEW if reviewed else State.IN_APPROVAL
            expected.round, expected.asked = details.round, asked
        case RevisionReassigned(asked=asked):
            expected.asked = asked
        case RevisionReviewed() | RevisionApproved():
            expected.state = details.new
            expected.signed.append(_signature_said(event, details))
        case RevisionInForce() | RevisionAdopted():
            expected.state = State.IN_FORCE
            expected.effective_date, expected.review_due = str(details.effective_date), str(details.review_due)
            expected.evidence = event.reason if isinstance(details, RevisionAdopted) else ""
        case EarlierAdopted():
            expected.state, expected.evidence = details.new, event.reason
            expected.effective_date = str(details.effective_date or "")
        case _ if (state := _ENDS.get(type(details))) is not None:
            expected.state, expected.trouble = state, MeasuredIssue()
            expected.asked = [] if state == State.DRAFT else expected.asked


def _issue(expected: Expected, event: Recorded[Details], details: Details) -> None:
    """Let the files of a revision be issued, or held up."""
    match details:
        case IssueFailed() if details.programs is not None:
            expected.trouble = MeasuredIssue.of_event(details)
        case IssueCleared():
            expected.trouble = MeasuredIssue()
        case LetStand(key=key):
            expected.let_stand.append(_let_stand_said(event, details))
            expected.trouble = expected.trouble.without(frozenset({key}))
        case RevisionIssued() | RevisionReissued():
            expected.issued_commit, expected.issued, expected.trouble = details.commit, details.files, MeasuredIssue()
            expected.issued_template, expected.earlier_issues = details.template, details.earlier


def _particulars(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "person": account.person,
        "department": account.department,
        "roles": sorted(account.roles),
    }


def _signature_said(event: Recorded[Details], signed: RevisionReviewed | RevisionApproved) -> tuple[Any, ...]:
    kind = REVIEW if isinstance(signed, RevisionReviewed) else APPROVE
    return (
        kind, signed.round, signed.step, event.actor, signed.person,
        signed.printed_name or event.actor_name, signed.in_place_of_id, signed.in_place_of_person, signed.role,
        signed.meaning, signed.rule, signed.fingerprint, event.time, signed.time_zone,
        signed.authenticated_by, event.reason,
    )  # fmt: skip


def _signature_row(row: Signature) -> tuple[Any, ...]:
    return (
        row.kind, row.round, row.step, row.user_id, row.person,
        row.printed_name, row.in_place_of_id, row.in_place_of_person, row.role,
        row.meaning, row.rule, row.fingerprint, row.signed_at, row.time_zone,
        row.authenticated_by, row.comment,
    )  # fmt: skip


def _let_stand_said(event: Recorded[Details], told: LetStand) -> tuple[Any, ...]:
    said_by = (event.actor, event.actor_name, event.time)
    return (told.fingerprint, told.key, told.difference, event.reason, *said_by)


def _let_stand_row(row: DifferenceLetStand) -> tuple[Any, ...]:
    return (row.fingerprint, row.key, row.row, row.reason, row.user_id, row.printed_name, row.let_stand_at)


def _saved_rows(revision: Revision) -> dict[int, tuple[Any, ...]]:
    return {
        draft.number: (
            fingerprint(draft.files) if draft.file_rows else draft.fingerprint,
            draft.commit,
            draft.reason,
            draft.author_id,
            draft.aside,
            draft.file_sha256,
        )
        for draft in revision.saved_drafts
    }


def _in_force_faults(revision: Revision, is_adopted: bool) -> Iterator[Finding]:
    """Find a revision that is or was in force without all signatures for exactly its files, and no adoption."""
    if revision.state != State.IN_FORCE or is_adopted or revision.current is None:
        return
    signatures = revision.valid_signatures
    counted = [signature.step for signature in signatures]
    counted_persons = [person for each in signatures for person in (each.person, each.in_place_of_person) if person]
    persons = set(counted_persons)
    complete = bool(revision.asked) and all(
        counted.count(place) >= step.needed for place, step in enumerate(revision.asked)
    )
    if not complete or len(persons) != len(counted_persons):
        sentence = f"{revision.name} is in force without all signatures of its route for exactly its files."
        yield broken("I4", revision.name, sentence)
    if persons & revision.author_persons:
        yield broken("I4", revision.name, f"{revision.name} is in force signed by somebody who wrote it.")
