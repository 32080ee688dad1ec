"""Letting stand: a document controller says why a difference between page and issued files may stay."""

from docctl.actions.issued_files.reading_back import measure
from docctl.document_control import DocumentControl
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import DocctlError, NotFoundError, SelfApprovalError, WrongStateError
from docctl.domain.issued_files.difference_let_stand import DifferenceLetStand
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, may, require, require_readable
from docctl.domain.trail.events.issued_files import LetStand

# Under review nobody lets anything stand, because some have signed already and were not shown it.
_LETTING_STATES = (State.DRAFT, State.APPROVED, State.IN_FORCE)


def let_stand(
    control: DocumentControl,
    revision_id: int,
    person_id: int,
    key: str,
    reason: str,
    *,
    shown: str,
    request_id: str = "",
) -> None:
    """Let one difference stand for exactly the text that was shown; nobody does so with what they wrote.

    Only a difference that is found in the files now can be let stand, and it stands for this fingerprint alone.
    """
    reason = checked_reason(reason, "why the difference may stand")
    with control.reading() as session:
        person = control.reader(session, person_id)
        require_may_let_stand(person, require_readable(person, session.get(Revision, revision_id)))
    measured = measure(control, revision_id)
    with control.deciding(person_id, request_id, ("let stand", revision_id, key, reason, shown)) as decision:
        revision = require_readable(decision.person, decision.session.get(Revision, revision_id))
        require_may_let_stand(decision.person, revision)
        revision.require_shown(shown)
        left = measured.without(revision.standing_keys)
        found = next((each for each in left.differences if each.key == key), None)
        if found is None:
            raise NotFoundError(
                "The files of %(revision)s have no such difference any more; look at them again.",
                revision=revision.name,
            )
        letting = DifferenceLetStand(
            fingerprint=revision.fingerprint,
            key=found.key,
            row=found.as_row(),
            reason=reason,
            user_id=decision.person.id,
            printed_name=decision.person.name,
            let_stand_at=decision.now,
        )
        revision.take_let_stand(letting)
        decision.record(
            LetStand(fingerprint=revision.fingerprint, key=found.key, difference=found.as_row()),
            revision.name,
            revision=revision,
            reason=reason,
        )


def require_may_let_stand(person: Reader, revision: Revision) -> None:
    """Raise a refusal unless the person controls documents, did not write the revision, and it is not being signed."""
    require(person, Right.CONTROL)
    refusal = _refusal(person, revision)
    if refusal is not None:
        raise refusal


def may_let_stand(person: Reader, revision: Revision) -> bool:
    """Say whether the person may let a difference of the revision stand now."""
    return may(person, Right.CONTROL) and _refusal(person, revision) is None


def _refusal(person: Reader, revision: Revision) -> DocctlError | None:
    if revision.state not in _LETTING_STATES:
        return WrongStateError(
            "A difference of %(revision)s cannot be let stand while it is signed or after it ended; send it "
            "back first, so that everybody signs with it in sight.",
            revision=revision.name,
        )
    # Who adopts a revision that was approved elsewhere opens it here, and has written nothing of it.
    if person.person in revision.author_persons and not revision.adopted_evidence:
        return SelfApprovalError(
            "You wrote on %(revision)s, and nobody lets a difference stand in what they wrote; another "
            "document controller may, or mend it.",
            revision=revision.name,
        )
    return None
