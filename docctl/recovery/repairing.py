"""Repairs what is only behind, by safe steps forward; what was changed or lost is told, and never written over."""

from docctl.document_control import DocumentControl
from docctl.document_control.trust import VERIFY
from docctl.domain.audit_trail import Act
from docctl.followers.catching_up import catch_up, clear_up
from docctl.registers import integrity
from docctl.registers.integrity import IntegrityReport
from docctl.registers.integrity_finding import Progress


def repair(control: DocumentControl, progress: Progress | None = None) -> tuple[IntegrityReport, IntegrityReport]:
    """Bring forward what is behind, with an event that says what was found; return what was found before and after.

    Where anything was changed or lost nothing is touched, because a repair would cover the traces.
    """
    before = integrity.verify(control, progress)
    if before.exit_code != integrity.BEHIND:
        if before.exit_code == integrity.SOUND:
            control.trust.forget(VERIFY)
        return before, before
    control.trust.forget(VERIFY)
    clear_up(control)
    with control.deciding(None) as decision:
        found = [f"{finding.rule} {finding.sentence}" for finding in before.findings]
        decision.record(Act.LIBRARY_REPAIRED, "the library", found=found)
    catch_up(control, issuing=False)
    return before, integrity.verify(control, progress)
