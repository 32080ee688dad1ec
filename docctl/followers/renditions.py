"""Issues what came into force, and makes and reads back what was approved for a later day."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from docctl.actions.issued_files.holding_up import look_ahead
from docctl.actions.issued_files.issuing import issue, issue_what_other_programs_could_not
from docctl.document_control import DocumentControl
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.operations.stops import Stop
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.watermark import events_after, read_watermark, set_watermark
from docctl.machine.crash_point import crash_point

NAME = "renditions"
ISSUED_TOGETHER = 8
WORKERS = 2
_CALLS_FOR_ISSUE = {Act.REVISION_IN_FORCE, Act.REVISION_ADOPTED, Act.REVISION_APPROVED, Act.DIFFERENCE_LET_STAND}


def follow(control: DocumentControl) -> int:
    """Issue the next revisions in force, look at those approved for later; return how many events were dealt with.

    It stops after a few of them, so that after a large import the other followers need not wait for all of it. A
    document that was found changed is left to whoever issues it again once it is mended.
    """
    with control.reading() as session:
        events = events_after(session, read_watermark(session, NAME))
        ids = {event.revision_id for event in events if event.act in _CALLS_FOR_ISSUE}
        found = session.scalars(select(Revision).where(Revision.id.in_(ids))).all()
        stopped = control.trust.stopped
        sound = [each for each in found if not stopped.includes(Stop.DOCUMENT, each.document.number)]
    states = {each.id: each.state for each in sound}
    calling = [event for event in events if _calls(event, states.get(event.revision_id or 0, ""))]
    together = calling[:ISSUED_TOGETHER]
    if len(calling) > len(together):
        events = [event for event in events if event.seq <= together[-1].seq]
    _issue(control, together, states)
    if events:
        set_watermark(control, NAME, events[-1].seq)
    return len(events)


def try_again(control: DocumentControl) -> None:
    """Try again what other programs than those of today could not issue."""
    issue_what_other_programs_could_not(control)


def _calls(event: Event, state: str) -> bool:
    """Say whether an event calls for the files of a revision: to be issued, or to be looked at before its day."""
    if event.act == Act.REVISION_APPROVED:
        return state == State.APPROVED
    return event.act in _CALLS_FOR_ISSUE and state == State.IN_FORCE


def _issue(control: DocumentControl, events: list[Event], states: dict[int, str]) -> None:
    """Issue revisions side by side, because most of the time is spent in pandoc and Typst."""
    wanted = {event.revision_id for event in events} - {None}

    def issue_one(revision_id: int) -> None:
        (look_ahead if states[revision_id] == State.APPROVED else issue)(control, revision_id)
        crash_point("issued")

    if not wanted:
        return
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(wanted))) as workers:
        for _ in workers.map(issue_one, sorted(wanted)):
            continue
