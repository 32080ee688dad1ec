"""Publishing: an approved revision comes into force on its day, and the one before it becomes superseded."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from sqlalchemy import select

from docctl import tools
from docctl.actions.issued_files.holding_up import look_ahead
from docctl.actions.notices import notifying
from docctl.actions.retention.retaining import start_retention
from docctl.document_control import Decision, DocumentControl
from docctl.document_control.host_clock import clock_doubt, require_clock
from docctl.document_control.rendering_tools import measured_with
from docctl.domain.approval.signature import Signature
from docctl.domain.documents.document_type import review_due
from docctl.domain.documents.lifecycle import State, Step
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.errors import AuthorityChangedError, WrongStateError
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.operations.stops import Stop
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.issued_files import (
    RevisionInForce,
    RevisionIssued,
    RevisionReissued,
    RevisionSuperseded,
)


def bring_into_force_if_due(decision: Decision, revision: Revision) -> bool:
    """Bring an approved revision into force unless its effective date lies ahead."""
    today = decision.control.today(decision.session)
    effective = revision.wanted_effective_date or today
    if effective > today:
        return False
    _require_all_signatures(revision)
    supersede(decision, revision)
    due = review_due_of(revision, today)
    revision.bring_into_force(max(effective, today), due, decision.now)
    decision.record(
        RevisionInForce(
            fingerprint=revision.fingerprint,
            effective_date=max(effective, today),
            review_due=due,
            wanted_effective_date=str(revision.wanted_effective_date or ""),
            commit=revision.current.commit,
        ),
        revision.name,
        revision=revision,
    )
    wanted = revision.wanted_effective_date
    late = f"It was wanted from {wanted:%d %B %Y}, before its last signature." if wanted and wanted < today else ""
    notifying.tell_authors(decision, revision, "is in force", late)
    return True


def review_due_of(revision: Revision, effective: date) -> date:
    """Return when a revision that is in force from a day on is due for its periodic review."""
    return review_due(effective, revision.document.type.review_cycle_months)


def supersede(decision: Decision, revision: Revision) -> None:
    """End the revision in force before another one takes its place."""
    before = revision.document.in_force
    if before is None:
        return
    before.end(Step.SUPERSEDE, f"Superseded by revision {revision.number}", decision.now)
    kept = start_retention(decision, before)
    decision.record(RevisionSuperseded(superseded_by=revision.number, retention=kept), before.name, revision=before)
    decision.session.flush()


def publish_due(control: DocumentControl, person_id: int | None = None) -> list[str]:
    """Bring every approved revision whose day has come into force; return their names.

    A revision whose files cannot be issued as they are stays approved, with what is in the way on record; so does one
    of a document that was found changed.
    """
    with control.reading() as session:
        if clock_doubt(session) is not None:
            return []
        due = _due(session.scalars(_APPROVED).all(), control.today(session))
        due = [each for each in due if not control.trust.stopped.includes(Stop.DOCUMENT, each.document.number)]
        measuring = {each.id: each.fingerprint for each in due if not _is_held_up(control, each)}
    sound = {each for each in measuring if look_ahead(control, each).is_sound}
    if not sound:
        return []
    with control.deciding(person_id) as decision:
        if clock_doubt(decision.session) is not None:
            return []
        due = _due(decision.session.scalars(_APPROVED).all(), control.today(decision.session))
        coming = [each for each in due if each.id in sound and each.fingerprint == measuring[each.id]]
        return [revision.name for revision in coming if _is_brought_into_force(decision, revision)]


def _is_brought_into_force(decision: Decision, revision: Revision) -> bool:
    """Say whether a revision came into force; one that is not as its events made it holds up no other."""
    with suppress(AuthorityChangedError), decision.attempt():
        return bring_into_force_if_due(decision, revision)
    return False


def publish_now(control: DocumentControl, revision_id: int, person_id: int, *, request_id: str = "") -> None:
    """Bring an approved revision into force before the day it was meant for."""
    with control.reading() as session:
        require(control.reader(session, person_id), Right.CONTROL)
        found = session.get(Revision, revision_id)
    if found is not None and found.state == State.APPROVED:
        look_ahead(control, revision_id).require_sound(
            found.name, "Mend that, or let it stand, before it comes into force."
        )
    with control.deciding(person_id, request_id, ("publish", revision_id)) as decision:
        require(decision.person, Right.CONTROL)
        revision = decision.session.get(Revision, revision_id)
        if revision is None or revision.state != State.APPROVED:
            raise WrongStateError(
                "Only an approved revision can come into force; reload the page to see where it stands."
            )
        require_clock(decision.session)
        revision.wanted_effective_date = None
        bring_into_force_if_due(decision, revision)


def record_issue(
    control: DocumentControl,
    revision_id: int,
    files: dict[str, bytes],
    inputs: dict[str, object],
    template: str = "",
) -> None:
    """Keep the issued files of a revision in force beside what was approved, and record their fingerprints."""
    made = {path: tools.git_library.stored(path, data) for path, data in files.items()}
    with control.deciding(None) as decision:
        revision = decision.session.get(Revision, revision_id)
        if revision is None or revision.issued_commit:
            return
        decision.store(*(item for _, item in made.values()))
        _keep_issue(decision, revision, [file for file, _ in made.values()], inputs, template)


def record_reissue(
    control: DocumentControl,
    revision_id: int,
    person_id: int,
    files: dict[str, bytes],
    inputs: dict[str, object],
    template: str,
) -> None:
    """Keep what was issued again in another template beside the earlier issue, which stays as it was."""
    made = {path: tools.git_library.stored(path, data) for path, data in files.items()}
    with control.deciding(person_id) as decision:
        require(decision.person, Right.CONTROL)
        revision = decision.session.get(Revision, revision_id)
        is_issued = revision is not None and revision.state == State.IN_FORCE and revision.issued_commit
        if revision is None or not is_issued or revision.issued_template == template:
            return
        before = {"commit": revision.issued_commit, "files": revision.issued_files}
        revision.earlier_issues = [*revision.earlier_issues, before]
        decision.store(*(item for _, item in made.values()))
        _keep_issue(decision, revision, [file for file, _ in made.values()], inputs, template)


def _keep_issue(
    decision: Decision, revision: Revision, stored: list[StoredFile], inputs: dict[str, object], template: str
) -> None:
    edition = len(revision.earlier_issues) + 1
    parent = revision.issued_commit or revision.current.commit
    message = f"Issue {revision.name}" + (f" again, for the {edition}. time" if edition > 1 else "")
    revision.issued_commit = decision.commit([*revision.current.files, *stored], (parent,), message)
    revision.issued_files, revision.issued_template = [file.as_row() for file in stored], template
    revision.hold_up(MeasuredIssue())
    decision.record(
        (RevisionReissued if edition > 1 else RevisionIssued)(
            fingerprint=revision.fingerprint,
            commit=revision.issued_commit,
            files=_fingerprints(stored),
            stored=revision.issued_files,
            template=template,
            earlier=revision.earlier_issues,
            edition=edition,
            inputs=inputs,
        ),
        revision.name,
        revision=revision,
    )


_APPROVED = select(Revision).where(Revision.state == State.APPROVED).order_by(Revision.id)


def _due(approved: Iterable[Revision], today: date) -> list[Revision]:
    return [r for r in approved if r.wanted_effective_date is None or r.wanted_effective_date <= today]


def _is_held_up(control: DocumentControl, revision: Revision) -> bool:
    """Say whether these very programs found before what keeps the revision from being issued."""
    return bool(revision.issue_trouble) and revision.held_up_by.programs == measured_with(control)


def _fingerprints(files: list[StoredFile]) -> dict[str, str]:
    return {file.path: file.sha256 for file in files}


def _require_all_signatures(revision: Revision) -> None:
    """Raise WrongStateError unless distinct people who were asked signed every step over the present files."""
    signatures = revision.valid_signatures
    counted = [signature.step for signature in signatures if _was_asked(revision, signature)]
    complete = all(counted.count(place) >= step.needed for place, step in enumerate(revision.asked))
    persons = [person for each in signatures for person in (each.person, each.in_place_of_person) if person]
    if not complete or len(set(persons)) != len(persons) or set(persons) & revision.author_persons:
        raise WrongStateError(
            "%(revision)s does not carry all signatures of its route, so it cannot come into force.",
            revision=revision.name,
        )


def _was_asked(revision: Revision, signature: Signature) -> bool:
    """Say whether the step asked the signer, or whom they stood in for, in the role that was held at signing."""
    step = revision.asked[signature.step]
    signer = signature.user_id if signature.in_place_of_id is None else signature.in_place_of_id
    return signer in step.people and (not step.roles or signature.role in step.roles)
