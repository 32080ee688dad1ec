"""Maintaining: people only read while an operator works on the library, and are told why and until when."""

from datetime import datetime

from docctl.document_control import DocumentControl
from docctl.document_control.maintenance import maintenance_now
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.errors import InvalidInputError, WrongStateError
from docctl.domain.trail.events.operations import MaintenanceBegun, MaintenanceEnded


def begin_maintenance(control: DocumentControl, reason: str, until: datetime | None = None) -> None:
    """Let people only read from now on, on the server itself; begun again, it has another reason or end."""
    reason = checked_reason(reason, "what the library is worked on for")
    with control.deciding(None) as decision:
        if until is not None and until <= decision.now:
            raise InvalidInputError("The end of the maintenance has passed already; name one that is to come.")
        name = control.organisation(decision.session).name
        decision.record(MaintenanceBegun(until=until), name, reason=reason)


def end_maintenance(control: DocumentControl) -> None:
    """Let people act again."""
    with control.deciding(None) as decision:
        if maintenance_now(decision.session) is None:
            raise WrongStateError("The library is not in maintenance; people can act.")
        decision.record(MaintenanceEnded(), control.organisation(decision.session).name)
