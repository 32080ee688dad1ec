"""Looks at what the ledger in Git holds beyond the newest event of the database, as after a restore of the tables."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.errors import DocctlError
from docctl.domain.issued_files.rendition import issue_tag
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.documents import DraftSaved, DraftSetAside
from docctl.domain.trail.events.issued_files import RevisionIssued, RevisionReissued
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.retention import DocumentDisposed
from docctl.registers.integrity.chain import TrailCheck
from docctl.registers.integrity.finding import ADOPT, RESTORE, Finding, broken
from docctl.registers.integrity.git_ledger import ledger_events

LEDGER = "refs/heads/ledger"


@dataclass
class Ahead:
    """The events that Git holds beyond the database's, and where they let references point."""

    after: int
    up_to: int
    fault: str = ""
    current_key: str = ""
    refs: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def finding(self) -> Finding:
        """What is told of it, and what brings it back."""
        if self.fault:
            sentence = (
                "The ledger in Git holds events that the database does not know; events were removed or replaced. "
                f"{self.fault}"
            )
            return broken("I6", LEDGER, sentence, RESTORE)
        which = f"events {self.after + 1} to {self.up_to}" if self.up_to > self.after + 1 else f"event {self.up_to}"
        sentence = (
            f"The ledger in Git is ahead: it holds {which}, signed and in order, which the database has lost. Either "
            "an older copy of the database was put back, or its newest events were removed."
        )
        return broken("I6", LEDGER, sentence, ADOPT)


def look_ahead(control: DocumentControl, session: Session, trail: TrailCheck) -> Ahead | None:
    """Say how far the ledger is ahead of a trail that was followed to its end; nothing where it is not."""
    tip = control.library.refs(LEDGER).get(LEDGER)
    if tip is None or session.scalars(select(Event.seq).where(Event.ledger_commit == tip)).first() is not None:
        return None
    further, found = trail.beside(), Ahead(trail.seq, trail.seq, current_key=trail.current_key)
    try:
        if not trail.commit or trail.commit not in control.library.line(tip):
            found.fault = "They do not follow the newest event of the database."
            return found
        for event in ledger_events(control, tip, further):
            _note(found, event)
    except (DocctlError, KeyError, ValueError) as fault:
        found.fault = str(fault)
    found.up_to, found.current_key = further.seq, further.current_key
    return found


def _note(found: Ahead, event: Event) -> None:
    told = read_event(event)
    match told.details:
        case DraftSaved() | DraftSetAside() as saved:
            found.refs[f"refs/heads/documents/{told.number}"].add(saved.tip or saved.commit)
        case RevisionIssued() | RevisionReissued() as issued:
            found.refs[issue_tag(*told.key, issued.edition)].add(issued.commit)
        case DocumentDisposed():
            found.refs[f"refs/heads/documents/{told.number}"].add("")
