"""Confirming the clock: an administrator says that the host's clock, which jumped, is right now."""

from docctl.document_control import DocumentControl
from docctl.document_control.host_clock import clock_doubt
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.errors import WrongStateError
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.trail import ClockConfirmed


def confirm_clock(control: DocumentControl, person_id: int | None, reason: str) -> None:
    """Say that the clock is right now, with what happened to it; without a person it is said on the server itself.

    Where the clock was set back for good reason, events keep the time of the newest one until it has caught up.
    """
    reason = checked_reason(reason, "what happened to the clock")
    with control.deciding(person_id) as decision:
        if person_id is not None:
            require(decision.person, Right.ADMINISTER)
        if clock_doubt(decision.session) is None:
            raise WrongStateError("The clock has not jumped since it was last confirmed; there is nothing to confirm.")
        host = control.now()
        decision.now = max(decision.now, host)
        decision.record(ClockConfirmed(host=host), "clock", reason=reason)
