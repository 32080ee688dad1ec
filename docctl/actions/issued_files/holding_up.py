"""Holding up: what keeps the files of a revision from being issued is recorded, and those who can act are told."""

from docctl.actions.issued_files.reading_back import measure
from docctl.actions.notices import notifying
from docctl.document_control import Decision, DocumentControl
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.trail.events.issued_files import IssueCleared, IssueFailed


def look_ahead(control: DocumentControl, revision_id: int) -> MeasuredIssue:
    """Measure the files of an approved revision before its day, record what is new, and return what is left."""
    measured = measure(control, revision_id)
    with control.reading() as session:
        revision = session.get_one(Revision, revision_id)
        left = measured.without(revision.standing_keys)
        fingerprint = revision.fingerprint
        if left.as_text() == revision.issue_trouble or revision.state != State.APPROVED:
            return left
    with control.deciding(None) as decision:
        revision = decision.session.get_one(Revision, revision_id)
        if revision.state == State.APPROVED and revision.fingerprint == fingerprint:
            note(decision, revision, left)
    return left


def note(decision: Decision, revision: Revision, found: MeasuredIssue) -> None:
    """Record why a revision cannot be issued as it is, or that nothing is in the way any more; what is known is not.

    Every document controller is told; not again where another version of a program only finds the same.
    """
    before = revision.held_up_by
    if before.as_text() == found.as_text():
        return
    revision.hold_up(found)
    if found.is_sound:
        decision.record(IssueCleared(fingerprint=revision.fingerprint), revision.name, revision=revision)
        return
    sentence = found.in_words(revision.name)
    failed = IssueFailed(
        fingerprint=revision.fingerprint,
        differences=[each.as_row() for each in found.differences],
        failure=found.failure,
        programs=found.programs,
    )
    decision.record(failed, revision.name, revision=revision, reason=sentence)
    if (before.differences, before.failure) != (found.differences, found.failure):
        notifying.alert_controllers(decision, revision, f"The files of {revision.name} could not be issued", sentence)
