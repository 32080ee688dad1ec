"""Ruling reminders: when people are reminded by themselves, and the days and hours at which they work."""

from docctl.document_control import DocumentControl
from docctl.domain.people.reminder_rules import ReminderRules
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.notices import RemindersRuled


def rule_reminders(control: DocumentControl, person_id: int, rules: ReminderRules, *, request_id: str = "") -> None:
    """Set the rules for reminders, which count from now on for what waits already, too."""
    rules.require_sound()
    row = rules.as_row()
    with control.deciding(person_id, request_id, ("rule reminders", str(row))) as decision:
        require(decision.person, Right.CONTROL)
        organisation = control.organisation(decision.session)
        organisation.reminder_row = row
        decision.record(RemindersRuled(**row), organisation.name)
